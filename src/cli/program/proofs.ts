import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import { createApiClient } from '../api-client.ts';
import { serverUrl } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Commands about the log's key and its checkpoints. */
export function addProofs(audit: Command, terminal: Terminal): void {
  addKey(audit, terminal);
  addCheckpoint(audit, terminal);
}

function addKey(audit: Command, { env, output, ended }: Terminal): void {
  const key = audit
    .command('key')
    .description('print the verifier key of the checkpoints, the one line that an auditor needs')
    .option('--json', 'print JSON', false)
    .action(async (options) => {
      const { printKeys } = await import('../commands/audit-key.ts');
      ended(printKeys(readConfig(env), options, output));
    });
  key
    .command('new')
    .description('make a first key for CHECKPOINT_KEY; a server whose data is in files makes its own')
    .requiredOption(
      '--origin <name>',
      'what the log is called: a URL without scheme, such as calls.example.org/callistra',
    )
    .requiredOption('--out <file>', 'a new file for the value of CHECKPOINT_KEY')
    .action(async (options) => {
      const { makeKey } = await import('../commands/audit-key.ts');
      ended(makeKey(options, output));
    });
  key
    .command('rotate')
    .description('make the next key; the server exchanges it with its next checkpoint')
    .option('--out <file>', 'where CHECKPOINT_KEY is set: a new file for the value that it is to have next')
    .action(async (options) => {
      const { rotateKeys } = await import('../commands/audit-key.ts');
      ended(rotateKeys(readConfig(env), options, output));
    });
}

function addCheckpoint(audit: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const client = (url: string) => createApiClient(url, env['CALLISTRA_API_KEY']);
  audit
    .command('checkpoint')
    .description('make a checkpoint over everything recorded, and keep it: later it is known what the log was')
    .addOption(serverUrl(terminal))
    .requiredOption('--out <file>', 'a new file, to be kept out of reach of whoever runs the server')
    .action(async (options) => {
      const { keepCheckpoint } = await import('../commands/audit-checkpoint.ts');
      ended(await keepCheckpoint(client(options.url), options, output));
    });
  audit
    .command('reopen')
    .description('begin the next tree after CHECKPOINT_FORK, once it is known what has happened')
    .addOption(serverUrl(terminal))
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .action(async (options) => {
      const { reopen } = await import('../commands/audit-checkpoint.ts');
      ended(await reopen(client(options.url), options, output));
    });
}
