import { failureOf, unavailable } from './errors.ts';

/** How often a request is sent, and how long to wait before it is sent again. */
export type Retry = {
  /** At least 1. */
  readonly tries: number;
  /** Before the second try, in milliseconds; four times as long before each further one. */
  readonly firstWaitMs: number;
  /** No further try begins later than this after the first one began, in milliseconds. */
  readonly lastBeginMs: number;
  readonly monotonicMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

const GROWTH = 4;

/** Counts tries. */
export type Tries = {
  /** Whether there is another one; if so, resolves when it may begin. */
  another(): Promise<boolean>;
};

/** The first try begins now. */
export function beginTries(retry: Retry): Tries {
  const { tries, firstWaitMs, lastBeginMs, monotonicMs, wait } = retry;
  const beganMs = monotonicMs();
  let made = 1;
  return {
    async another() {
      const waitMs = firstWaitMs * GROWTH ** (made - 1);
      if (made >= tries || monotonicMs() - beganMs + waitMs > lastBeginMs) return false;
      made += 1;
      await wait(waitMs);
      return true;
    },
  };
}

/**
 * Sends a request that does no harm when it is executed twice.
 * @throws LogError LOG_UNAVAILABLE
 */
export async function reliably<T>(retry: Retry, request: () => Promise<T>): Promise<T> {
  const tries = beginTries(retry);
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const failure = failureOf(error);
      const isFinal = failure.kind === 'refused' || failure.kind === 'exists';
      if (isFinal || !(await tries.another())) throw unavailable(failure);
    }
  }
}
