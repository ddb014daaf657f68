/** Counts since the start or the last reset. */
export type Counters = {
  /** createCall requests that were executed: replays and refused ones not among them. */
  createCalls: number;
  /** Calls put through to the telephone network. */
  dials: number;
  /** Those of them that made a telephone ring. */
  rings: number;
  /** Dials by number. */
  readonly dialsByNumber: Map<string, number>;
  /** Rings by number. */
  readonly ringsByNumber: Map<string, number>;
  /** Requests to the service's own routes, by operation, whatever the answer. */
  readonly requestsByOperation: Map<string, number>;
  /** Tries to post events, whatever the answer. */
  callbackAttempts: number;
  /** Posts answered with 2xx. */
  callbacksSent: number;
  /** Posts given up after the last try. */
  callbacksLost: number;
  /** Events that a fault dropped before the first try. */
  callbacksDropped: number;
  /** Faulty answers to requests. */
  requestFaults: number;
};

/** All counts zero. */
export function createCounters(): Counters {
  return {
    createCalls: 0,
    dials: 0,
    rings: 0,
    dialsByNumber: new Map(),
    ringsByNumber: new Map(),
    requestsByOperation: new Map(),
    callbackAttempts: 0,
    callbacksSent: 0,
    callbacksLost: 0,
    callbacksDropped: 0,
    requestFaults: 0,
  };
}

/** One more under `key`. */
export function countUp(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
