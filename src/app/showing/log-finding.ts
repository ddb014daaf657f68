import type { Clock } from '../../base/clock.ts';
import { inTime } from '../../base/time-limit.ts';

/** What was found of the log before the start, for as long as it is so. */
export type LogFinding = {
  /** In words; null when the log is as it should be. */
  words(): string | null;
  /** Looks again, unless that was done lately or there is nothing to see. Resolves in bounded time. */
  look(): Promise<void>;
};

const EVERY_MS = 60_000;
const LOOK_MS = 1_000;

/**
 * Somebody may have put the missing entries back beside the server, or made the read models anew.
 * @param again what is found now; absent: nobody can tell
 */
export function createLogFinding(
  found: string | null,
  again: (() => Promise<string | null>) | undefined,
  { monotonicMs, after }: Pick<Clock, 'monotonicMs' | 'after'>,
): LogFinding {
  let words = found;
  let lookedMs = monotonicMs();
  return {
    words: () => words,
    async look() {
      if (words === null || !again || monotonicMs() - lookedMs < EVERY_MS) return;
      lookedMs = monotonicMs();
      const looking = again().then(
        (now) => {
          words = now;
        },
        // Who cannot be asked has not said that it is over.
        () => {},
      );
      await inTime(looking, LOOK_MS, after);
    },
  };
}
