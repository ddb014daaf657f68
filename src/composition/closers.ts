import type { Logger } from 'pino';
import { inTime } from '../base/time-limit.ts';

/** A part that was opened, and how it is closed again. */
export type Closer = {
  readonly what: string;
  /** @param limitMs how long it is waited for */
  readonly close: (limitMs: number) => Promise<void> | void;
};

/** The least that a part is given, however late it is: what is at hand can be written in it. */
const LEAST_MS = 100;

/**
 * Closes what was opened last first, and waits for nothing longer than there is time: each may take half of what is left,
 * so that none that hangs leaves nothing to those after it. What is cut off so is in the log, for the next start.
 * @throws the first error of a part, after all are closed
 */
export async function closeAll(closers: Closer[], limitMs: number, journal: Pick<Logger, 'warn'>): Promise<void> {
  const untilMs = performance.now() + limitMs;
  const errors: unknown[] = [];
  for (let closer = closers.pop(); closer; closer = closers.pop()) {
    const { what, close } = closer;
    const shareMs = Math.max(LEAST_MS, (untilMs - performance.now()) / 2);
    try {
      const isLate = (await inTime(Promise.resolve(close(shareMs)), shareMs + LEAST_MS)) === 'late';
      if (isLate) journal.warn({ what }, 'not waited for any longer');
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
