import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { newEntry } from '../../log/samples.ts';
import { START } from '../../support/virtual-clock.ts';
import { HOUR_MS, leavesOf, newWorld, running, seenTree, settled, settledTimeOf, short } from './rig.ts';

const tests = suite('looking for what has no leaf');

const CALL = '018f3f4e-7c1a-7000-8000-000000000001';
const MEMBER = 'member:1';

tests('a clock that was set back settles nothing that may still be written', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append('call-0');
  await world.clock.advance(HOUR_MS - 60_000);
  world.clock.jump(-3 * HOUR_MS);
  await a.append(CALL);
  await world.clock.advance(3 * 60_000);
  await a.append('call-b');
  await a.checkpoints.make();
  const { lookedThrough } = (await seenTree(world)).place;
  assert.ok(Date.parse(lookedThrough!) < START, 'within two intervals the earlier of both clocks counts');
});

tests('an entry that is stored some time after it was dated is found by a later look', async () => {
  const world = newWorld();
  let arrive = (): void => {};
  const sent = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const log: CallEventLog = {
    ...world.log,
    async append(stream, head, entries) {
      if (stream === CALL) await sent;
      return world.log.append(stream, head, entries);
    },
  };
  const a = await running(world, { log });
  void a.append(CALL);
  await settled(world);
  a.die();
  await world.clock.advance(45 * 60_000);
  const b = await running(world);
  await b.append('call-b');
  await b.checkpoints.make();
  assert.ok((await settledTimeOf(world)) < START);
  arrive();
  for (let hour = 0; hour < 3; hour += 1) {
    await b.append('call-b');
    await world.clock.advance(HOUR_MS);
  }
  assert.equal((await leavesOf(world, CALL)).map(short), ['read-back 1-1']);
});

tests('a clock that was set on settles nothing that may still be on its way', async () => {
  const world = newWorld();
  const a = await running(world);
  await world.clock.advance(HOUR_MS - 60_000);
  await a.append(CALL);
  world.clock.jump(3 * HOUR_MS);
  await world.clock.advance(3 * 60_000);
  await a.append('call-b');
  await a.checkpoints.make();
  const { lookedThrough } = (await seenTree(world)).place;
  assert.ok(Date.parse(lookedThrough!) < START + HOUR_MS, lookedThrough!);
});

tests('a stream that cannot be read back is named, and the rest goes on', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  await a.append('call-b');
  await a.append(MEMBER);
  a.die();
  await world.clock.advance(2 * HOUR_MS);
  world.log.content.streams.get(CALL)![0] = { ...world.log.content.streams.get(CALL)![0]!, hash: 'damaged\n' };
  world.log.content.streams.get(MEMBER)!.splice(0, 1);
  const b = await running(world);
  assert.equal((await leavesOf(world, 'call-b')).map(short), ['read-back 1-1']);
  assert.equal(await leavesOf(world, CALL), []);
  assert.ok((await settledTimeOf(world)) > START);
  assert.is(b.checkpoints.status().fork, null);
});

tests('more heads than a batch holds go into further ones at once', async () => {
  const world = newWorld();
  const a = await running(world);
  for (let number = 0; number < 16_390; number += 1) {
    await a.log.append(`call-${number}`, EMPTY_HEAD, [newEntry('a')]);
  }
  await a.checkpoints.make();
  const { slots, leaves } = await seenTree(world);
  assert.equal(
    slots.map((slot) => slot.counts && slot.batch.leaves.length > 0),
    [true, true],
  );
  assert.ok(leaves.length > 16_390);
  assert.is(a.checkpoints.status().uncoveredMs, 0);
});

tests.run();
