import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchName } from '../../../src/audit/checkpoints/batch.ts';
import type { ReopenTreeBody } from '../../../src/audit/checkpoints/records.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import { renamed } from '../../../src/tlog/keys.ts';
import { memoryWitness } from '../../support/memory-witness.ts';
import { EVERY_MS, HOUR_MS, keyOf, newWorld, ORIGIN, running, seenTree, type World } from './rig.ts';

const tests = suite('forks, and how a tree is opened again');
const CALL = '018f3f4e-7c1a-7000-8000-000000000001';

/** Log and tree as they were at some time. */
function backup({ log, store }: World) {
  const [entries, objects] = [log.backup(), new Map(store.objects)];
  return {
    restoreLog: () => log.restore(entries),
    restoreTree() {
      store.objects.clear();
      for (const [name, bytes] of objects) store.objects.set(name, bytes);
    },
  };
}

/** Two checkpoints, with a backup between them. */
async function twoCheckpoints(world: World, options = {}) {
  const a = await running(world, options);
  await a.append(CALL);
  await a.checkpoints.make();
  const between = backup(world);
  await a.append(CALL);
  await a.checkpoints.make();
  return { a, between };
}

async function reopening(world: World): Promise<ReopenTreeBody> {
  const entries = await world.log.read(CHECKPOINTS_STREAM);
  return JSON.parse(entries.find(({ type }) => type === 'ReopenTree')!.data) as ReopenTreeBody;
}

tests('a tree that was restored is seen by the records, by whoever starts', async () => {
  const world = newWorld();
  const { a, between } = await twoCheckpoints(world);
  a.die();
  between.restoreTree();
  const b = await running(world);
  await b.append('call-b');
  await world.clock.advance(3 * EVERY_MS);
  assert.match(
    b.checkpoints.status().fork!,
    /the log has recorded batch\/2, a tree of 4 leaves, and the folder holds 2 leaves/,
  );
  assert.equal((await seenTree(world)).slots.length, 1, 'nothing is signed');
  assert.ok(b.checkpoints.status().uncoveredMs > 0, 'heads stay');
  assert.ok(await b.append('call-c'), 'calls go on');
  assert.is(b.journal.filter(({ level }) => level === 'error').length, 1, 'said once');
});

tests('a tree that was restored under a process is seen by that process', async () => {
  const world = newWorld();
  const { a, between } = await twoCheckpoints(world);
  between.restoreTree();
  await a.append(CALL);
  await world.clock.advance(EVERY_MS);
  assert.match(a.checkpoints.status().fork!, /this process has seen batch\/2 in the folder, and it is gone/);
});

tests('log and tree that were restored together are seen by a process that lives on', async () => {
  const world = newWorld();
  const { a, between } = await twoCheckpoints(world);
  between.restoreTree();
  between.restoreLog();
  await a.append('call-a');
  await world.clock.advance(EVERY_MS);
  assert.match(
    a.checkpoints.status().fork!,
    /this process has seen 3 entries of the stream checkpoints, and the log has 2/,
  );
});

tests('log and tree that were restored together are seen by a witness', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  const { a, between } = await twoCheckpoints(world, { witnesses: [witness] });
  a.die();
  between.restoreTree();
  between.restoreLog();
  const b = await running(world, { witnesses: [witness] });
  await b.append('call-b');
  await world.clock.advance(EVERY_MS);
  assert.match(
    b.checkpoints.status().fork!,
    /the witness witness\.example\/w1 knows a tree of 4 leaves, and the log has recorded 2/,
  );
  assert.equal((await seenTree(world)).checkpoints.length, 2, 'the first one, without and with the witness’s line');
});

tests('another batch in a place that is recorded is a fork', async () => {
  const world = newWorld();
  const { a } = await twoCheckpoints(world);
  a.die();
  const other = newWorld();
  const stranger = await running(other);
  await stranger.append('call-x');
  await stranger.checkpoints.make();
  world.store.objects.set(batchName(1), other.store.objects.get(batchName(1))!);
  const b = await running(world);
  assert.match(
    b.checkpoints.status().fork!,
    /the log has recorded batch\/1, a tree of 2 leaves, and the folder holds batch\/1, another one/,
  );
});

tests('a folder that was away for a while, and came back, is no fork any more', async () => {
  const world = newWorld();
  const { a } = await twoCheckpoints(world);
  const objects = new Map(world.store.objects);
  world.store.objects.clear();
  await a.append(CALL);
  await world.clock.advance(EVERY_MS);
  assert.ok(a.checkpoints.status().fork);
  for (const [name, bytes] of objects) world.store.objects.set(name, bytes);
  await world.clock.advance(EVERY_MS);
  assert.equal([a.checkpoints.status().fork, a.checkpoints.status().uncoveredMs], [null, 0]);
});

