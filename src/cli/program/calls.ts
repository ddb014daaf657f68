import type { Command } from 'commander';
import { serverUrl } from './options.ts';
import { addQuarantine } from './quarantine.ts';
import { addStuckCalls } from './stuck.ts';
import type { Terminal } from './terminal.ts';

/** Commands that ask a running server. */
export function addCalls(program: Command, terminal: Terminal): void {
  addCall(program, terminal);
  addStuckCalls(program, terminal);
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
