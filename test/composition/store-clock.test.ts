import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createStoreClock } from '../../src/composition/store-clock.ts';
import { START, virtualClock } from '../support/virtual-clock.ts';

const MINUTE_MS = 60_000;

/** A machine whose clock is off, and a store whose answers take a while. */
function rig(offMs: number) {
  const machine = virtualClock(START + offMs);
  const trueMs = (): number => START + machine.monotonicMs();
  const clock = createStoreClock(machine);
  return {
    machine,
    clock,
    /** By how much it is behind the store's time. */
    behindMs: () => trueMs() - clock.now(),
    async answer(underWayMs: number) {
      const date = new Date(Math.floor(trueMs() / 1_000) * 1_000).toUTCString();
      await machine.advance(underWayMs);
      clock.heard(date);
    },
  };
}

for (const offMs of [0, 56_000, -56_000, 3_600_000]) {
  test(`a machine that is ${offMs / 1_000} s off goes by the store, is never ahead of it, and knows by how much it is off`, async () => {
    const { clock, machine, behindMs, answer } = rig(offMs);
    assert.equal([clock.now(), clock.offMs()], [machine.now(), null], 'before anything was heard');
    for (let n = 0; n < 40; n += 1) {
      await answer(10 + (n % 7) * 30);
      assert.ok(behindMs() >= 0, 'not ahead');
      await machine.advance(173);
    }
    assert.ok(behindMs() < 150, `${behindMs()}`);
    assert.ok(Math.abs(clock.offMs()! - offMs) < 150);
  });
}

test('a clock that is set while it runs moves nothing', async () => {
  const { clock, machine, behindMs, answer } = rig(0);
  await answer(20);
  const before = behindMs();
  machine.jump(3_600_000);
  assert.is(behindMs(), before);
  assert.ok(clock.offMs()! >= 3_600_000);
});

test('one slow answer among quick ones is passed over, and what was heard long ago counts no more', async () => {
  const { clock, machine, behindMs, answer } = rig(0);
  await answer(10);
  const quick = behindMs();
  await answer(5_000);
  assert.is(behindMs(), quick);
  // As if the machine's oscillator ran fast: the old answers would put it ahead for ever.
  await machine.advance(11 * MINUTE_MS);
  clock.heard(new Date(START + machine.monotonicMs() - 4_000).toUTCString());
  assert.ok(behindMs() >= 4_000);
});

test('what is no date says nothing', () => {
  const { clock } = rig(0);
  clock.heard('yesterday');
  assert.is(clock.offMs(), null);
});

test.run();
