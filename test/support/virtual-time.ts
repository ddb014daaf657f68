import type { Clock } from '../../src/base/clock.ts';
import { createVirtualClock } from '../../src/simulator/clock/clock.ts';

export const START = Date.parse('2026-03-02T15:00:00.000Z');

export type TestClock = Clock & {
  /** Moves time on; what falls due runs, and what it began has had time to settle. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock to another time; alarms run on, as those of an operating system do. */
  jump(ms: number): void;
  /** How many alarms are set. */
  alarms(): number;
};

/** Time that stands still until a test moves it. */
export function testClock(): TestClock {
  const clock = createVirtualClock(START);
  let alarms = 0;
  let jumpedMs = 0;
  return {
    now: () => clock.now() + jumpedMs,
    jump(ms) {
      jumpedMs += ms;
    },
    after(delayMs, task) {
      alarms += 1;
      let pending = true;
      const over = (): void => {
        if (pending) alarms -= 1;
        pending = false;
      };
      const callOff = clock.after(delayMs, () => {
        over();
        task();
      });
      return () => {
        over();
        callOff();
      };
    },
    async advance(ms) {
      clock.advance(ms);
      // The log groups what comes within a few turns of the event loop.
      for (let turns = 0; turns < 30; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    alarms: () => alarms,
  };
}
