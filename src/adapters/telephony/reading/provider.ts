import { ACS, type Provider } from '../../../domain/call/provider.ts';
import { FIRST_READING } from './first.ts';
import { MADE_UP } from './made-up.ts';
import { SECOND_READING } from './second.ts';

/**
 * ACS remembered a dial for ten seconds at least where that was recorded, and does not say for how long it does: two minutes are
 * for answers that were lost, no longer.
 */
const REPEAT_SAFE_MS = 120_000;

/** A simulator remembers a dial for ten minutes of its own time. */
const SIMULATOR_MEMORY_MS = 500_000;

/**
 * Azure Communication Services, as a provider of calls.
 * @param timeScale how many times faster than the wall clock a simulator's time is
 */
export function acsProvider(timeScale = 1): Provider {
  return {
    name: ACS,
    // The next reading goes here, in files of its own beside `second*.ts`; those that stand here are never changed again.
    readings: [FIRST_READING, SECOND_READING],
    madeUp: MADE_UP,
    repeatSafeMs: Math.min(REPEAT_SAFE_MS, SIMULATOR_MEMORY_MS / timeScale),
  };
}
