import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from './system-clock.ts';

/** Time as the log's store tells it, so that instances on machines whose clocks differ reckon by one. */
export type StoreClock = Clock & {
  /** The store has answered just now, and its `Date` header says so. What is no date says nothing. */
  heard(date: string): void;
  /** By how much this machine's clock is ahead of the store's, in milliseconds; below zero: behind. Null: nothing was heard. */
  offMs(): number | null;
};

/** What is older counts no more: the oscillators of two machines drift apart. */
const WINDOW_MS = 600_000;

type Sample = { readonly atMs: number; readonly aheadMs: number };

/**
 * Wall time by the store, waits by the machine. A `Date` header counts whole seconds and is some time under way, so it never tells
 * more than the time that it is: of what was heard in the last ten minutes the greatest is nearest to it, and nobody is ahead.
 * Behind is at most one second and the answer's time on its way, as long as little was heard. Before anything was heard, the machine tells it.
 */
export function createStoreClock(machineClock: Clock): StoreClock {
  const { monotonicMs, after } = machineClock;
  // In the order of their times, each further ahead than all that follow: the first is the greatest.
  let samples: Sample[] = [];
  const now = (): number => {
    const [greatest] = samples;
    return greatest ? Math.floor(monotonicMs() + greatest.aheadMs) : machineClock.now();
  };
  return {
    now,
    monotonicMs,
    after,
    heard(date) {
      const toldMs = Date.parse(date);
      if (Number.isNaN(toldMs)) return;
      const atMs = monotonicMs();
      const aheadMs = toldMs - atMs;
      samples = [
        ...samples.filter((sample) => sample.aheadMs > aheadMs && atMs - sample.atMs < WINDOW_MS),
        { atMs, aheadMs },
      ];
    },
    offMs: () => (samples.length === 0 ? null : machineClock.now() - now()),
  };
}

/** By which clock a server goes. */
export type Time = {
  readonly clock: Clock;
  /** Hears what time the store of the log says it is. */
  readonly heardDate?: StoreClock['heard'] | undefined;
  readonly clockOff?: StoreClock['offMs'];
};

/** Instances on several machines go by one clock, that of the log which they share. */
export function timeOf({ tables }: Pick<Config, 'tables'>, machineClock: Clock = systemClock): Time {
  if (!tables) return { clock: machineClock };
  const { heard, offMs, ...clock } = createStoreClock(machineClock);
  return { clock, heardDate: heard, clockOff: offMs };
}
