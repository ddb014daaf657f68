import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { leafText } from '../../../src/audit/checkpoints/leaf.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { readCheckpoint } from '../../../src/tlog/checkpoint.ts';
import { leafHash } from '../../../src/tlog/hash.ts';
import { readNote, signedBy } from '../../../src/tlog/note.ts';
import { isIncluded } from '../../../src/tlog/prove.ts';
import { newEntry } from '../../log/samples.ts';
import { memoryStore } from '../../support/checkpoint-store.ts';
import { faultyLog } from '../../support/faulty-log.ts';
import { memoryWitness } from '../../support/memory-witness.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { EVERY_MS, HOUR_MS, keyOf, newWorld, ORIGIN, running, seenTree, startInstance, type World } from './rig.ts';

const tests = suite('checkpoints');
const CALL = '018f3f4e-7c1a-7000-8000-000000000001';

async function rejectsWith(promise: Promise<unknown>, code: string, words: RegExp): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason as { code: string; message: string },
  );
  assert.is(error?.code, code);
  assert.match(error!.message, words);
}

tests('one is made every interval in which something moved, and none otherwise', async () => {
  const world = newWorld();
  const a = await running(world);
  await world.clock.advance(4 * EVERY_MS);
  assert.is(await a.checkpoints.newest(), null);
  await a.append(CALL);
  assert.is(a.checkpoints.status().newest, null);
  await world.clock.advance(EVERY_MS);
  const note = readNote((await a.checkpoints.newest())!)!;
  assert.equal(signedBy(note, keyOf(1)), { seconds: null });
  const { size, root, origin } = readCheckpoint(note.text)!;
  assert.equal([size, origin], [2, ORIGIN]);
  assert.equal(root, a.checkpoints.tree().root());
  await world.clock.advance(HOUR_MS / 2);
  assert.is((await seenTree(world)).checkpoints.length, 1);
});

tests('what it makes can be proven, leaf by leaf, also when it is read again', async () => {
  const world = newWorld();
  const a = await running(world);
  for (let number = 0; number < 300; number += 1) {
    await a.append(`call-${number}`);
    if (number % 50 === 0) await a.checkpoints.make();
  }
  const { size, root } = readCheckpoint(readNote(await a.checkpoints.make())!.text)!;
  const b = await running(world);
  const { leaves } = await seenTree(world);
  assert.is(leaves.length, size);
  for (const index of [0, 1, 57, 255, 256, size - 1]) {
    for (const { checkpoints } of [a, b]) {
      const leaf = await checkpoints.leaf(index);
      assert.is(leaf.toString(), leafText(leaves[index]!));
      const proof = await checkpoints.tree().inclusion(index, size);
      assert.ok(isIncluded(leafHash(leaf), index, { size, root }, proof));
    }
  }
  for (const { checkpoints } of [a, b]) {
    const error = await checkpoints.leaf(size).catch((reason: unknown) => reason);
    assert.instance(error, RangeError);
  }
});

tests('asked for one when there is nothing it makes one over what rides along', async () => {
  const world = newWorld();
  const a = await running(world);
  const note = await a.checkpoints.make();
  assert.is(readCheckpoint(readNote(note)!.text)!.size, 1);
  assert.is(await a.checkpoints.make(), note, 'and no further one as long as nothing moves');
});

tests('a server that stops makes a last one, and none when nothing has moved', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  await a.checkpoints.close();
  assert.is((await seenTree(world)).checkpoints.length, 1);
  await world.clock.advance(3 * HOUR_MS);
  const b = await running(world);
  await b.checkpoints.close();
  assert.is((await seenTree(world)).checkpoints.length, 1);
});

tests('a server whose store hangs is not kept from stopping', async () => {
  const world = newWorld();
  const hanging = { ...world.store, create: () => new Promise<boolean>(() => {}) };
  const a = await running(world, { store: hanging });
  await a.append(CALL);
  const closing = a.checkpoints.close();
  await world.clock.advance(60_000);
  await closing;
});

