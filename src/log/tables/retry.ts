import { failureOf, unavailable } from './errors.ts';

/** How often a request is sent, and how long to wait before it is sent again. */
export type Retry = {
  /** At least 1. */
  readonly tries: number;
  /** Before the second try, in milliseconds; four times as long before each further one. */
  readonly firstWaitMs: number;
  readonly wait: (ms: number) => Promise<void>;
};

const GROWTH = 4;

/** Waits before the try that follows the `attempt`th. */
export function backOff({ firstWaitMs, wait }: Retry, attempt: number): Promise<void> {
  return wait(firstWaitMs * GROWTH ** (attempt - 1));
}

/**
 * Sends a request that does no harm when it is executed twice.
 * @throws LogError LOG_UNAVAILABLE
 */
export async function reliably<T>(retry: Retry, request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (error) {
      const failure = failureOf(error);
      const final = failure.kind === 'refused' || failure.kind === 'exists' || attempt >= retry.tries;
      if (final) throw unavailable(failure);
      await backOff(retry, attempt);
    }
  }
}
