import type { Command } from 'commander';
import { createOperatorClient } from '../operator-client.ts';
import { serverUrl } from './options.ts';
import type { Terminal } from './terminal.ts';

type Asked = { readonly url: string; readonly json: boolean };

const HELP = {
  check: 'ask the provider about a call now',
  close: 'close an overdue call as unknown, or give up one that is set aside',
} as const;

/** Commands of operators about calls that nothing moves on by itself. */
export function addStuckCalls(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const calls = program.command('calls').description('calls that are stuck, at a running server');
  const add = (name: string, description: string) =>
    calls.command(name).description(description).addOption(serverUrl(terminal)).option('--json', 'print JSON', false);
  const client = ({ url }: Asked) => createOperatorClient(url, env['CALLISTRA_API_KEY']);

  add('stuck', 'list those that are set aside or overdue, and what to do').action(async (options: Asked) => {
    const { listStuck } = await import('../commands/stuck.ts');
    ended(await listStuck(client(options), options, output));
  });
  for (const how of ['check', 'close'] as const) {
    add(`${how} <id>`, HELP[how])
      .requiredOption('--reason <text>', 'why, for the audit trail')
      .action(async (callSessionId: string, options: Asked & { readonly reason: string }) => {
        const { helpCall } = await import('../commands/stuck.ts');
        ended(await helpCall(client(options), { callSessionId, how, reason: options.reason }, options, output));
      });
  }
}
