import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSystemClock, systemClock } from '../../src/composition/system-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** After a machine was suspended alarms are late by no more. */
const PIECE_MS = 10_000;
/** What Node takes for "at once". */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A machine whose clocks a test holds; its timers are those of Node in what they do with a delay. */
function machine() {
  let [wallMs, steadyMs, upMs] = [Date.parse('2026-03-02T15:00:00.000Z'), 1_000.25, 9 * DAY];
  const timers = new Map<() => void, number>();
  const clock = createSystemClock({
    wallMs: () => wallMs,
    steadyMs: () => steadyMs,
    upMs: () => upMs,
    setTimer(task, delayMs) {
      const waitMs = delayMs >= 1 && delayMs <= LONGEST_TIMEOUT_MS ? Math.trunc(delayMs) : 1;
      const once = (): void => {
        timers.delete(once);
        task();
      };
      timers.set(once, steadyMs + waitMs);
      return once;
    },
    stopTimer: (timer) => void timers.delete(timer as () => void),
  });
  const next = () => [...timers].sort(([, a], [, b]) => a - b)[0];
  const pass = (ms: number): void => {
    [wallMs, steadyMs, upMs] = [wallMs + ms, steadyMs + ms, upMs + ms];
  };
  return {
    clock,
    set(ms: number) {
      wallMs += ms;
    },
    suspend(ms: number, counts = true) {
      wallMs += ms;
      if (counts) upMs += ms;
    },
    timers: () => timers.size,
    advance(ms: number) {
      const untilMs = steadyMs + ms;
      for (let first = next(); first && first[1] <= untilMs; first = next()) {
        pass(first[1] - steadyMs);
        first[0]();
      }
      pass(untilMs - steadyMs);
    },
  };
}

for (const [what, delayMs] of [
  ['nothing', 0],
  ['less than nothing', -5],
  ['minus infinity', Number.NEGATIVE_INFINITY],
  ['no number', Number.NaN],
] as const) {
  test(`a wait of ${what} is over at once`, () => {
    const one = machine();
    const rung: number[] = [];
    one.clock.after(delayMs, () => void rung.push(1));
    one.advance(2);
    assert.equal(rung, [1]);
  });
}

for (const delayMs of [
  1,
  1.5,
  999,
  PIECE_MS,
  PIECE_MS + 1,
  HOUR,
  LONGEST_TIMEOUT_MS,
  LONGEST_TIMEOUT_MS + 1,
  60 * DAY,
]) {
  test(`a wait of ${delayMs} ms is as long as it should be, and not shorter`, () => {
    const one = machine();
    const rung: number[] = [];
    const fromMs = one.clock.monotonicMs();
    one.clock.after(delayMs, () => void rung.push(one.clock.monotonicMs() - fromMs));
    one.advance(delayMs - 0.5);
    assert.equal(rung, []);
    one.advance(2);
    assert.is(rung.length, 1);
    assert.is(one.timers(), 0);
  });
}

test('a wait without end never rings, and can be called off', () => {
  const one = machine();
  const callOff = one.clock.after(Number.POSITIVE_INFINITY, () => assert.unreachable());
  one.advance(HOUR);
  assert.is(one.timers(), 1);
  callOff();
  assert.is(one.timers(), 0);
});

test('what is called off does not ring, in whichever of its pieces it is', () => {
  const one = machine();
  const callOff = one.clock.after(DAY, () => assert.unreachable());
  one.advance(HOUR);
  callOff();
  one.advance(2 * DAY);
});

test('on this machine a wait beyond 24.8 days does not ring at once', async () => {
  let rung = false;
  const callOff = systemClock.after(LONGEST_TIMEOUT_MS + 1, () => {
    rung = true;
  });
  // A timer that Node takes for one of a millisecond rings before.
  for (let waits = 0; waits < 3; waits += 1) await new Promise<void>((resolve) => void systemClock.after(5, resolve));
  callOff();
  assert.is(rung, false);
});

for (const ms of [-HOUR, -60 * DAY, 2 * HOUR, 400 * DAY]) {
  test(`a clock that is set by ${ms / HOUR} hours moves no wait, and shows itself`, () => {
    const one = machine();
    const [fromMs, nowMs] = [one.clock.monotonicMs(), one.clock.now()];
    const rung: number[] = [];
    one.clock.after(HOUR / 2, () => void rung.push(one.clock.monotonicMs() - fromMs));
    one.advance(60_000);
    one.set(ms);
    one.advance(HOUR / 2 - 60_001);
    assert.equal(rung, []);
    one.advance(3);
    assert.is(rung.length, 1);
    assert.ok(Math.abs(one.clock.monotonicMs() - fromMs - HOUR / 2) < 5);
    assert.ok(Math.abs(one.clock.now() - nowMs - ms - HOUR / 2) < 5);
  });
}

test('time for which the machine was suspended has gone by, and what fell due meanwhile is looked at soon', () => {
  const one = machine();
  const fromMs = one.clock.monotonicMs();
  const rung: string[] = [];
  one.clock.after(60_000, () => void rung.push('due'));
  one.clock.after(2 * HOUR, () => void rung.push('not due'));
  one.advance(1_000);
  one.suspend(HOUR);
  assert.ok(Math.abs(one.clock.monotonicMs() - fromMs - HOUR - 1_000) < 5);
  one.advance(PIECE_MS + 2);
  assert.equal(rung, ['due']);
  one.advance(HOUR);
  assert.equal(rung, ['due', 'not due']);
});

test('suspended again and again, and set in between, it counts each time once', () => {
  const one = machine();
  const fromMs = one.clock.monotonicMs();
  for (let time = 0; time < 5; time += 1) {
    one.suspend(HOUR);
    one.advance(1_000);
    one.set(time % 2 ? -3 * HOUR : 5 * HOUR);
    one.advance(1_000);
    one.clock.monotonicMs();
  }
  assert.ok(Math.abs(one.clock.monotonicMs() - fromMs - 5 * HOUR - 10_000) < 5);
});

test('where the uptime does not count a suspension either it is as if the clock was set', () => {
  const one = machine();
  const fromMs = one.clock.monotonicMs();
  one.suspend(HOUR, false);
  assert.ok(Math.abs(one.clock.monotonicMs() - fromMs) < 5);
});

test('the monotonic clock of this machine does not go back', () => {
  let lastMs = systemClock.monotonicMs();
  for (let reading = 0; reading < 1_000; reading += 1) {
    const nowMs = systemClock.monotonicMs();
    assert.ok(nowMs >= lastMs);
    lastMs = nowMs;
  }
});

test.run();
