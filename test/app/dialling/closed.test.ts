import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isoTime } from '../../../src/base/times.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { type Sharer, sharedForEach } from './shared-rig.ts';

const world = sharedForEach(test);

const RING_MS = TIMING.ringMs;
/** By then an instance has looked at who holds a place, and what it then learnt is written. */
const LOOKED_MS = 30_000;

/** The call was dialled, and is closed without the provider's word; its entry says that this was so long ago. */
function closes(callSessionId: string, agoMs: number): CallState {
  const call = Conversation.initiated();
  for (let bells = 0; call.doing !== 'ended'; bells += 1) {
    assert.ok(bells < 100, 'it ends');
    call.deadline();
  }
  const state = { ...call.state!, callSessionId, untoldLegAt: isoTime(world.clock.now() - agoMs) };
  world.log.set(callSessionId, state);
  return state;
}

/** By another clock, or since the append was late. */
const AGO_MS: Readonly<Record<string, number>> = {
  'some seconds ago': 20_000,
  'as long ago as it may ring': RING_MS,
  'hours ago': 3 * 3_600_000,
  'in an hour': -3_600_000,
};

async function keepsPlace(waits: Sharer, leastMs: number): Promise<void> {
  waits.wants('2');
  await world.clock.advance(leastMs - 1_000);
  assert.equal(world.held(), ['1']);
  await world.clock.advance(LOOKED_MS + 1_000);
  assert.equal([waits.dialled.at(-1), world.held()], ['2', ['2']]);
}

for (const [when, agoMs] of Object.entries(AGO_MS)) {
  test(`who closes a call without word, ${when} by its entry, keeps its place for the ringing time`, async () => {
    const a = world.open('a');
    await world.clock.advance(300);
    a.wants('1');
    await world.clock.advance(300);
    a.queue.recorded(closes('1', agoMs), []);
    await keepsPlace(a, RING_MS);
  });

  test(`who finds a call closed without word, ${when} by its entry, keeps its place for the ringing time`, async () => {
    const [a, b] = [world.open('a'), world.open('b')];
    await world.clock.advance(300);
    a.wants('1');
    await world.clock.advance(300);
    a.dies();
    closes('1', agoMs);
    await keepsPlace(b, RING_MS);
  });

  test(`over a row made anew nobody is dialled for the ringing time after a closing, ${when} by its entry`, async () => {
    closes('1', agoMs);
    const a = world.open('a');
    a.wants('2');
    await world.clock.advance(RING_MS - 1_000);
    assert.equal([a.dialled, world.held()], [[], []]);
    await world.clock.advance(LOOKED_MS);
    assert.equal([a.dialled, world.held()], [['2'], ['2']]);
  });
}

test.run();
