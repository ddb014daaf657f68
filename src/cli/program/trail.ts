import { Argument, type Command } from 'commander';
import { serverUrl, showsData } from './options.ts';
import type { Terminal } from './terminal.ts';
import { whomOf } from './whom.ts';

type Trail = typeof import('../commands/audit-trail.ts');
type ReplayOptions = Parameters<Trail['replay']>[1];
type HistoryOptions = Parameters<Trail['history']>[1];
type SearchOptions = Parameters<Trail['search']>[0];

/** Commands that tell what the trail has: of a running server or, where none runs, of the stores here. Each look is recorded first. */
export function addTrail(audit: Command, terminal: Terminal): void {
  const { output, ended } = terminal;
  const whom = whomOf(terminal);
  const load = () => import('../commands/audit-trail.ts');
  const add = (name: string, description: string) => asking(audit.command(name), terminal).description(description);

  add('replay <id>', 'one call, entry by entry: by callSessionId, or an id of the provider’s')
    .option('--as-of <version|time>', 'as it was known then')
    .option('--raw', 'also the entries as they are stored, numbers and all; needs --reason', false)
    .action(async (id: string, options: ReplayOptions, command: Command) => {
      ended(await (await load()).replay(id, { ...options, ...whom(command) }, output));
    });
  paged(add('history <member>', 'a member’s calls, cancellations, requests and looks, newest first')).action(
    async (member: string, options: HistoryOptions, command: Command) => {
      ended(await (await load()).history(member, { ...options, ...whom(command) }, output));
    },
  );
  paged(add('search', 'calls that match, newest first'))
    .option('--member <id>')
    .option('--day <date>', 'UTC, such as 2026-03-02')
    .option('--from <time>', 'begun at or after; with --to')
    .option('--to <time>', 'begun before; with --from')
    .option('--staff <name>', 'who asked for the call or cancelled it; with a member or a period')
    .option('--disposition <word>')
    .option('--connection <id>', 'one of the provider’s ids of the call')
    .action(async (options: SearchOptions, command: Command) => {
      ended(await (await load()).search({ ...options, ...whom(command) }, output));
    });
  audit
    .command('request')
    .description('record a request for a member’s data; nothing is deleted')
    .addArgument(new Argument('<kind>').choices(['deletion', 'hold']))
    .argument('<member>')
    .addOption(serverUrl(terminal))
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--json', 'print JSON', false)
    .action(async (kind, member, options, command) => {
      ended(await (await load()).request(kind, member, { ...options, ...whom(command) }, output));
    });
}

function asking(command: Command, terminal: Terminal): Command {
  return showsData(command, terminal).option('--json', 'print JSON', false);
}

function paged(command: Command): Command {
  return command.option('--limit <n>', '1 to 200').option('--cursor <text>', 'where the page before ended');
}
