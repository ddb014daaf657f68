import { Argument, type Command } from 'commander';
import { serverUrl } from './options.ts';
import type { Terminal } from './terminal.ts';

type Trail = typeof import('../commands/audit-trail.ts');
type ReplayOptions = Parameters<Trail['replay']>[1];
type HistoryOptions = Parameters<Trail['history']>[1];
type SearchOptions = Parameters<Trail['search']>[0];

/** Commands that ask a running server what its trail tells: each look is recorded there before anything is shown. */
export function addTrail(audit: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  const apiKey = env['CALLISTRA_API_KEY'];
  const load = () => import('../commands/audit-trail.ts');
  const add = (name: string, description: string) => asking(audit.command(name), terminal).description(description);

  add('replay <id>', 'one call, entry by entry: by callSessionId, or an id of the provider’s')
    .option('--as-of <version|time>', 'as it was known then')
    .option('--raw', 'also the entries as they are stored, numbers and all; needs --reason', false)
    .action(async (id: string, options: ReplayOptions) => {
      ended(await (await load()).replay(id, { ...options, apiKey }, output));
    });
  paged(add('history <member>', 'a member’s calls, cancellations, requests and looks, newest first')).action(
    async (member: string, options: HistoryOptions) => {
      ended(await (await load()).history(member, { ...options, apiKey }, output));
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
    .action(async (options: SearchOptions) => {
      ended(await (await load()).search({ ...options, apiKey }, output));
    });
  audit
    .command('request')
    .description('record a request for a member’s data; nothing is deleted')
    .addArgument(new Argument('<kind>').choices(['deletion', 'hold']))
    .argument('<member>')
    .addOption(serverUrl(terminal))
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--json', 'print JSON', false)
    .action(async (kind, member, options) => {
      ended(await (await load()).request(kind, member, { ...options, apiKey }, output));
    });
}

function asking(command: Command, terminal: Terminal): Command {
  return command
    .addOption(serverUrl(terminal))
    .option('--purpose <code>', 'why you look, such as HOPERAT or HLEGAL')
    .option('--reason <text>', 'why, in words')
    .option('--json', 'print JSON', false);
}

function paged(command: Command): Command {
  return command.option('--limit <n>', '1 to 200').option('--cursor <text>', 'where the page before ended');
}
