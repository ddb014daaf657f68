import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_ROW } from '../../../src/domain/places/row.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { openShared, sharedForEach } from './shared-rig.ts';

const world = sharedForEach(test);

test('no turn is taken without asking the others', async () => {
  const a = world.open('a');
  await world.clock.advance(300);
  assert.is(await a.queue.tryTurn('1'), false);
});

test('of two instances only one has the place, and whoever records the end dials the next, whosever it is', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(300);
  b.wants('2');
  await world.clock.advance(300);
  await world.clock.advance(300);
  assert.equal([a.dialled, b.dialled, world.held()], [['1'], [], ['1']]);
  a.ends('1');
  await world.clock.advance(300);
  assert.equal([a.dialled, b.dialled, world.held()], [['1', '2'], [], ['2']]);
});

test('an instance that did not dial the call gives its place back all the same, when it records the end', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(300);
  b.queue.takenUp(world.log.get('1')!, 0);
  b.ends('1');
  await world.clock.advance(300);
  assert.equal(world.held(), []);
});

test('nobody is dialled before the row is written, and a lost answer is found out by reading', async () => {
  const a = world.open('a');
  await world.clock.advance(300);
  world.plan('a', ['lost-after']);
  a.wants('1');
  await world.clock.advance(0);
  assert.equal([a.dialled, world.held()], [[], ['1']]);
  await world.clock.advance(5_000);
  assert.equal(a.dialled, ['1']);
  world.plan('a', ['lost-before']);
  a.ends('1');
  a.wants('2');
  await world.clock.advance(5_000);
  assert.equal([a.dialled, world.held()], [['1', '2'], ['2']]);
});

test('a call that was given its turn by somebody who died is dialled by whoever looks, and its place was never free', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wantsInVain('1', 'unknown');
  await world.clock.advance(10);
  a.dies();
  b.wants('1');
  await world.clock.advance(4_000);
  b.wants('2');
  assert.equal(b.dialled, []);
  await world.clock.advance(8_000);
  assert.equal([b.dialled, world.held()], [['1'], ['1']]);
  b.ends('1');
  await world.clock.advance(300);
  assert.equal(b.dialled, ['1', '2']);
});

test('the end of a call that nobody here was told of is found in the log when there is no room', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(10);
  a.dies();
  world.log.set('1', { ...Conversation.answered().disconnected().state!, callSessionId: '1' });
  b.wants('2');
  await world.clock.advance(4_000);
  assert.equal(b.dialled, []);
  await world.clock.advance(10_000);
  assert.equal([b.dialled, world.held()], [['2'], ['2']]);
});

test('a place is kept while a dial may yet be recorded, and given up when it surely is not', async () => {
  const a = world.open('a');
  await world.clock.advance(300);
  a.wantsInVain('1', 'unknown');
  await world.clock.advance(1_000);
  assert.equal(world.held(), ['1']);
  const other = openShared();
  const b = other.open('b');
  await other.clock.advance(300);
  b.wantsInVain('1', 'settled');
  await other.clock.advance(1_000);
  assert.equal(other.row()?.held, []);
  await other.close();
});

test('who stops leaves the calls that it was to dial where others find them', async () => {
  const [a, b] = [world.open('a', { policy: { concurrentCalls: 1, callsPerSecond: 2 } }), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(300);
  a.ends('1');
  a.wants('2');
  await world.clock.advance(10);
  assert.equal([a.dialled, world.held()], [['1'], ['2']]);
  a.queue.stop();
  await world.clock.advance(10);
  assert.equal([world.held(), world.row()?.waiting.map(({ callSessionId }) => callSessionId)], [[], ['2']]);
  b.wants('3');
  await world.clock.advance(2_000);
  assert.equal(b.dialled, ['2']);
});

test('who has stopped goes on giving places back', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(10);
  a.queue.stop();
  a.ends('1');
  await world.clock.advance(10);
  assert.equal(world.held(), []);
  b.wants('2');
  await world.clock.advance(300);
  assert.equal(b.dialled, ['2']);
});

test('while the row cannot be reached nobody is dialled, which is named, and then it goes on by itself', async () => {
  const a = world.open('a');
  await world.clock.advance(300);
  world.plan('a', ['away']);
  a.wants('1');
  await world.clock.advance(60_000);
  assert.equal(a.dialled, []);
  assert.match(a.queue.status().paused ?? '', 'the places of calls cannot be reached: PLACES_UNAVAILABLE');
  world.plan('a', []);
  await world.clock.advance(6_000);
  assert.equal([a.dialled, a.queue.status().paused], [['1'], null]);
});

