import { runDay } from './day.ts';
import { HELP, readOptions, type SimOptions } from './options.ts';
import { play } from './play.ts';
import type { Outcome } from './run.ts';

const PROGRESS_EVERY_MS = 500;
const DAY_CALLS = 10_000;

const print = (text: string): void => void process.stdout.write(text);

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    print(HELP);
    return 0;
  }
  return options.day ? day(options) : seeds(options);
}

async function seeds({ firstSeed, seeds, minutes, trace, twice, ...world }: SimOptions): Promise<number> {
  const { log, isShared, clocks, troubles } = world;
  const forMs = minutes > 0 ? minutes * 60_000 : Number.POSITIVE_INFINITY;
  const options = {
    log,
    ...(isShared !== null && { isShared }),
    ...(clocks !== null && { clocks }),
    ...(troubles && { troubles }),
  };
  let shownMs = 0;
  const onSeed = ({ seed, lines, failure }: Outcome, played: number): void => {
    if (trace && !failure) print(`${lines.join('\n')}\n`);
    const nowMs = performance.now();
    if (!process.stdout.isTTY || nowMs - shownMs < PROGRESS_EVERY_MS) return;
    shownMs = nowMs;
    print(`\r${played} seeds, now ${seed} `);
  };
  const { played, calls, virtualHours, problem } = await play({ firstSeed, seeds, forMs, twice, options, onSeed });
  if (process.stdout.isTTY) print('\r');
  if (problem) print(problem);
  const verdict = problem ? 'a promise is broken' : 'every promise held';
  print(`${played} seeds from ${firstSeed}, ${calls} calls, ${Math.round(virtualHours)} virtual hours: ${verdict}\n`);
  return problem ? 1 : 0;
}

async function day({ firstSeed }: SimOptions): Promise<number> {
  const { problem, summary } = await runDay({
    seed: firstSeed,
    calls: DAY_CALLS,
    onHour: (line) => print(`${line}\n`),
  });
  print(`${problem ?? summary}\n`);
  return problem ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  print(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exitCode = 2;
}
