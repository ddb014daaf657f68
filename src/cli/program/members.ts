import { type Command, InvalidArgumentError } from 'commander';
import { isOneOf } from '../../base/one-of.ts';
import { readConfig } from '../../config/config.ts';
import type { Country } from '../../members/phone.ts';
import { COLUMNS, type MemberColumn } from '../../members/problems.ts';
import { createApiClient } from '../api-client.ts';
import { askedOf, serverUrl, showsData } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Commands for the store of members. */
export function addMembers(program: Command, terminal: Terminal): void {
  const members = program.command('members').description('the members who may be called');
  addImport(members, terminal);
  addShowing(members, terminal);
  addOne(members, terminal);
}

type Map = Partial<Record<MemberColumn, string>>;

/** `phoneNumber=Phone`, once for each column. */
function columnMap(text: string, before: Map): Map {
  const [, column = '', name = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (!isOneOf(COLUMNS, column))
    throw new InvalidArgumentError(
      `It must be COLUMN=NAME, such as phoneNumber=Phone; COLUMN is one of ${COLUMNS.join(', ')}.`,
    );
  return { ...before, [column]: name };
}

function addImport(members: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  members
    .command('import <file>')
    .description(
      'import a CSV file: memberId, phoneNumber (E.164), optional name and timeZone; beside a running server, by it',
    )
    .addOption(serverUrl(terminal))
    .option('--skip-bad', 'import the good records although there are bad ones', false)
    .option('--preview', 'say what would become of it, and import nothing', false)
    .option(
      '--map <column=name>',
      "the file's name of a column, such as phoneNumber=Phone; again for others",
      columnMap,
      {},
    )
    .option(
      '--ignore <name>',
      'leave a column of the file out; again for others',
      (name, before: string[]) => [...before, name],
      [],
    )
    .option('--country <code>', 'understand the national numbers of a country, such as US')
    .option('--problems <file>', 'write every problem into a file')
    .option('--json', 'print the result as JSON', false)
    .action(async (file, { country, url, ...options }, command: Command) => {
      const { importMembers } = await import('../commands/members-import.ts');
      const known = country === undefined ? null : await knownCountry(country, command);
      const server = {
        url,
        apiKey: env['CALLISTRA_API_KEY'],
        isNamed: command.getOptionValueSource('url') !== 'default',
      };
      const asked = { ...options, ...(known && { country: known }), server, stores: readConfig(env) };
      ended(await importMembers(file, asked, output));
    });
}

async function knownCountry(text: string, command: Command): Promise<Country> {
  const { countryOf } = await import('../../members/phone.ts');
  return (
    countryOf(text) ?? command.error("error: option '--country <code>' takes two letters of a country, such as US")
  );
}

/** What a command about members asks, and where the stores are. */
function asked(command: Command, { env }: Terminal, json: boolean) {
  const options = { ...askedOf(command), json, stores: readConfig(env) };
  return { options, client: createApiClient(options.url, env['CALLISTRA_API_KEY'], options.whatFor) };
}

function needsReason(command: Command): void {
  if (!command.opts<{ reason?: string }>().reason)
    command.error("error: required option '--reason <text>' not specified");
}

function addShowing(members: Command, terminal: Terminal): void {
  const { output, ended } = terminal;
  showsData(members.command('list'), terminal)
    .description('list the members, numbers masked')
    .option('--search <text>', 'only those whose id begins so')
    .option('--json', 'print them as JSON', false)
    .action(async ({ json, search }, command) => {
      const { listMembers } = await import('../commands/members.ts');
      const { client, options } = asked(command, terminal, json);
      ended(await listMembers(client, { ...options, ...(search !== undefined && { search }) }, output));
    });
  showsData(members.command('export <file>'), terminal)
    .description(
      'write all members, numbers and names whole, into a new CSV file; needs --reason, which stands in the log',
    )
    .option('--json', 'print how many as JSON', false)
    .action(async (file, { json }, command) => {
      needsReason(command);
      const { exportMembers } = await import('../commands/members-export.ts');
      const { client, options } = asked(command, terminal, json);
      ended(await exportMembers(file, client, options, output));
    });
}

function addOne(members: Command, terminal: Terminal): void {
  const { output, ended } = terminal;
  showsData(members.command('show <memberId>'), terminal)
    .description('show a member, the number masked')
    .option('--json', 'print it as JSON', false)
    .action(async (memberId, { json }, command) => {
      const { showMember } = await import('../commands/members.ts');
      const { client, options } = asked(command, terminal, json);
      ended(await showMember(memberId, client, options, output));
    });
  showsData(members.command('number <memberId>'), terminal)
    .description('show the whole number of a member; needs --reason, which stands in the log')
    .option('--json', 'print it as JSON', false)
    .action(async (memberId, { json }, command) => {
      needsReason(command);
      const { revealNumber } = await import('../commands/members.ts');
      const { client, options } = asked(command, terminal, json);
      ended(await revealNumber(memberId, client, options, output));
    });
  showsData(members.command('remove <memberId>'), terminal)
    .description('remove a member, who cannot be called from then on; calls that were made stay in the log')
    .option('--json', 'print the result as JSON', false)
    .action(async (memberId, { json }, command) => {
      const { removeMember } = await import('../commands/members.ts');
      const { client, options } = asked(command, terminal, json);
      ended(await removeMember(memberId, client, options, output));
    });
}
