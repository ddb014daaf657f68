/**
 * Where the simulator takes time from. All members speak milliseconds of the machine; scaling is {@link createTimers}' business.
 */
export type SimulatorClock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment; they go on evenly when somebody sets the clock. */
  monotonicMs(): number;
  /** Runs `run` once after `delayMs`; the returned function prevents it. */
  after(delayMs: number, run: () => void): () => void;
};

/** setTimeout fires at once for anything longer than a signed 32-bit number of milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The process's own clock. */
export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, LONGEST_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is told to move. */
export type VirtualClock = SimulatorClock & {
  /** Moves time on by `byMs` and runs everything that falls due, in order of time. */
  advance(byMs: number): void;
};

/**
 * A clock for tests: thirty hours pass in no time.
 *
 * @param startMs first value of `now()`, milliseconds since the epoch
 */
export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  let sequence = 0;
  const timers = new Map<number, { dueMs: number; run: () => void }>();

  const nextDue = (untilMs: number): number | undefined => {
    let best: { id: number; dueMs: number } | undefined;
    for (const [id, { dueMs }] of timers) {
      if (dueMs <= untilMs && (best === undefined || dueMs < best.dueMs)) best = { id, dueMs };
    }
    return best?.id;
  };

  return {
    now: () => nowMs,
    // Of the same size as `now`: rounded otherwise, a time that is due could lie ahead by less than any wait.
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const id = sequence++;
      timers.set(id, { dueMs: nowMs + Math.max(0, delayMs), run });
      return () => void timers.delete(id);
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (let id = nextDue(untilMs); id !== undefined; id = nextDue(untilMs)) {
        const timer = timers.get(id);
        timers.delete(id);
        if (timer === undefined) continue;
        nowMs = timer.dueMs;
        timer.run();
      }
      nowMs = untilMs;
    },
  };
}
