import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BREAKER, createBreaker } from '../../../src/app/dialling/breaker.ts';
import { EMPTY_ROW } from '../../../src/domain/places/row.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { sharedForEach } from './shared-rig.ts';

const world = sharedForEach(test);

const waits = (callSessionId: string) => ({ callSessionId, attempt: 1, part: 'normal' }) as const;
/** Of an instance that has not read yet what is there, and reads it as a call of its own is due. */
const LOOK_MS = 5_000;

test('a due call that another instance has dialled, and whose place is gone, is let go and not tried in vain', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(600);
  // As where a sweep has found it before it was dialled.
  b.wants('2');
  a.wants('2');
  a.wants('3');
  await world.clock.advance(LOOK_MS);
  a.ends('1');
  await world.clock.advance(600);
  assert.equal(a.dialled, ['1', '2']);
  await world.clock.advance(LOOK_MS);
  const before = world.requests();
  a.ends('2');
  await world.clock.advance(LOOK_MS);
  b.wants('4');
  await world.clock.advance(LOOK_MS);
  assert.equal([b.letGo, b.queue.status().waiting], [['2'], 1]);
  assert.ok(world.requests() > before);
  a.ends('3');
  await world.clock.advance(600);
  assert.equal([a.dialled, b.dialled], [['1', '2', '3', '4'], []]);
});

test('a due call whose turn somebody gives up who stops is not let go', async () => {
  world.put({ ...EMPTY_ROW, held: [world.place('1'), world.place('2')] });
  const a = world.open('a');
  a.wants('2');
  await world.clock.advance(1_000);
  await world.rewrite({ ...EMPTY_ROW, held: [world.place('1')], waiting: [waits('2')] });
  await world.clock.advance(4 * LOOK_MS);
  assert.equal([a.letGo, a.dialled], [[], ['2']]);
});

test('a call that becomes due while it is read, and was dialled by another instance, is watched over as what it is', async () => {
  world.put({ ...EMPTY_ROW, held: [world.place('2')] });
  const taken: [string, string][] = [];
  const a = world.open('a', {
    async load(id) {
      if (id === '2') {
        a.wants('2');
        world.log.set('2', { ...Conversation.initiated().state!, callSessionId: '2' });
      }
      return world.log.get(id) ?? null;
    },
    takeUp: ({ callSessionId, position }, by) => taken.push([`${callSessionId} ${position.at}`, by]),
  });
  a.wants('1');
  await world.clock.advance(4 * LOOK_MS);
  assert.equal([taken[0], a.queue.status().waiting], [['2 placing', 'watched'], 1]);
});

test('a leg whose end was recorded elsewhere is let go when its place is seen gone, whoever has dialled it', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(600);
  assert.is(a.queue.status().active, 1);
  b.queue.takenUp(world.log.get('1')!, 0);
  b.ends('1');
  a.wants('2');
  await world.clock.advance(LOOK_MS);
  assert.equal([a.letGo, a.queue.status().active], [['1'], 1]);
  assert.equal([a.dialled, world.held()], [['1', '2'], ['2']]);
});

test('what ends here is not let go: its end was heard', async () => {
  const a = world.open('a');
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(600);
  a.ends('1');
  await world.clock.advance(LOOK_MS);
  assert.equal([world.held(), a.letGo], [[], []]);
});

test('a trial call that is let go says nothing of the provider, and another one is tried', async () => {
  const breaker = createBreaker();
  for (let call = 0; call < BREAKER.callsMin; call += 1) breaker.count(`call-${call}`, 'failed', 0);
  const a = world.open('a', { breaker, policy: { concurrentCalls: 10, callsPerSecond: 1_000 } });
  await world.clock.advance(BREAKER.pauseMs);
  a.wants('6');
  a.wants('7');
  await world.clock.advance(1_000);
  assert.equal(a.dialled, ['6']);
  const { held } = world.row()!;
  await world.rewrite({ ...world.row()!, held: held.filter(({ callSessionId }) => callSessionId !== '6') });
  await world.clock.advance(2 * LOOK_MS);
  assert.equal([a.letGo, a.dialled], [['6'], ['6', '7']]);
});

test('a call of others is next while it stands in a row that is looked at, and whose line moves', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(300);
  b.wants('1');
  b.wants('2');
  await world.clock.advance(600);
  assert.is(a.queue.isNext('2'), false, 'it looks at no row');
  a.wants('3');
  await world.clock.advance(LOOK_MS);
  assert.equal([a.queue.isNext('2'), a.queue.isNext('1'), a.queue.isNext('9')], [true, false, false]);
  await world.clock.advance(60_000);
  assert.is(a.queue.isNext('2'), false, 'nobody had a turn for a minute');
});

test.run();