tests('two at once make one tree', async () => {
  const world = newWorld();
  const both = await Promise.all([running(world), running(world)]);
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(both.map((one, index) => one.append(`call-${round}-${index}`)));
    await Promise.all(both.map(({ checkpoints }) => checkpoints.make()));
  }
  await Promise.all(both.map(({ checkpoints }) => checkpoints.make()));
  const notes = await Promise.all(both.map(({ checkpoints }) => checkpoints.newest()));
  assert.is(notes[0], notes[1]);
  const { leaves, slots, tree } = await seenTree(world);
  assert.is(new Set(leaves.filter(({ stream }) => stream !== CHECKPOINTS_STREAM).map(leafText)).size, 10);
  assert.ok(slots.every(({ counts }) => counts));
  assert.is(tree.records.length, slots.length);
  for (const { journal } of both)
    assert.equal(
      journal.filter(({ level }) => level !== 'info'),
      [],
    );
});

tests('a log in a file is covered as well, over its restarts', async () => {
  const dir = await tempDir('checkpoints');
  const world = newWorld();
  for (let start = 0; start < 3; start += 1) {
    const file = openSqliteLog(dir.file('log.db'));
    const a = startInstance(world, { log: file });
    await a.append(CALL);
    await a.checkpoints.make();
    await a.checkpoints.close();
    await file.close();
    await world.clock.advance(2 * HOUR_MS);
  }
  const file = openSqliteLog(dir.file('log.db'), { readOnly: true });
  const { leaves, tree } = await seenTree({ log: file, store: world.store });
  assert.equal(
    leaves.filter(({ stream }) => stream === CALL).map(({ version, how }) => [version, how]),
    [
      [1, 'memory'],
      [2, 'memory'],
      [3, 'memory'],
    ],
  );
  assert.ok(tree.records.length >= 3);
  await file.close();
  await dir.remove();
});

tests('without a key nothing is signed, which is said; with one it goes on', async () => {
  const world = newWorld();
  const keys = { signers: [] as ReturnType<typeof keyOf>[], next: null };
  const a = await running(world, { keys: () => keys });
  await a.append(CALL);
  await rejectsWith(a.checkpoints.make(), 'CHECKPOINT_KEY', /there is no key/);
  assert.equal([...world.store.objects], []);
  assert.is((await world.log.read(CHECKPOINTS_STREAM)).length, 0);
  keys.signers = [keyOf(1)];
  await world.clock.advance(EVERY_MS);
  assert.is(a.checkpoints.status().trouble, null);
  assert.is(a.checkpoints.status().uncoveredMs, 0);
});

tests('with another key than the log names nothing is signed', async () => {
  const world = newWorld();
  await running(world);
  const b = await running(world, { keys: () => ({ signers: [keyOf(2)], next: null }) });
  await b.append(CALL);
  await rejectsWith(b.checkpoints.make(), 'CHECKPOINT_KEY', /has not got the key in force, callistra\.example\/log\+/);
  assert.is(world.store.objects.size, 0);
  assert.is((await world.log.read(CHECKPOINTS_STREAM)).length, 1);
});

tests('a folder that holds the tree of another log is left alone, also with the same key', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  await a.checkpoints.make();
  const before = [...world.store.objects.keys()];
  const other = { ...newWorld(), store: world.store };
  const b = await running(other);
  await b.append(CALL);
  await rejectsWith(b.checkpoints.make(), 'CHECKPOINT_FORK', /the folder holds a tree that this log knows nothing of/);
  assert.equal([...world.store.objects.keys()], before);
  assert.is((await other.log.read(CHECKPOINTS_STREAM)).length, 0);
});

tests('a key that two logs share shows by their witness', async () => {
  const witness = memoryWitness();
  const [world, other] = [newWorld(), newWorld()];
  const a = await running(world, { witnesses: [witness] });
  for (const stream of [CALL, 'call-b', 'call-c']) await a.append(stream);
  await a.checkpoints.make();
  const b = await running(other, { witnesses: [witness] });
  await b.append('call-x');
  await rejectsWith(
    b.checkpoints.make(),
    'CHECKPOINT_FORK',
    /the witness witness\.example\/w1 knows a tree of 4 leaves/,
  );
  assert.is(other.store.objects.size, 0);
});

