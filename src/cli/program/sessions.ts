import type { Command } from 'commander';
import { createOperatorClient } from '../operator-client.ts';
import { serverUrl } from './options.ts';
import type { Terminal } from './terminal.ts';

type Asked = { readonly url: string; readonly json: boolean; readonly reason: string };

/** Commands of operators about who is signed in to the console. */
export function addSessions(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  program
    .command('sessions')
    .description('who is signed in to the console of a running server')
    .command('end <name>')
    .description('sign somebody out everywhere, by the name that the log has of them')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .addOption(serverUrl(terminal))
    .option('--json', 'print JSON', false)
    .action(async (name: string, options: Asked) => {
      const { endSessions } = await import('../commands/sessions.ts');
      const client = createOperatorClient(options.url, env['CALLISTRA_API_KEY']);
      ended(await endSessions(client, { ...options, name }, output));
    });
}
