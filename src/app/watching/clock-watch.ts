import type { Clock } from '../../base/clock.ts';
import type { Journal } from '../ports.ts';

const EVERY_MS = 5_000;
/** Less is a clock that is being adjusted, not set. */
const NOTABLE_MS = 1_000;

/**
 * Says so when somebody sets the clock of this machine. Nothing waits for wall time, so nothing else has to be done; but
 * entries bear other times from then on, and other instances reckon with ours within a minute.
 */
export function watchClock(clock: Clock, journal: Pick<Journal, 'warn'>): { close(): void } {
  const ahead = (): number => clock.now() - clock.monotonicMs();
  let knownMs = ahead();
  let callOff = (): void => {};
  const look = (): void => {
    const movedMs = Math.round(ahead() - knownMs);
    if (Math.abs(movedMs) >= NOTABLE_MS) {
      knownMs += movedMs;
      journal.warn({ movedMs }, 'the clock of this machine was set; calls go on by the time that goes by');
    }
    callOff = clock.after(EVERY_MS, look);
  };
  callOff = clock.after(EVERY_MS, look);
  return { close: () => callOff() };
}
