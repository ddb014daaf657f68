import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nameInTree } from '../../../src/audit/checkpoints/leaf.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { faultyLog } from '../../support/faulty-log.ts';
import { START } from '../../support/virtual-clock.ts';
import {
  EVERY_MS,
  HOUR_MS,
  leavesOf,
  newWorld,
  running,
  seenTree,
  settled,
  settledTimeOf,
  short,
  type World,
} from './rig.ts';

/** Each of these is a counterexample that was found to an earlier text of the protocol, and what mends it. */
const tests = suite('traps of what is covered');

const CALL = '018f3f4e-7c1a-7000-8000-000000000001';
const MEMBER = 'member:1';

/** What is dated before the settled time and has no leaf. */
async function uncovered(world: World): Promise<string[]> {
  const { leaves } = await seenTree(world);
  const settledMs = await settledTimeOf(world);
  const all = [...world.log.content.streams.values()].flat();
  return all
    .filter(({ stream, version, at }) => {
      const name = nameInTree(stream, world.log.content.streams.get(stream)![0]!.hash);
      const isCovered = leaves.some((leaf) => leaf.stream === name && leaf.version >= version);
      return Date.parse(at) < settledMs && !isCovered;
    })
    .map(({ stream, version }) => `${stream} ${version}`);
}

tests('a checkpoint that somebody makes before the look does not settle what a dead process left', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  a.die();
  await world.clock.advance(5 * HOUR_MS);
  // It makes checkpoints, and never comes to look.
  const b = await running(world, { log: blind(world.log) });
  await b.append('call-b');
  await b.checkpoints.make();
  b.die();
  assert.equal(await leavesOf(world, CALL), []);
  assert.is(await settledTimeOf(world), Number.NEGATIVE_INFINITY);
  await world.clock.advance(5 * HOUR_MS);
  await running(world);
  assert.equal((await leavesOf(world, CALL)).map(short), ['read-back 1-1']);
  assert.equal(await uncovered(world), []);
  assert.ok((await settledTimeOf(world)) > START + 8 * HOUR_MS);
});

tests('a batch that is made while somebody looks does not say that all was looked through', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  a.die();
  await world.clock.advance(5 * HOUR_MS);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const log: CallEventLog = {
    ...world.log,
    async read(stream, from) {
      if (stream === CALL) await held;
      return world.log.read(stream, from);
    },
  };
  const b = await running(world, { log });
  await b.append('call-b');
  await b.checkpoints.make();
  assert.is(await settledTimeOf(world), Number.NEGATIVE_INFINITY);
  release();
  await settled(world);
  assert.equal((await leavesOf(world, CALL)).map(short), ['read-back 1-1']);
  assert.ok((await settledTimeOf(world)) > START + 3 * HOUR_MS);
});

tests('an old member’s stream that a dead process appended to is found in the hour in which it did', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(MEMBER);
  await a.checkpoints.make();
  await world.clock.advance(30 * HOUR_MS);
  await a.append('call-a');
  await a.checkpoints.make();
  assert.ok((await settledTimeOf(world)) > START + 20 * HOUR_MS);
  await a.append(MEMBER);
  a.die();
  await world.clock.advance(2 * HOUR_MS);
  await running(world);
  const name = nameInTree(MEMBER, world.log.content.streams.get(MEMBER)![0]!.hash);
  assert.equal((await leavesOf(world, name)).map(short), ['memory 1-1', 'read-back 1-2']);
});

tests('whoever appends on what a forger wrote still vouches for what was there before', async () => {
  const world = newWorld();
  const a = await running(world);
  const own = await a.append(CALL);
  world.log.forge(CALL, 1, '{"forged":true}');
  await a.append(CALL);
  await a.checkpoints.make();
  const leaves = await leavesOf(world, CALL);
  assert.equal(leaves.map(short), ['memory 1-1', 'memory 2-2']);
  assert.is(leaves[0]!.hash, own.hash);
  assert.is.not(world.log.content.streams.get(CALL)![0]!.hash, own.hash, 'the store contradicts the leaf');
});

tests('a leaf from memory vouches for no more than its own process has appended', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  a.die();
  world.log.forge(CALL, 1, '{"forged":true}');
  const b = await running(world);
  await b.append(CALL);
  await b.append(CALL);
  await b.checkpoints.make();
  assert.equal((await leavesOf(world, CALL)).map(short), ['memory 2-3'], 'nothing vouches for version 1');
});

