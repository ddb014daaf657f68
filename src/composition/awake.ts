import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';

const TRY_AGAIN_MS = 10_000;
/** A serverless database that is paused refuses for about a minute, while it wakes. */
const TRIES = 18;

/**
 * Asks until there is an answer, for three minutes and what the tries take.
 * @param ask fails with READ_STORE_UNAVAILABLE while the database cannot be reached
 * @throws what `ask` throws, when it was asked often enough or something else is wrong
 */
export async function untilAwake(ask: () => Promise<unknown>, clock: Pick<Clock, 'after'>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries >= TRIES || errorCode(error) !== 'READ_STORE_UNAVAILABLE') throw error;
    }
    await new Promise<void>((resolve) => clock.after(TRY_AGAIN_MS, resolve));
  }
}
