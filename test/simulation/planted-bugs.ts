import type { Planted } from './planted.ts';
import * as decides from './planted-decide.ts';
import * as logs from './planted-log.ts';
import * as ports from './planted-ports.ts';
import * as trails from './planted-trail.ts';
import { runSeed } from './run.ts';
import type { Trouble } from './troubles.ts';

/** A bug, and the seed from which the search for it begins. */
export type Bug = {
  readonly name: string;
  readonly planted: Planted;
  readonly fromSeed: number;
  /** It shows where clocks are set. */
  readonly clocks?: boolean;
  /** What shows it. */
  readonly trouble?: Trouble;
  /** The promise by one of which it has to be found; absent: any. */
  readonly promises?: readonly string[];
};

const VOUCHED_FOR = 'what a living instance appended is vouched for from memory';

/** Mistakes that programs of this kind are known for. The simulation must find each. */
export const BUGS: readonly Bug[] = [
  { name: 'answer before commit', planted: logs.answerBeforeCommit, fromSeed: 1 },
  { name: 'no claim', planted: logs.noClaim, fromSeed: 2 },
  { name: 'two dispatchers', planted: ports.twoDispatchers, fromSeed: 1 },
  { name: 'checkpoint ahead of rows', planted: ports.checkpointAheadOfRows, fromSeed: 38 },
  { name: 'time-out booked as failure', planted: ports.timeoutIsFailure, fromSeed: 7 },
  { name: 'dedupe by memory only', planted: decides.dedupeByMemory, fromSeed: 1 },
  { name: 'late answer dropped', planted: decides.lateAnswerDropped, fromSeed: 7 },
  { name: 'deadlines lost on restart', planted: logs.deadlinesLostOnRestart, fromSeed: 26 },
  { name: 'chain over re-serialised JSON', planted: logs.chainOverParsedJson, fromSeed: 1 },
  { name: 'registration after append', planted: logs.registeredAfterAppend, fromSeed: 1 },
  { name: 'cancel wipes answers', planted: decides.cancelWipesAnswers, fromSeed: 235 },
  { name: 'cancel without effect', planted: decides.cancelWithoutEffect, fromSeed: 1 },
  { name: 'open call checked outside the log', planted: logs.checkOutsideLog, fromSeed: 5 },
  { name: 'redial under a new id', planted: decides.redialUnderNewId, fromSeed: 8 },
  { name: 'prompt before proof', planted: decides.promptBeforeProof, fromSeed: 1 },
  { name: 'error of the log swallowed', planted: logs.errorSwallowed, fromSeed: 3 },
  { name: 'blind retry of an append', planted: logs.blindRetry, fromSeed: 2 },
  { name: 'dialled without a turn', planted: decides.dialWithoutTurn, fromSeed: 1 },
  { name: 'lost check ends the call', planted: decides.unknownCheckEndsCall, fromSeed: 27 },
  { name: 'waits by the wall', planted: ports.waitsByTheWall, fromSeed: 61, clocks: true },
  { name: '503 taken for a refusal', planted: ports.unavailableIsRefusal, fromSeed: 38, trouble: 'refusals' },
  { name: 'leg by the word of a callback', planted: decides.legByCallback, fromSeed: 42, trouble: 'strays' },
  { name: 'error of a full log swallowed', planted: logs.errorSwallowed, fromSeed: 2, trouble: 'full-log' },
  { name: 'damaged entry passed over', planted: logs.damagePassedOver, fromSeed: 26, trouble: 'damage' },
  { name: 'dials after it was told to stop', planted: ports.dialsToTheEnd, fromSeed: 7, trouble: 'shutdowns' },
  {
    name: 'log rewritten behind the server’s back',
    planted: trails.logRewritten,
    fromSeed: 1,
    trouble: 'checkpoints',
    promises: ['verify finds what is wrong and nothing else', 'the log verifies with its tree'],
  },
  {
    name: 'appends past the log that remembers heads',
    planted: trails.headsBypassed,
    fromSeed: 1,
    trouble: 'checkpoints',
    promises: [VOUCHED_FOR],
  },
  {
    name: 'heads forgotten before they are recorded',
    planted: trails.headsForgottenEarly,
    fromSeed: 4,
    trouble: 'checkpoints',
    promises: [VOUCHED_FOR],
  },
  {
    name: 'look recorded after data was given',
    planted: trails.lookRecordedLater,
    fromSeed: 1,
    trouble: 'checkpoints',
    promises: ['a look is in the log before data is given'],
  },
];

/** How a bug was found; null when it was not. */
export type Found = { readonly seed: number; readonly seeds: number; readonly promise: string; readonly what: string };

/** Plays seeds until one fails. */
export async function hunt(
  { planted, fromSeed, clocks = false, trouble }: Bug,
  seedsMax: number,
): Promise<Found | null> {
  for (let seeds = 1; seeds <= seedsMax; seeds += 1) {
    const seed = fromSeed + seeds - 1;
    const { failure } = await runSeed(seed, { planted, clocks, troubles: trouble ? [trouble] : [] });
    if (failure) return { seed, seeds, promise: failure.promise, what: failure.what };
  }
  return null;
}