test('without a row nobody is dialled until one was made of the legs that stand', async () => {
  world.log.set('9', { ...Conversation.placed().state!, callSessionId: '9' });
  const a = world.open('a');
  a.wants('1');
  await world.clock.advance(20_000);
  assert.equal([a.dialled, world.held()], [[], ['9']]);
  const b = world.open('b');
  b.queue.takenUp(world.log.get('9')!, 0);
  b.ends('9');
  await world.clock.advance(6_000);
  assert.equal([...a.dialled, ...b.dialled], ['1']);
});

test('a row that is lost under calls is made again, and after it nobody is dialled for 15 seconds', async () => {
  const a = world.open('a', { policy: { concurrentCalls: 2, callsPerSecond: 1_000 } });
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(300);
  world.put(null);
  a.wants('2');
  await world.clock.advance(14_000);
  assert.equal([a.dialled, world.held()], [['1'], ['1']]);
  await world.clock.advance(2_000);
  assert.equal(a.dialled, ['1', '2']);
});

test('a leg without a place is given one when it is met, beyond the limit too', async () => {
  world.put({ ...EMPTY_ROW, held: [world.place('8')] });
  for (const id of ['8', '9']) world.log.set(id, { ...Conversation.placed().state!, callSessionId: id });
  const a = world.open('a');
  a.queue.takenUp(world.log.get('9')!, 0);
  await world.clock.advance(300);
  assert.equal(world.held(), ['8', '9']);
  a.wants('1');
  await world.clock.advance(300);
  a.ends('9');
  await world.clock.advance(300);
  assert.equal([a.dialled, world.held()], [[], ['8']]);
});

test('a 429 that one instance was told puts all of them off', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  const refused = Conversation.initiated().outcome({
    type: 'Rejected',
    status: 429,
    subCode: 8516,
    transient: true,
    retryAfterMs: 30_000,
  });
  a.queue.recorded({ ...refused.state!, callSessionId: '9' }, [refused.log.at(-1)!]);
  await world.clock.advance(300);
  b.wants('1');
  await world.clock.advance(29_000);
  assert.equal(b.dialled, []);
  await world.clock.advance(2_000);
  assert.equal(b.dialled, ['1']);
});

test('of a call that cannot be read the place is kept, and it is not dialled', async () => {
  world.put({ ...EMPTY_ROW, held: [world.place('9')] });
  const a = world.open('a', {
    load: async (id) => {
      if (id === '9') throw Object.assign(new Error('damaged'), { code: 'CALL_PARKED' });
      return world.log.get(id) ?? null;
    },
  });
  a.wants('1');
  await world.clock.advance(600_000);
  assert.equal([a.dialled, world.held()], [[], ['9']]);
});

test('who has nobody to dial asks for nothing', async () => {
  const a = world.open('a');
  await world.clock.advance(300);
  const before = world.requests();
  await world.clock.advance(600_000);
  assert.is(world.requests(), before);
  a.wants('1');
  await world.clock.advance(300);
  assert.is(world.requests(), before + 1);
  await world.clock.advance(600_000);
  a.ends('1');
  await world.clock.advance(300);
  assert.is(world.requests(), before + 2);
});

const STEP_MS = 10;

for (const count of [2, 3]) {
  test(`${count} instances fill a hundred places as fast as the pace allows, and in no second do they dial more`, async () => {
    const policy = { concurrentCalls: 100, callsPerSecond: 10 };
    const sharers = ['a', 'b', 'c'].slice(0, count).map((me) => world.open(me, { policy }));
    await world.clock.advance(100);
    for (let call = 0; call < 100; call += 1) sharers[call % count]!.wants(`call-${String(call).padStart(2, '0')}`);
    const dialledAtMs: number[] = [];
    for (let ms = 0; ms <= 12_000; ms += STEP_MS) {
      await world.clock.advance(STEP_MS);
      const dialled = sharers.reduce((sum, sharer) => sum + sharer.dialled.length, 0);
      while (dialledAtMs.length < dialled) dialledAtMs.push(ms);
    }
    assert.equal([dialledAtMs.length, world.held().length], [100, 100]);
    for (const fromMs of dialledAtMs) {
      const within = dialledAtMs.filter((ms) => ms >= fromMs && ms < fromMs + 1_000).length;
      assert.ok(within <= policy.callsPerSecond + 1, `${within} dials in the second from ${fromMs} ms on`);
    }
  });
}
test.run();