tests('an append of which nobody knows whether it was stored has no leaf until the store says', async () => {
  const world = newWorld();
  const log = faultyLog(world.log);
  const a = await running(world, { log });
  log.fail(['lost', 'committed'], /^call/);
  for (const stream of ['call-lost', 'call-kept']) await a.append(stream).catch(() => {});
  await a.append('call-b');
  await a.checkpoints.make();
  assert.equal((await leavesOf(world, 'call-lost')).map(short), []);
  assert.equal((await leavesOf(world, 'call-kept')).map(short), ['memory 1-1']);
  const b = await running(world);
  const others = await b.append('call-lost');
  await b.checkpoints.make();
  await a.checkpoints.make();
  const leaves = await leavesOf(world, 'call-lost');
  assert.equal(
    leaves.map(({ hash }) => hash),
    [others.hash],
    'another’s entry stands there',
  );
  assert.is(a.heads.waiting().length, 0);
});

tests('what was left when all was scaled to zero is unsettled for days, and then read back', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append('call-0');
  await a.checkpoints.make();
  await a.append(CALL);
  a.die();
  await world.clock.advance(72 * HOUR_MS);
  assert.equal(await uncovered(world), [], 'nobody said that it has a leaf');
  await running(world);
  assert.equal((await leavesOf(world, CALL)).map(short), ['read-back 1-1']);
  assert.ok((await settledTimeOf(world)) > START + 70 * HOUR_MS);
  assert.equal(await uncovered(world), []);
});

tests('what this process has in memory is never read back, however long the store was away', async () => {
  const world = newWorld();
  const a = await running(world);
  world.store.away('nobody answers');
  await a.append(CALL);
  await world.clock.advance(5 * HOUR_MS);
  assert.is(a.checkpoints.status().uncoveredMs, 5 * HOUR_MS);
  assert.is(a.checkpoints.status().trouble, 'nobody answers');
  world.store.away(null);
  await world.clock.advance(EVERY_MS);
  assert.equal((await leavesOf(world, CALL)).map(short), ['memory 1-1']);
  assert.equal(await uncovered(world), []);
  assert.is(a.checkpoints.status().uncoveredMs, 0);
  assert.is(a.checkpoints.status().trouble, null);
});

tests('a later leaf covers what a dead process left before it, and nothing is read back', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  a.die();
  const b = await running(world);
  await b.append(CALL);
  await b.checkpoints.make();
  await world.clock.advance(3 * HOUR_MS);
  assert.equal((await leavesOf(world, CALL)).map(short), ['memory 2-2']);
});

tests('a machine that slept over many hours wakes up and covers what it has', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  // Time leaps for everybody, and no alarm rings in between.
  world.clock.jump(9 * HOUR_MS);
  await world.clock.advance(EVERY_MS);
  assert.equal((await leavesOf(world, CALL)).map(short), ['memory 1-1']);
  assert.equal(await uncovered(world), []);
});

tests(
  'entries about verification and of the tree itself cause no batch, and ride along with the next one',
  async () => {
    const world = newWorld();
    const a = await running(world);
    await a.append('operation:2026-03-02');
    await world.clock.advance(10 * HOUR_MS);
    assert.is(world.store.objects.size, 0);
    assert.is(a.checkpoints.status().uncoveredMs, 0);
    await a.append(CALL);
    await world.clock.advance(EVERY_MS);
    const streams = (await seenTree(world)).leaves.map(({ stream }) => stream);
    assert.equal(streams.sort(), [CALL, CHECKPOINTS_STREAM, 'operation:2026-03-02'].sort());
    const before = world.store.objects.size;
    a.die();
    const b = await running(world);
    await world.clock.advance(48 * HOUR_MS);
    assert.is(world.store.objects.size, before, 'what the last batch itself left is no reason for a further one');
    assert.is(b.checkpoints.status().trouble, null);
  },
);

/** A log that nobody gets to look through. */
function blind(log: CallEventLog): CallEventLog {
  async function* registered() {
    yield await new Promise<string>(() => {});
  }
  return { ...log, registered };
}

tests.run();