for (const [what, fail] of [
  ['away', (world: World, why: string | null) => world.store.away(why)],
  ['read-only, or its disk full', (world: World, why: string | null) => world.store.readOnly(why)],
] as const) {
  tests(`while the store is ${what} heads stay, it is said, and it is tried again with pauses`, async () => {
    const world = newWorld();
    const a = await running(world);
    fail(world, 'ENOSPC');
    await a.append(CALL);
    await world.clock.advance(EVERY_MS);
    assert.is(a.checkpoints.status().trouble, 'ENOSPC');
    await world.clock.advance(2 * HOUR_MS);
    assert.is(a.checkpoints.status().uncoveredMs, 2 * HOUR_MS + EVERY_MS);
    assert.is(a.journal.filter(({ level }) => level === 'warn').length, 1, 'said once');
    fail(world, null);
    await world.clock.advance(EVERY_MS);
    assert.equal([a.checkpoints.status().trouble, a.checkpoints.status().uncoveredMs], [null, 0]);
    assert.is((await seenTree(world)).checkpoints.length, 1);
  });
}

tests('a log that takes nothing keeps the tree where it is', async () => {
  const world = newWorld();
  const log = faultyLog(world.log);
  const a = await running(world, { log });
  await a.append(CALL);
  log.full('the disk is full');
  await rejectsWith(a.checkpoints.make(), 'CHECKPOINT_STORE_UNAVAILABLE', /the disk is full/);
  assert.is(a.checkpoints.status().trouble, 'the disk is full');
  assert.is((await seenTree(world)).checkpoints.length, 0);
  log.full(null);
  await a.checkpoints.make();
  const { slots, checkpoints } = await seenTree(world);
  assert.equal([slots.length, checkpoints.length], [1, 1], 'the batch is the one that was there');
});

tests('answers that are lost make nothing twice', async () => {
  for (const fate of ['created', 'lost'] as const) {
    const world = newWorld();
    const a = await running(world);
    await a.append(CALL);
    world.store.lose([fate]);
    await a.checkpoints.make().catch(() => {});
    world.store.lose([]);
    await a.checkpoints.make();
    const { leaves, checkpoints } = await seenTree(world);
    assert.is(leaves.filter(({ stream }) => stream === CALL).length, 1, fate);
    assert.is(checkpoints.length, 1);
  }
});

tests('two clocks that differ by minutes make one tree without a finding', async () => {
  const world = newWorld();
  const a = await running(world);
  const b = await running(world, { clock: virtualClock(world.clock.now() - 20 * 60_000) });
  await a.append(CALL);
  await b.append(CALL);
  await Promise.all([a.checkpoints.make(), b.checkpoints.make()]);
  assert.is((await seenTree(world)).leaves.filter(({ stream }) => stream === CALL).length, 2);
});

tests('ten thousand heads from memory take less processor time than three hundred thousand hashes', async () => {
  const world = { ...newWorld(), store: memoryStore() };
  const a = await running(world);
  for (let number = 0; number < 5_000; number += 1) {
    const call = `018f3f4e-7c1a-7000-8000-${String(number).padStart(12, '0')}`;
    for (const stream of [call, `member:${number}`]) await a.log.append(stream, EMPTY_HEAD, [newEntry('a')]);
  }
  const hashingMs = await cpuMs(() => {
    for (let number = 0; number < 100_000; number += 1) createHash('sha256').update(`head ${number}`).digest();
  });
  const takenMs = await cpuMs(() => a.checkpoints.make());
  assert.ok(a.checkpoints.status().treeSize > 10_000);
  assert.ok(takenMs < 3 * hashingMs, `${takenMs} ms, and ${hashingMs} ms for a hundred thousand hashes`);
});

/** The processor time of some work: machines differ, so that it is compared with that of other work of the same run. */
async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

tests.run();
