import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_ROW } from '../../../src/domain/places/row.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { sharedForEach } from './shared-rig.ts';

const world = sharedForEach(test);

test('what gives nobody a turn waits for what does: many ends and many newcomers are few writes', async () => {
  const a = world.open('a', { policy: { concurrentCalls: 10, callsPerSecond: 1_000 } });
  await world.clock.advance(300);
  const ids = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  for (const id of ids) a.wants(id);
  await world.clock.advance(300);
  assert.equal(a.dialled.length, 10);
  const before = world.requests();
  for (const id of ['a', 'b', 'c', 'd']) {
    a.wants(id);
    await world.clock.advance(20);
  }
  for (const id of ids.slice(4)) {
    a.ends(id);
    await world.clock.advance(20);
  }
  await world.clock.advance(1_000);
  assert.equal([a.dialled.length, world.held().length], [14, 8]);
  assert.ok(world.requests() - before <= 4, `${world.requests() - before} requests for ten changes`);
});

test('an end frees its place at once where there is no room, and before long where there is', async () => {
  const a = world.open('a', { policy: { concurrentCalls: 2, callsPerSecond: 1_000 } });
  await world.clock.advance(300);
  a.wants('1');
  a.wants('2');
  await world.clock.advance(300);
  a.ends('1');
  await world.clock.advance(0);
  assert.equal(world.held(), ['2']);
  await world.clock.advance(300);
  a.ends('2');
  await world.clock.advance(0);
  assert.equal(world.held(), ['2']);
  await world.clock.advance(300);
  assert.equal(world.held(), []);
});

test('who stops waits no longer to give places back', async () => {
  const a = world.open('a', { policy: { concurrentCalls: 9, callsPerSecond: 1_000 } });
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(300);
  a.ends('1');
  await a.queue.close();
  assert.equal(world.held(), []);
});

test('a call of another instance is read once for its turn, and one of this instance not at all', async () => {
  const reads: string[] = [];
  const load = async (id: string) => {
    reads.push(id);
    return world.log.get(id) ?? null;
  };
  const [a, b] = [world.open('a', { load }), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(600);
  b.wants('2');
  await world.clock.advance(600);
  a.wants('3');
  await world.clock.advance(600);
  assert.equal(reads, []);
  a.ends('1');
  await world.clock.advance(600);
  assert.equal([a.dialled, reads], [['1', '2'], ['2']]);
  a.ends('2');
  await world.clock.advance(600);
  assert.equal([a.dialled, reads], [['1', '2', '3'], ['2']]);
});

test('a call that is next is read once, also where the write that was to move it is refused', async () => {
  const reads: string[] = [];
  const load = async (id: string) => {
    reads.push(id);
    // Just then somebody else writes, once.
    if (reads.length === 1) await world.rewrite({ ...world.row()!, nextMs: world.row()!.nextMs + 1 });
    return world.log.get(id) ?? null;
  };
  const [a, b] = [world.open('a', { load }), world.open('b')];
  await world.clock.advance(300);
  a.wants('1');
  await world.clock.advance(600);
  b.wants('2');
  await world.clock.advance(600);
  a.ends('1');
  await world.clock.advance(600);
  assert.equal([a.dialled, reads], [['1', '2'], ['2']]);
});

test('where others write the row in between it is read before it is written, and else it is not', async () => {
  const a = world.open('a', { policy: { concurrentCalls: 100, callsPerSecond: 1_000 } });
  await world.clock.advance(1_000);
  const changes = async (from: number, isCrowded: boolean): Promise<number> => {
    const before = world.requests();
    for (let n = from; n < from + 20; n += 1) {
      if (isCrowded) await world.rewrite({ ...world.row()!, nextMs: world.row()!.nextMs + 1 });
      a.wants(`c-${n}`);
      await world.clock.advance(1_000);
    }
    return world.requests() - before;
  };
  const [alone, crowded, again] = [await changes(0, false), await changes(20, true), await changes(40, false)];
  assert.ok(alone <= 22, `${alone}: a write for each`);
  assert.ok(crowded <= 44, `${crowded}: a reading and a write, hardly one of them refused`);
  assert.ok(again <= 32, `${again}: as before, once nobody else has written some times`);
  assert.is(a.dialled.length, 60);
});

test('ends whose places are not in the row as it is known are one reading and one write', async () => {
  const policy = { concurrentCalls: 10, callsPerSecond: 1_000 };
  const [a, b] = [world.open('a', { policy }), world.open('b', { policy })];
  await world.clock.advance(1_000);
  a.wants('1');
  await world.clock.advance(600);
  b.wants('2');
  await world.clock.advance(400);
  a.wants('3');
  await world.clock.advance(100);
  assert.equal(world.held(), ['1', '2', '3']);
  b.wants('4');
  await world.clock.advance(1_000);
  assert.equal(world.held(), ['1', '2', '3', '4']);
  const before = world.requests();
  for (const id of ['4', '2']) {
    a.queue.takenUp(world.log.get(id)!, 0);
    a.ends(id);
  }
  await world.clock.advance(1_000);
  assert.equal([world.held(), world.requests() - before], [['1', '3'], 2]);
});

test('of holders that nobody tells of two are looked at in five seconds, however many there are', async () => {
  const reads: string[] = [];
  const ids = Array.from({ length: 20 }, (_, n) => `h-${n}`);
  for (const id of ids) world.log.set(id, { ...Conversation.placed().state!, callSessionId: id });
  world.put({ ...EMPTY_ROW, held: ids.map((id) => world.place(id)) });
  const load = async (id: string) => {
    reads.push(id);
    return world.log.get(id) ?? null;
  };
  const a = world.open('a', { load, policy: { concurrentCalls: 20, callsPerSecond: 1_000 } });
  a.wants('1');
  await world.clock.advance(60_000);
  assert.ok(new Set(reads).size >= 10 && reads.length <= 26, `${reads.length} in a minute`);
});

test.run();
