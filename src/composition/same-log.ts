import type { Journal } from '../app/ports.ts';
import { type Kinship, kinshipOf } from '../audit/same-log.ts';
import type { Clock } from '../base/clock.ts';
import { errorCode } from '../base/coded-error.ts';
import { inTime } from '../base/time-limit.ts';
import { type CallEventLog, LogError } from '../log/port.ts';
import type { Stores } from './stores.ts';

type Compared = Pick<Stores, 'log' | 'readStore'>;

/** A log with calls in it must be looked after at once, whether or not the database is awake. */
const ANSWER_MS = 500;
const RETRY_MS = 5_000;
/** Asking again would give the same answer. */
const FINAL: readonly string[] = ['READ_STORE_CORRUPT', 'READ_STORE_NEWER', 'BUG'];

/**
 * Before a server takes up its log: is it the one that its read models were made from? A log that was deleted, emptied or
 * taken from elsewhere must not be gone on with in silence: what was acknowledged is missing in it, and nobody would know.
 * @returns what is not as it should be, in words; null when nothing is, or the read models cannot say
 * @throws LogError LOG_LOST
 */
export async function checkLog(stores: Compared, clock: Clock, journal: Journal): Promise<string | null> {
  const { log, readStore } = stores;
  const isNew = await isEmpty(log);
  const kinship = isNew
    ? await surely(stores, clock, journal)
    : await inTime(kinshipOf(log, readStore).catch(unknown), ANSWER_MS, clock.after);
  if (kinship === 'another') {
    throw new LogError(
      'LOG_LOST',
      'the read models know calls, and the log knows none of them: restore the log (callistra restore), or give the server its own data directory or tables; if this log is right, make the read models anew from it (callistra rebuild)',
    );
  }
  return kinship === 'behind'
    ? 'the log lacks entries that the read models have seen: see callistra verify; callistra rebuild makes read models of what there is'
    : null;
}

const unknown = (): null => null;

async function isEmpty(log: Pick<CallEventLog, 'registered'>): Promise<boolean> {
  for await (const _ of log.registered()) return false;
  return true;
}

/** Nothing waits in an empty log: there is time to find out whether it ought to be empty. */
async function surely({ log, readStore }: Compared, clock: Clock, journal: Journal): Promise<Kinship> {
  for (;;) {
    try {
      return await kinshipOf(log, readStore);
    } catch (error) {
      const code = errorCode(error);
      if (FINAL.includes(code)) throw error;
      journal.warn(
        { code },
        'the log is empty, and the read models cannot be asked whether it ought to be; asking again',
      );
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
    }
  }
}
