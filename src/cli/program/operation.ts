import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import { createApiClient } from '../api-client.ts';
import { askedOf, showsData } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Commands for who runs the service, on its stores and settings. */
export function addOperation(program: Command, terminal: Terminal): void {
  addRebuild(program, terminal);
  addStores(program, terminal);
  addDoctor(program, terminal);
}

function addRebuild(program: Command, { env, output, ended }: Terminal): void {
  program
    .command('rebuild')
    .description('build the read models again from the log and swap them in')
    .option('--json', 'print the report as JSON', false)
    .action(async (options) => {
      const { rebuild } = await import('../commands/rebuild.ts');
      ended(await rebuild({ ...options, stores: readConfig(env) }, output));
    });
}

function addStores(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  program
    .command('migrate')
    .description('bring tables and database of Azure up to date; may be run again')
    .option('--json', 'print the report as JSON', false)
    .option('--script', "print the database's part as T-SQL, rights included, and connect to nothing", false)
    .action(async (options) => {
      const { migrate } = await import('../commands/migrate.ts');
      ended(await migrate(readConfig(env), options, output));
    });
  showsData(program.command('backup <dir>'), terminal)
    .description('copy log, members and checkpoints, or what was added since, into a folder; beside a running server')
    .option('--with-keys', 'also the keys in DATA_DIR: whoever has them signs, and is let in, as this server', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (dir, { withKeys, json }, command) => {
      const { backup } = await import('../commands/backup.ts');
      const asked = askedOf(command);
      const client = createApiClient(asked.url, env['CALLISTRA_API_KEY'], asked.whatFor);
      ended(await backup(dir, client, { ...asked, withKeys, json, config: readConfig(env) }, output));
    });
  program
    .command('restore <dir>')
    .description('copy such a folder back, where something of it is missing; nothing is written over')
    .option('--with-keys', 'also its keys, where there are none', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (dir, options) => {
      const { restore } = await import('../commands/backup.ts');
      ended(await restore(dir, { ...options, config: readConfig(env) }, output));
    });
}

function addDoctor(program: Command, { env, output, ended }: Terminal): void {
  program
    .command('doctor')
    .description('check the settings and everything they point to; calls nobody, writes no entry')
    .option('--json', 'print the findings as JSON', false)
    .action(async (options) => {
      const { doctor } = await import('../commands/doctor.ts');
      ended(await doctor(readConfig(env), options, output));
    });
}
