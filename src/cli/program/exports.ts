import { type Command, InvalidArgumentError, Option } from 'commander';
import { PURPOSES } from '../../audit/access/look.ts';
import { readWithhold } from '../../audit/export/asked.ts';
import { createAskRaw } from '../api-client.ts';
import { serverUrl, time } from './options.ts';
import type { Terminal } from './terminal.ts';

/** `audit export`. */
export function addExport(audit: Command, terminal: Terminal): void {
  const { env, output, ended } = terminal;
  audit
    .command('export')
    .description('write calls with all entries and proofs into a file that others check without this server')
    .option('--call <callSessionId>', 'this call')
    .option('--member <id>', 'this member: all calls, and what asked for them')
    .option('--from <time>', 'calls begun at or after, ISO 8601', time)
    .option('--to <time>', 'calls begun before, ISO 8601', time)
    .option('--resume', 'go on with a file that was broken off', false)
    .requiredOption('--output <file>', 'a new file')
    .option('--recipient <name>', 'who is given it')
    .option('--address <text>', 'the recipient’s address')
    .addOption(new Option('--purpose <code>', 'what for').choices(PURPOSES))
    .option('--reason <text>', 'why, for the audit trail; needed with --purpose BTG')
    .option(
      '--withhold <entries=reason>',
      'entries that stay here: a type, or stream/version; may be given again',
      withheld,
      [],
    )
    .option('--csv <file>', 'also write calls and answers for people, into a new file')
    .addOption(serverUrl(terminal))
    .action(async (options, command: Command) => {
      const { exportTo } = await import('../commands/export.ts');
      const begin = beginOf(options, command);
      const whatFor = options.reason === undefined ? {} : { reason: options.reason };
      const ask = createAskRaw(options.url, env['CALLISTRA_API_KEY'], whatFor);
      const { url, csv } = options;
      const code = await exportTo(ask, { url, output: options.output, ...(begin && { begin }) }, output);
      if (code !== 0 || csv === undefined) return ended(code);
      const { writeCsv } = await import('../commands/export-csv.ts');
      ended(await writeCsv(options.output, csv, output));
    });
}

type Given = {
  readonly call?: string;
  readonly member?: string;
  readonly from?: string;
  readonly to?: string;
  readonly resume: boolean;
  readonly recipient?: string;
  readonly address?: string;
  readonly purpose?: (typeof PURPOSES)[number];
  readonly reason?: string;
  readonly withhold: readonly { readonly entries: string; readonly reason: string }[];
};

/** What is to be exported; null: what is in the file is gone on with. */
function beginOf(given: Given, command: Command) {
  const { call, member, from, to, recipient, address, purpose, withhold } = given;
  const isNamed = [call, member, from, to].some((each) => each !== undefined);
  if (given.resume) return isNamed ? command.error('error: --resume goes on with what the file says') : null;
  if (!isNamed) return command.error('error: say what to export: --call, --member, or --from and --to');
  if (recipient === undefined || purpose === undefined) {
    return command.error('error: an export needs --recipient and --purpose: both are recorded');
  }
  if (purpose === 'BTG' && !given.reason) return command.error('error: --purpose BTG needs --reason');
  return {
    ...(call !== undefined && { callSessionId: call }),
    ...(member !== undefined && { memberId: member }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    recipient: { name: recipient, ...(address !== undefined && { address }) },
    purpose,
    withhold,
  };
}

function withheld(text: string, before: Given['withhold']): Given['withhold'] {
  const one = readWithhold(text);
  if (!one) throw new InvalidArgumentError('It must be entries and why, such as InitiateCall="shows a number".');
  return [...before, one];
}
