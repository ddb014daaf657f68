import type { Command } from 'commander';
import { createApiClient } from '../api-client.ts';
import { serverUrl } from './options.ts';
import type { Terminal } from './terminal.ts';

type Asked = { readonly url: string; readonly json: boolean };

/** Commands that ask a running server. */
export function addCalls(program: Command, terminal: Terminal): void {
  addCall(program, terminal);
  addQuarantine(program, terminal);
}

function addCall(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  program
    .command('call <memberId>')
    .description('initiate one call and follow it until it ends')
    .addOption(serverUrl(terminal))
    .option('--idempotency-key <key>', 'the same key places one call, however often it is sent')
    .option('--json', 'print every change as a JSON line', false)
    .action(async (memberId, options) => {
      const { call } = await import('../commands/call.ts');
      ended(await call(memberId, { ...options, apiKey: env['CALLISTRA_API_KEY'] }, output));
    });
}

function addQuarantine(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const quarantine = program
    .command('quarantine')
    .description('callbacks whose call the log does not know, at a running server');
  const add = (name: string, description: string) =>
    quarantine
      .command(name)
      .description(description)
      .addOption(serverUrl(terminal))
      .option('--json', 'print JSON', false);
  const client = ({ url }: Asked) => createApiClient(url, env['CALLISTRA_API_KEY']);
  add('list', 'list those that wait').action(async (options: Asked) => {
    const { listQuarantine } = await import('../commands/quarantine.ts');
    ended(await listQuarantine(client(options), options, output));
  });
  add('release <id>', 'hand one to its call').action(async (id: string, options: Asked) => {
    const { endQuarantine } = await import('../commands/quarantine.ts');
    const release = (api: ReturnType<typeof client>) => api.releaseQuarantined(id);
    ended(await endQuarantine(id, 'released', release, client(options), options, output));
  });
  add('discard <id>', 'give one up; it stays in the log')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action(async (id: string, options: Asked & { readonly reason: string }) => {
      const { endQuarantine } = await import('../commands/quarantine.ts');
      const discard = (api: ReturnType<typeof client>) => api.discardQuarantined(id, options.reason);
      ended(await endQuarantine(id, 'discarded', discard, client(options), options, output));
    });
}
