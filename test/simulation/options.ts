import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readTroubles, TROUBLES, type Trouble } from './troubles.ts';

/** Where a simulated log is kept. */
export type LogKind = 'memory' | 'tables';

/** What to simulate. */
export type SimOptions = {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Goes on with further seeds until this much real time is over; 0: only as many seeds as asked for. */
  readonly minutes: number;
  readonly trace: boolean;
  readonly day: boolean;
  /** Each seed is played twice, and the traces must be equal. */
  readonly twice: boolean;
  readonly log: LogKind;
  /** Null: as each seed has it. */
  readonly isShared: boolean | null;
  /** Null: as each seed has it. */
  readonly clocks: boolean | null;
  /** Null: as each seed has them. */
  readonly troubles: readonly Trouble[] | null;
};

export const HELP = `Plays seeded worlds in which everything goes wrong, and checks what is promised.

  npm run sim -- --seed 7            this one; with --trace, told line by line
  npm run sim -- --seeds 500         this many, from 1 or from --seed
  npm run sim -- --from-commit       200 seeds that follow from the commit
  npm run sim -- --minutes 20        seeds for that long, others each time
  npm run sim -- --day               24 hours with 10,000 calls at a peak of 100 a minute
  --twice                            each seed twice: equal traces or a failure
  --log tables                       over the log of Azure Tables, in Azurite, instead of one in memory
  --instances shared|apart           instances share places and queues, or none do; else as each seed has it
  --clocks on|off                    clocks are set and machines suspended, or none is; else as each seed has it
  --with LIST                        ${TROUBLES.join(',')}, some of them, all or none; else as each seed has it

Exit code 1 when a promise was broken; the seed, the command that repeats it and the trace are printed.
`;

const COMMIT_SEEDS = 200;

/**
 * @returns null when help is asked for
 * @throws TypeError for options that are not known
 */
export function readOptions(args: string[]): SimOptions | null {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      seed: text,
      seeds: text,
      minutes: text,
      'from-commit': flag,
      trace: flag,
      day: flag,
      twice: flag,
      log: { ...text, default: 'memory' },
      instances: text,
      clocks: text,
      with: text,
      help: { ...flag, short: 'h' },
    },
  });
  if (values.help) return null;
  const minutes = numberOf('minutes', values.minutes, 0);
  const fallback = values['from-commit'] ? commitSeed() : minutes > 0 ? clockSeed() : 1;
  return {
    firstSeed: numberOf('seed', values.seed, fallback),
    seeds: numberOf('seeds', values.seeds, values['from-commit'] ? COMMIT_SEEDS : minutes > 0 ? Infinity : 1),
    minutes,
    trace: values.trace,
    day: values.day,
    twice: values.twice || values['from-commit'],
    log: oneOf('log', values.log, { memory: 'memory', tables: 'tables' }),
    isShared:
      values.instances === undefined ? null : oneOf('instances', values.instances, { shared: true, apart: false }),
    clocks: switched('clocks', values.clocks),
    troubles: values.with === undefined ? null : readTroubles(values.with),
  };
}

/** A seed that follows from the commit, so that each change is tried out on other worlds; 1 where there is no git. */
export function commitSeed(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return seedOf(commit);
  } catch {
    return 1;
  }
}

/** Long runs are to see worlds that nobody has seen. */
function clockSeed(): number {
  return seedOf(new Date().toISOString());
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) >>> 1;
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new TypeError(`--${name} takes a number, not "${text}"`);
  return value;
}

function switched(name: string, text: string | undefined): boolean | null {
  return text === undefined ? null : oneOf(name, text, { on: true, off: false });
}

function oneOf<T>(name: string, text: string, values: Readonly<Record<string, T>>): T {
  const value = Object.hasOwn(values, text) ? values[text] : undefined;
  if (value === undefined) throw new TypeError(`--${name} takes ${Object.keys(values).join(' or ')}, not "${text}"`);
  return value;
}
