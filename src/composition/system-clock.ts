import { uptime } from 'node:os';
import type { Clock } from '../base/clock.ts';

/** What a machine tells of time. */
export type Machine = {
  /** Milliseconds since 1970; may be set. */
  wallMs(): number;
  /** Milliseconds; never set, but on Linux it stands still while the machine is suspended. */
  steadyMs(): number;
  /** Milliseconds since the machine was started, those included in which it was suspended. */
  upMs(): number;
  /** Runs `task` once after so much of `steadyMs`. @returns what stops it */
  setTimer(task: () => void, delayMs: number): object;
  stopTimer(timer: object): void;
};

const THIS_MACHINE: Machine = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
  upMs: () => uptime() * 1_000,
  setTimer: (task, delayMs) => setTimeout(task, delayMs),
  stopTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** More than what the readings of three clocks differ by, one after the other and rounded to seconds by some systems. */
const NOTABLE_MS = 2_000;

/**
 * A longer wait goes by in pieces: after a machine was suspended its alarms are late by no more than this. It is also far
 * below 2^31 ms (24.8 days), beyond which setTimeout rings at once.
 */
const PIECE_MS = 10_000;

/** Rounded up: setTimeout cuts fractions off, and would ring before the time. */
function pieceOf(waitMs: number): number {
  return Math.ceil(Math.min(waitMs, PIECE_MS));
}

/** The clock of a machine. */
export function createSystemClock(machine: Machine = THIS_MACHINE): Clock {
  const monotonicMs = createMonotonic(machine);
  return {
    now: machine.wallMs,
    monotonicMs,
    after(delayMs, task) {
      const waitMs = delayMs > 0 ? delayMs : 0;
      const dueMs = monotonicMs() + waitMs;
      // Two functions of each, and no more: thousands of calls hold one.
      const look = (): void => {
        const leftMs = dueMs - monotonicMs();
        if (leftMs <= 0) task();
        else timer = machine.setTimer(look, pieceOf(leftMs));
      };
      let timer = machine.setTimer(look, pieceOf(waitMs));
      return () => machine.stopTimer(timer);
    },
  };
}

/**
 * A clock that was set and a machine that was suspended look alike: wall time leaps and steady time does not. The uptime
 * tells them apart. It is asked only when wall time has left its course, as reading it costs a file on Linux. Where it does
 * not count either, as in some sandboxes, waits run the rest of their time, which is the lesser evil: no call waits longer
 * than some minutes, and a clock that is merely set must not disturb one.
 */
function createMonotonic({ wallMs, steadyMs, upMs }: Machine): () => number {
  let sleptMs = 0;
  let course = wallMs() - steadyMs();
  let sleepless = upMs() - steadyMs();
  const look = (nowMs: number): void => {
    course = wallMs() - nowMs;
    const missedMs = upMs() - nowMs - sleepless;
    if (Math.abs(missedMs) < NOTABLE_MS) return;
    sleepless += missedMs;
    sleptMs += Math.max(0, missedMs);
  };
  return () => {
    const nowMs = steadyMs();
    if (Math.abs(wallMs() - nowMs - course) >= NOTABLE_MS) look(nowMs);
    return nowMs + sleptMs;
  };
}

/** The clock of this machine. */
export const systemClock: Clock = createSystemClock();
