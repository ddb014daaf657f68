import type { World } from './world.ts';

/** Counts since the start or the last reset. */
export type SimulatorStats = {
  readonly seed: number;
  readonly openCalls: number;
  /** createCall requests that were executed: replays and refused ones are not among them. */
  readonly createCalls: number;
  /** Calls put through to the telephone network. */
  readonly dials: number;
  /** Those that made a telephone ring. */
  readonly rings: number;
  readonly dialsByNumber: Readonly<Record<string, number>>;
  readonly ringsByNumber: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly requestsByOperation: Readonly<Record<string, number>>;
  /** Answers that a fault spoiled or withheld. */
  readonly requestFaults: number;
  readonly callbackAttempts: number;
  /** Posts answered with 2xx. */
  readonly callbacksSent: number;
  /** Posts given up after the last try. */
  readonly callbacksLost: number;
  /** Events dropped by a fault before the first try. */
  readonly callbacksDropped: number;
  /** Posts that are neither answered nor given up. */
  readonly callbacksPending: number;
};

/** A snapshot of the counts. */
export function statsOf(world: World): SimulatorStats {
  const { counters } = world;
  const requestsByOperation = Object.fromEntries(counters.requestsByOperation);
  return {
    seed: world.seed,
    openCalls: world.calls.open(),
    createCalls: counters.createCalls,
    dials: counters.dials,
    rings: counters.rings,
    dialsByNumber: Object.fromEntries(counters.dialsByNumber),
    ringsByNumber: Object.fromEntries(counters.ringsByNumber),
    requests: Object.values(requestsByOperation).reduce((sum, count) => sum + count, 0),
    requestsByOperation,
    requestFaults: counters.requestFaults,
    callbackAttempts: counters.callbackAttempts,
    callbacksSent: counters.callbacksSent,
    callbacksLost: counters.callbacksLost,
    callbacksDropped: counters.callbacksDropped,
    callbacksPending: world.callbacks.pending(),
  };
}
