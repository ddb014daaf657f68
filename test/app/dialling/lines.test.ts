import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import { teamsLine } from '../../../src/domain/call/line.ts';
import { EMPTY_ROW } from '../../../src/domain/places/row.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { sharedForEach } from './shared-rig.ts';

/** The line of before; new calls go over the usual one. */
const OLD = teamsLine('cc123456-5678-4678-9234-ccc123456789');

const world = sharedForEach(test);
test.before.each(() => world.put(EMPTY_ROW, OLD));

const heldOver = (line?: string): readonly string[] =>
  world.row(line)?.held.map(({ callSessionId }) => callSessionId) ?? [];

const refusedFor = (retryAfterMs: number, id: string) => {
  const refused = Conversation.initiated({ callerId: OLD }).outcome({
    type: 'Rejected',
    status: 429,
    subCode: 8516,
    transient: true,
    retryAfterMs,
  });
  return [{ ...refused.state!, callSessionId: id }, [refused.log.at(-1)!]] as const;
};

test('a call of the line of before has its place there, and takes none of the line of new calls', async () => {
  const a = world.open('a');
  await world.clock.advance(100);
  a.wants('old', OLD);
  a.wants('new');
  await world.clock.advance(100);
  assert.equal([heldOver(OLD), heldOver()], [['old'], ['new']]);
  assert.is(a.dialled.length, 2);
});

test('a call that waits for a place of its own line is dialled when one is free there, and not when one is elsewhere', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(100);
  a.wants('old-1', OLD);
  await world.clock.advance(100);
  b.wants('old-2', OLD);
  b.wants('new');
  await world.clock.advance(100);
  b.ends('new');
  await world.clock.advance(100);
  assert.equal([a.dialled, b.dialled], [['old-1'], ['new']]);
  assert.equal([heldOver(OLD), heldOver()], [['old-1'], []]);
  b.ends('old-1');
  await world.clock.advance(100);
  assert.equal([b.dialled, heldOver(OLD), heldOver()], [['new', 'old-2'], ['old-2'], []]);
});

test('who has been told of no call of the line of before frees its place with the end of one all the same', async () => {
  const [a, b] = [world.open('a'), world.open('b')];
  await world.clock.advance(100);
  a.wants('old', OLD);
  await world.clock.advance(100);
  b.ends('old');
  await world.clock.advance(100);
  assert.equal(heldOver(OLD), []);
});

test('what a provider says of one line holds up no call of the other', async () => {
  const a = world.open('a');
  await world.clock.advance(100);
  a.queue.recorded(...refusedFor(30_000, '9'));
  a.wants('old', OLD);
  a.wants('new');
  await world.clock.advance(1_000);
  assert.equal(a.dialled, ['new']);
  assert.is(a.queue.status().paused, 'over an earlier line: the provider asked to wait');
  await world.clock.advance(30_000);
  assert.equal([a.dialled, a.queue.status().paused], [['new', 'old'], null]);
});

test('who waits and who is up is told of all lines together', async () => {
  const a = world.open('a');
  await world.clock.advance(100);
  for (const id of ['old-1', 'old-2']) a.wants(id, OLD);
  for (const id of ['new-1', 'new-2', 'new-3']) a.wants(id);
  await world.clock.advance(100);
  const { waiting, active, limit } = a.queue.status();
  assert.equal([waiting, active, limit], [3, 2, 1]);
});

test('a call that is counted over a line which is not its own is given its place where it belongs', async () => {
  world.log.set('old', { ...Conversation.placed({ callerId: OLD }).state!, callSessionId: 'old' });
  world.put({
    ...EMPTY_ROW,
    held: [{ callSessionId: 'old', attempt: 1, turnMs: world.clock.now(), by: 'z', isShared: false }],
  });
  const a = world.open('a');
  a.wants('new');
  await world.clock.advance(15_000);
  assert.equal([a.dialled, heldOver()], [['new'], ['new']]);
  a.queue.takenUp(world.log.get('old')!, 0);
  await world.clock.advance(20_000);
  assert.equal(heldOver(OLD), ['old']);
});

test('a line that is first met when dialling has stopped dials nobody', async () => {
  const a = world.open('a');
  await world.clock.advance(100);
  a.queue.stop();
  a.wants('old', OLD);
  await world.clock.advance(60_000);
  assert.equal(a.dialled, []);
});

test('who is alone finds the legs of the line of before again after a start, and dials over it when they are over', async () => {
  const a = world.open('a', { places: createMemoryPlaces(world.clock) });
  world.log.set('old-1', { ...Conversation.placed({ callerId: OLD }).state!, callSessionId: 'old-1' });
  a.queue.takenUp(world.log.get('old-1')!, 0);
  await world.clock.advance(100);
  a.wants('old-2', OLD);
  a.wants('new');
  await world.clock.advance(60_000);
  assert.equal(a.dialled, ['new']);
  a.ends('old-1');
  await world.clock.advance(100);
  assert.equal(a.dialled, ['new', 'old-2']);
});

test.run();
