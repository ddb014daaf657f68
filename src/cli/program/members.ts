import type { Command } from 'commander';
import { readConfig } from '../../config/config.ts';
import { createApiClient } from '../api-client.ts';
import { askedOf, showsData } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Commands for the store of members. */
export function addMembers(program: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
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
  addShowing(members, terminal);
}

function addShowing(members: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const client = ({ url, whatFor }: ReturnType<typeof askedOf>) =>
    createApiClient(url, env['CALLISTRA_API_KEY'], whatFor);
  showsData(members.command('list'), terminal)
    .description('list the members, numbers masked')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json }, command) => {
      const { listMembers } = await import('../commands/members.ts');
      const asked = askedOf(command);
      ended(await listMembers(client(asked), { ...asked, json, stores: readConfig(env) }, output));
    });
  showsData(members.command('number <memberId>'), terminal)
    .description('show the whole number of a member; needs --reason, which stands in the log')
    .option('--json', 'print it as JSON', false)
    .action(async (memberId, { json }, command) => {
      const { revealNumber } = await import('../commands/members.ts');
      const asked = askedOf(command);
      if (asked.whatFor.reason === undefined) command.error("error: required option '--reason <text>' not specified");
      ended(await revealNumber(memberId, client(asked), { ...asked, json, stores: readConfig(env) }, output));
    });
}
