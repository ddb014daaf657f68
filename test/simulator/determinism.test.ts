import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createVirtualClock } from '../../src/simulator/clock/clock.ts';
import { createTimers } from '../../src/simulator/clock/timers.ts';
import { randomFor, uuidFrom } from '../../src/simulator/faults/prng.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { until } from '../support/until.ts';
import { call, errorOf, type Rig, startRig } from './rig.ts';

async function idsOfThreeCalls(seed: number, faults: object = {}) {
  const rig: Rig = await startRig({ seed, faults, callsPerCallerId: 0 });
  try {
    for (const number of ['+15550101', '+15550102', '+15550103']) await call(rig, number);
    await until('three answers', () => rig.simulator.calls().every(({ state }) => state === 'connected'));
    await until('quiet', () => rig.simulator.stats().callbacksPending === 0);
    const calls = rig.simulator.calls().map(({ callConnectionId }) => callConnectionId);
    return {
      calls,
      events: rig.receiver
        .events()
        .map(({ id }) => id)
        .sort(),
    };
  } finally {
    await rig.close();
  }
}

test('one seed gives the same ids of calls and events again', async () => {
  assert.equal(await idsOfThreeCalls(42), await idsOfThreeCalls(42));
});

test('another seed gives other ids', async () => {
  const [one, two] = [await idsOfThreeCalls(1), await idsOfThreeCalls(2)];
  assert.is(new Set([...one.calls, ...two.calls]).size, 6);
});

test('without a seed every simulator has ids of its own', async () => {
  const [one, two] = [await startSimulator(), await startSimulator()];
  assert.is.not(one.seed, two.seed);
  await Promise.all([one.close(), two.close()]);
});

test('one fault does not shift what another one does', async () => {
  const dropped = async (faults: object) => {
    const { events } = await idsOfThreeCalls(9, { callbackDropRate: 0.5, ...faults });
    return [...new Set(events)];
  };
  assert.equal(await dropped({}), await dropped({ callbackDuplicateRate: 0.5, callbackDelayMs: 100 }));
});

test('streams of different concerns or keys differ, equal ones are equal', () => {
  const first = (concern: string, key: string) => randomFor(1, concern, key)();
  assert.is(first('a', 'x'), first('a', 'x'));
  assert.is.not(first('a', 'x'), first('b', 'x'));
  assert.is.not(first('a', 'x'), first('a', 'y'));
});

test('random numbers spread evenly enough, and UUIDs are of version 4', () => {
  const random = randomFor(3, 'spread');
  let sum = 0;
  for (let i = 0; i < 10_000; i++) sum += random();
  assert.ok(Math.abs(sum / 10_000 - 0.5) < 0.02);
  assert.match(uuidFrom(random), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('timers fire in the order in which they are due, whatever was added or cancelled', () => {
  const plan = fc.array(fc.record({ delayMs: fc.nat(1_000), isCancelled: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(plan, fc.nat(1_200), (timersToSet, advanceMs) => {
      const clock = createVirtualClock(0);
      const timers = createTimers(clock, 1);
      const fired: number[] = [];
      const cancels = timersToSet.map(({ delayMs }) => timers.after(delayMs, () => fired.push(delayMs)));
      for (const [index, { isCancelled }] of timersToSet.entries()) if (isCancelled) cancels[index]?.();
      clock.advance(advanceMs);
      const due = timersToSet.filter(({ isCancelled, delayMs }) => !isCancelled && delayMs <= advanceMs);
      assert.equal(
        fired,
        due.map(({ delayMs }) => delayMs).sort((a, b) => a - b),
      );
    }),
    { numRuns: 200 },
  );
});

test('timers fire in the order in which they are due also when time has jumped', () => {
  let nowMs = 0;
  let alarm = () => {};
  const after = (_: number, run: () => void) => {
    alarm = run;
    return () => {};
  };
  const clock = { now: () => nowMs, monotonicMs: () => nowMs, after };
  const timers = createTimers(clock, 1);
  const fired: string[] = [];
  timers.after(50, () => fired.push('silence'));
  nowMs = 30;
  timers.after(15, () => fired.push('key'));
  nowMs = 1_000;
  alarm();
  assert.equal(fired, ['key', 'silence']);
});

test('invalid settings are refused with a code', async () => {
  const withFault = await errorOf(startSimulator({ faults: { callbackDropRate: 2 } }));
  assert.is(withFault?.code, 'INVALID_FAULTS');
  const withMember = await errorOf(startSimulator({ members: { '+15550100': { ringMs: -1 } } }));
  assert.is(withMember?.code, 'INVALID_MEMBER_SCRIPT');
});

test('a time scale or limit that makes no sense is refused with a code', async () => {
  for (const options of [{ timeScale: 0 }, { timeScale: Number.NaN }, { callsPerCallerId: -1 }]) {
    assert.is((await errorOf(startSimulator(options)))?.code, 'INVALID_OPTIONS');
  }
});

test('a port that is taken is refused with EADDRINUSE', async () => {
  const one = await startSimulator();
  const error = await errorOf(startSimulator({ port: Number(new URL(one.url).port) }));
  assert.is(error?.code, 'EADDRINUSE');
  await one.close();
});

test.run();
