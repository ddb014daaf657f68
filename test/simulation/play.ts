import { describeFailure, firstDifference } from './report.ts';
import { type Outcome, type RunOptions, runSeed } from './run.ts';

/** Which seeds, and how. */
export type PlayOptions = {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Real milliseconds; Infinity: until all seeds are played. */
  readonly forMs: number;
  readonly twice: boolean;
  readonly options?: RunOptions;
  readonly onSeed: (outcome: Outcome, played: number) => void;
};

/** What a row of seeds brought; `problem` tells of the first that failed. */
export type Played = {
  readonly played: number;
  readonly calls: number;
  readonly virtualHours: number;
  readonly problem: string | null;
};

/** Plays seed after seed until one fails, all are played or time is up. */
export async function play({ firstSeed, seeds, forMs, twice, options = {}, onSeed }: PlayOptions): Promise<Played> {
  const endMs = performance.now() + forMs;
  let calls = 0;
  let virtualHours = 0;
  for (let played = 0; ; played += 1) {
    if (played >= seeds || performance.now() >= endMs) return { played, calls, virtualHours, problem: null };
    const outcome = await runSeed(firstSeed + played, options);
    calls += outcome.calls;
    virtualHours += outcome.virtualMs / 3_600_000;
    onSeed(outcome, played + 1);
    const problem = outcome.failure
      ? describeFailure(outcome, options)
      : twice
        ? await playAgain(outcome, options)
        : null;
    if (problem) return { played: played + 1, calls, virtualHours, problem };
  }
}

async function playAgain(first: Outcome, options: RunOptions): Promise<string | null> {
  const difference = firstDifference(first, await runSeed(first.seed, options));
  return difference && `seed ${first.seed} does not go the same way twice: ${difference}\n`;
}
