import { parseArgs } from 'node:util';

export type Options = {
  /** Names of rows; empty: all. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  /** Where the result goes. */
  readonly json: string;
  readonly profileDir: string | null;
  /** Where large data of a row stays for the next run; null: it is made for each. */
  readonly keepDir: string | null;
};

/** The command line cannot be used; the message says why. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
  readonly code = 'BAD_OPTIONS';
}

const DEFAULT_ROUNDS = 3;
const QUICK_ROUNDS = 2;

/**
 * Reads the command line; null when help was asked for.
 * @throws OptionsError
 */
export function readOptions(args: readonly string[], rows: readonly string[], now: Date): Options | null {
  const { values } = parse(args);
  if (values.help === true) return null;
  const only = (values.only ?? []).flatMap((names) => names.split(','));
  const unknown = only.filter((name) => !rows.includes(name));
  if (unknown.length > 0) throw new OptionsError(`no such row: ${unknown.join(', ')}; there are ${rows.join(', ')}`);
  const quick = values.quick === true;
  const rounds = values.rounds === undefined ? (quick ? QUICK_ROUNDS : DEFAULT_ROUNDS) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) throw new OptionsError('--rounds takes 1 to 50');
  const json = values.json ?? `bench-results/${now.toISOString().slice(0, 19).replaceAll(':', '-')}.json`;
  return { only, rounds, quick, json, profileDir: values.profile ?? null, keepDir: values.keep ?? null };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'string' },
        profile: { type: 'string' },
        keep: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
}

/** The text of --help. */
export function helpText(rows: readonly { readonly name: string; readonly title: string }[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const list = rows.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
  return `npm run bench -- [options]

Measures the server against baselines of the same run, round by round, and holds the ratios against their goals.
A goal that is not reached is reported and no failure: the exit code is 1 only when the bench itself breaks.

  --only <row>     this row only; may be repeated or hold several, separated by commas
  --rounds <n>     rounds of each row (default ${DEFAULT_ROUNDS}, with --quick ${QUICK_ROUNDS})
  --quick          smaller loads: for a first look, not for a figure to quote
  --json <file>    where the result goes (default bench-results/<time>.json)
  --profile <dir>  also take profiles of the measured servers (slows them: read the profiles, not the figures)
  --keep <dir>     large data of a row is made there, and used again by the next run: of one row, on one day
  --help

Rows:
${list.join('\n')}
`;
}
