import { setTimeout as pause } from 'node:timers/promises';
import { isBusy } from './errors.ts';

const TRIES = 300;
const PAUSE_MS = 20;

/**
 * Does what another process's lock may refuse, again and again for some seconds, and gives everybody else their turn in
 * between: waiting inside SQLite would hold the whole process.
 * @throws ReadStoreError BUSY in the end, and whatever else the work throws
 */
export async function patiently<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || tried === TRIES) throw error;
    }
    await pause(PAUSE_MS);
  }
}
