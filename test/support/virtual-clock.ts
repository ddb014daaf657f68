import type { Clock } from '../../src/base/clock.ts';

/** When virtual time begins, unless a test says otherwise. */
export const START = Date.parse('2026-03-02T15:00:00.000Z');

/** Time that stands still until a test moves it. */
export type VirtualClock = Clock & {
  /** Moves time on; what falls due runs, in order, each at its time, and what it began has had time to settle. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock to another time; alarms run on, as those of an operating system do. */
  jump(ms: number): void;
  /** How many alarms are set. */
  alarms(): number;
};

type Alarm = { readonly atMs: number; readonly ring: () => void };

export function virtualClock(startMs = START): VirtualClock {
  let elapsedMs = 0;
  let jumpedMs = 0;
  const alarms = new Set<Alarm>();
  const nextBy = (untilMs: number): Alarm | undefined =>
    [...alarms].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => startMs + elapsedMs + jumpedMs,
    monotonicMs: () => elapsedMs,
    jump(ms) {
      jumpedMs += ms;
    },
    after(delayMs, ring) {
      const alarm = { atMs: elapsedMs + Math.max(0, delayMs), ring };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await turns(1);
      for (let alarm = nextBy(untilMs); alarm; alarm = nextBy(untilMs)) {
        alarms.delete(alarm);
        elapsedMs = Math.max(elapsedMs, alarm.atMs);
        alarm.ring();
        await turns(1);
      }
      elapsedMs = Math.max(elapsedMs, untilMs);
      await turns(TURNS);
    },
    alarms: () => alarms.size,
  };
}

/** As if nothing had ever happened before. */
export const clockFromZero = (): VirtualClock => virtualClock(0);

/** The log groups what comes within a few turns of the event loop. */
const TURNS = 30;

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
