import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import type { Terminal } from './terminal.ts';

/** Commands for the store of members. */
export function addMembers(program: Command, { env, output, ended }: Terminal): void {
  const members = program.command('members').description('the members who may be called');
  members
    .command('import <file>')
    .description('import a CSV file: memberId, phoneNumber (E.164), optional name and timeZone')
    .option('--skip-bad', 'import the good lines although there are bad ones', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (file, options) => {
      const { importMembers } = await import('../commands/members.ts');
      ended(await importMembers(file, { ...options, stores: readConfig(env) }, output));
    });
  members
    .command('list')
    .description('list the members, numbers masked')
    .option('--json', 'print them as JSON', false)
    .action(async (options) => {
      const { listMembers } = await import('../commands/members.ts');
      ended(await listMembers({ ...options, stores: readConfig(env) }, output));
    });
}