tests('opened again the tree goes on under the next name, and says what was known', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  const { a, between } = await twoCheckpoints(world, { witnesses: [witness] });
  const root = a.checkpoints.tree().root().toString('base64');
  a.die();
  between.restoreTree();
  between.restoreLog();
  const b = await running(world, { witnesses: [witness] });
  await b.append('call-b');
  const reopened = await b.checkpoints.reopen('restored after a fire', 'admin:anna');
  const next = renamed(keyOf(1), `${ORIGIN}/2`);
  assert.equal([reopened.origin, reopened.verifierKey], [`${ORIGIN}/2`, next.line]);
  const body = await reopening(world);
  assert.equal(body.after, { size: 4, root }, 'as the witness knows it');
  assert.is(body.reason, 'restored after a fire');
  assert.is((await world.log.read(CHECKPOINTS_STREAM)).find(({ type }) => type === 'ReopenTree')!.actor, 'admin:anna');
  await b.checkpoints.make();
  const { tree, leaves, place } = await seenTree(world);
  assert.equal([tree.generation, place.origin], [2, `${ORIGIN}/2`]);
  assert.ok(
    leaves.some(({ stream, how }) => stream === 'call-b' && how === 'memory'),
    'heads stayed',
  );
  assert.equal([b.checkpoints.status().fork, b.checkpoints.status().uncoveredMs], [null, 0]);
  await world.clock.advance(3 * HOUR_MS);
  const { leaves: all } = await seenTree(world);
  assert.ok(
    all.some(({ stream, how }) => stream === CALL && how === 'read-back'),
    'the new tree has all of it',
  );
});

tests('whoever still works on the old one loses its next append, and goes on with the new one', async () => {
  const world = newWorld();
  const [a, b] = [await running(world), await running(world)];
  await a.append(CALL);
  await a.checkpoints.make();
  await b.checkpoints.make();
  await a.checkpoints.reopen('tried', 'admin:anna');
  await b.append('call-b');
  await b.checkpoints.make();
  const { tree, leaves } = await seenTree(world);
  assert.is(tree.generation, 2);
  assert.ok(leaves.some(({ stream }) => stream === 'call-b'));
  assert.equal(
    b.journal.filter(({ level }) => level !== 'info'),
    [],
  );
  const first = await seenTree(world, 1);
  assert.is(first.slots.length, 1, 'nothing more came to the first');
});

tests('one that lives on in the old one while the log is restored goes on with the new one, too', async () => {
  const world = newWorld();
  const { a, between } = await twoCheckpoints(world);
  between.restoreLog();
  await a.append('call-a');
  await world.clock.advance(EVERY_MS);
  assert.ok(a.checkpoints.status().fork);
  const b = await running(world);
  assert.ok(b.checkpoints.status().fork);
  await b.checkpoints.reopen('restored', 'admin:anna');
  await world.clock.advance(EVERY_MS);
  assert.equal([a.checkpoints.status().fork, a.checkpoints.status().uncoveredMs], [null, 0]);
});

tests('two that open it again at once open it once', async () => {
  const world = newWorld();
  const { a, between } = await twoCheckpoints(world);
  a.die();
  between.restoreTree();
  const both = [await running(world), await running(world)];
  const reopened = await Promise.all(both.map(({ checkpoints }) => checkpoints.reopen('restored', 'admin:anna')));
  assert.equal(
    reopened.map(({ origin }) => origin),
    [`${ORIGIN}/2`, `${ORIGIN}/2`],
  );
  assert.is((await world.log.read(CHECKPOINTS_STREAM)).filter(({ type }) => type === 'ReopenTree').length, 1);
});

tests('a name that was used already, before the log lost it, is passed over', async () => {
  const world = newWorld();
  const { a, between } = await twoCheckpoints(world);
  await a.checkpoints.reopen('tried', 'admin:anna');
  await a.append(CALL);
  await a.checkpoints.make();
  a.die();
  between.restoreLog();
  const b = await running(world);
  assert.ok(b.checkpoints.status().fork);
  const { origin } = await b.checkpoints.reopen('restored', 'admin:anna');
  assert.is(origin, `${ORIGIN}/3`);
  await b.append('call-b');
  await b.checkpoints.make();
  assert.is(b.checkpoints.status().fork, null);
});

tests('a key that was lost is no reason to end: the tree is opened again with another', async () => {
  const world = newWorld();
  const { a } = await twoCheckpoints(world);
  a.die();
  const b = await running(world, { keys: () => ({ signers: [keyOf(7)], next: null }) });
  assert.match(b.checkpoints.status().trouble!, /has not got the key in force/);
  const { verifierKey } = await b.checkpoints.reopen('the key is lost', 'admin:anna');
  assert.is(verifierKey, renamed(keyOf(7), `${ORIGIN}/2`).line);
  await b.append(CALL);
  await b.checkpoints.make();
  assert.is(b.checkpoints.status().trouble, null);
});

tests('a tree that was never begun cannot be opened again', async () => {
  const world = newWorld();
  const b = await running(world, { keys: () => ({ signers: [], next: null }) });
  const error = await b.checkpoints.reopen('tried', 'admin:anna').catch((reason: unknown) => reason);
  assert.match(String(error), /the log has begun no tree/);
});

tests.run();
