import type { Clock } from './clock.ts';

/**
 * Waits for work for as long as the limit says. The work goes on when it is late, and what becomes of it then is nobody's
 * matter: it must not need to be waited for, and its failure is not reported as unhandled.
 * @param after whose time passes; absent: this machine's
 * @returns `late` when the limit passed first
 * @throws what the work throws in time
 */
export async function inTime<T>(
  work: Promise<T>,
  limitMs: number,
  after: Clock['after'] = afterRealTime,
): Promise<T | 'late'> {
  let callOff = (): void => {};
  const limit = new Promise<'late'>((resolve) => {
    callOff = after(limitMs, () => resolve('late'));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    callOff();
  }
}

function afterRealTime(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
