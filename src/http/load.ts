import { getHeapStatistics } from 'node:v8';
import type { HttpLimits } from './limits.ts';

/** What is refused while there is too much to do: what staff asks for first, callbacks last. */
export const SHEDDABLE = ['staff', 'callback'] as const;

export type Sheddable = (typeof SHEDDABLE)[number];

/** A look at the process. */
export type LoadSample = {
  readonly atMs: number;
  /** By how much the event loop was late since the look before. */
  readonly delayMs: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
};

/** Whether there is too much to do now. */
export type Load = {
  took(sample: LoadSample): void;
  isHigh(whom: Sheddable, nowMs: number): boolean;
};

type LoadLimits = Pick<HttpLimits, 'maxEventLoopDelayMs' | 'maxHeapBytes' | 'maxRssBytes' | 'loadSampleMs'>;

/** The part of a limit at which staff is refused already. Memory goes up and down by the garbage in it, so it is near. */
const STAFF_SHARE = { delay: 0.5, memory: 0.95, inFlight: 0.5 } as const;

/**
 * Judges by the newest looks. One late look is a stall that is over by the time it is seen: the process was suspended, or
 * did one long piece of work, and what waited in the sockets meanwhile can be answered now. Too much to do is what makes the
 * loop late again and again. Such a verdict holds until the next look is due: after a stall it is out of date.
 */
export function createLoad(limits: LoadLimits): Load {
  const { maxEventLoopDelayMs, maxHeapBytes, maxRssBytes, loadSampleMs } = limits;
  let newest: LoadSample = { atMs: 0, delayMs: 0, heapBytes: 0, rssBytes: 0 };
  let steadyDelayMs = 0;
  return {
    took(sample) {
      steadyDelayMs = Math.min(newest.delayMs, sample.delayMs);
      newest = sample;
    },
    isHigh(whom, nowMs) {
      const isFull =
        exceeds(newest.heapBytes, shareOf(maxHeapBytes, whom, 'memory')) ||
        exceeds(newest.rssBytes, shareOf(maxRssBytes, whom, 'memory'));
      if (isFull) return true;
      if (!exceeds(steadyDelayMs, shareOf(maxEventLoopDelayMs, whom, 'delay'))) return false;
      // A loop as late as at the last look has looked again by then.
      return nowMs - newest.atMs <= loadSampleMs + 2 * newest.delayMs;
    },
  };
}

/** The limit for so many requests at a time; zero: none. */
export function inFlightLimit(maxInFlight: number, whom: Sheddable): number {
  return Math.ceil(shareOf(maxInFlight, whom, 'inFlight'));
}

function shareOf(limit: number, whom: Sheddable, of: keyof typeof STAFF_SHARE): number {
  return whom === 'staff' ? limit * STAFF_SHARE[of] : limit;
}

export function exceeds(value: number, limit: number): boolean {
  return limit > 0 && value > limit;
}

const TICK_MS = 25;

/**
 * Looks at this process every so often, by ticks of its own: `monitorEventLoopDelay` leaves out the first tick after each
 * reset, which of a loop whose turns are longer than a look is every one.
 * @returns stops looking
 */
export function watchProcess(load: Load, { loadSampleMs, maxRssBytes }: LoadLimits): () => void {
  let rssBytes = 0;
  let tickedMs = performance.now();
  let lookedMs = tickedMs;
  let late = { sumMs: 0, ticks: 0 };
  const look = (atMs: number): void => {
    const { used_heap_size: heapBytes } = getHeapStatistics();
    if (maxRssBytes > 0) rssBytes = residentBytes() ?? rssBytes;
    load.took({ atMs, delayMs: late.sumMs / Math.max(1, late.ticks), heapBytes, rssBytes });
    late = { sumMs: 0, ticks: 0 };
    lookedMs = atMs;
  };
  const tick = (): void => {
    const nowMs = performance.now();
    late = { sumMs: late.sumMs + Math.max(0, nowMs - tickedMs - TICK_MS), ticks: late.ticks + 1 };
    tickedMs = nowMs;
    if (nowMs - lookedMs >= loadSampleMs) look(nowMs);
  };
  look(tickedMs);
  const timer = setInterval(tick, TICK_MS).unref();
  return () => clearInterval(timer);
}

/** Null when no file can be opened: the system tells it in one. */
function residentBytes(): number | null {
  try {
    return process.memoryUsage.rss();
  } catch {
    return null;
  }
}
