import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchName, formatBatch } from '../../../src/audit/checkpoints/batch.ts';
import type { CheckpointStore } from '../../../src/audit/checkpoints/ports.ts';
import type { Keys } from '../../../src/audit/checkpoints/signers.ts';
import { CHECKPOINTS_STREAM } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { readNote, signedBy } from '../../../src/tlog/note.ts';
import { faultyLog } from '../../support/faulty-log.ts';
import { memoryWitness } from '../../support/memory-witness.ts';
import { keyOf, newWorld, running, seenTree, settled, type World } from './rig.ts';

/** Each of these is a counterexample that was found to an earlier text of the protocol, and what mends it. */
const tests = suite('traps of the order of batches and checkpoints');

const CALL = '018f3f4e-7c1a-7000-8000-000000000001';
const GARBAGE = Buffer.from('nothing of ours');

/** What counts now, by slot. */
async function counting(world: World): Promise<string[]> {
  return (await seenTree(world)).slots.flatMap((slot) => (slot.counts ? [`${slot.batch.slot} ${slot.hash}`] : []));
}

tests('a batch that comes late takes no place before one that counts', async () => {
  const world = newWorld();
  let held: (() => Promise<boolean>) | null = null;
  const a = await running(world, { store: holding(world.store, (late) => (held = late)) });
  await a.append(CALL);
  await a.checkpoints.make().catch(() => {});
  const b = await running(world);
  await b.append('call-b');
  await b.checkpoints.make();
  const before = await counting(world);
  assert.is(before.length, 1);
  assert.is(await held!(), false, 'the store has something of this name');
  await a.checkpoints.make();
  assert.equal((await counting(world)).slice(0, 1), before);
  assert.equal((await seenTree(world)).leaves.filter(({ stream }) => stream === CALL).length, 1);
});

tests('nor does one whose place was squatted when the tree was restored', async () => {
  const world = newWorld();
  const a = await running(world);
  world.store.before('batch/', () => void world.store.objects.set(batchName(1), GARBAGE));
  await a.append(CALL);
  await a.checkpoints.make();
  assert.equal(
    (await seenTree(world)).slots.map(({ counts }) => counts),
    [false, true],
  );
  a.die();
  for (const name of world.store.objects.keys()) world.store.objects.delete(name);
  const b = await running(world);
  assert.match(b.checkpoints.status().fork!, /the log has recorded batch\/2/);
  assert.is(world.store.objects.size, 0, 'who cannot see what is recorded takes no place at all');
});

tests('once a key is exchanged the old one signs nothing, not even in the place after it', async () => {
  const world = newWorld();
  const [old, next] = [keyOf(1), keyOf(2)];
  const keys: { signers: Keys['signers']; next: Keys['next'] } = { signers: [old], next: null };
  const a = await running(world, { keys: () => keys });
  const b = await running(world, { keys: (): Keys => ({ signers: [old], next: null }) });
  await b.append('call-b');
  // At the very moment at which B takes the first place.
  world.store.before('batch/', async () => {
    keys.next = next;
    await a.append(CALL);
    await a.checkpoints.make();
  });
  await assertRejects(b.checkpoints.make(), 'CHECKPOINT_KEY');
  const { slots, place } = await seenTree(world);
  assert.equal(
    slots.map(({ counts }) => counts),
    [true],
  );
  assert.is(place.inForce.line, next.line);
  const { size, before } = place;
  const at = new Date(world.clock.now()).toISOString();
  const stale = { origin: place.origin, slot: 2, firstIndex: size, before, process: 'b', startedAt: at, at };
  const batch = formatBatch({ ...stale, lookedThrough: null, nextKey: null, leaves: [] }, old);
  world.store.objects.set(batchName(2), batch);
  await a.append(CALL);
  await a.checkpoints.make();
  assert.equal(
    (await seenTree(world)).slots.map(({ counts }) => counts),
    [true, false, true],
  );
  assert.is(b.checkpoints.status().fork, null);
});

tests('the checkpoint of an exchange carries both signatures, the next one the new key’s alone', async () => {
  const world = newWorld();
  const [old, next] = [keyOf(1), keyOf(2)];
  const a = await running(world, { keys: () => ({ signers: [old], next }) });
  const exchange = readNote(await a.checkpoints.make())!;
  assert.is.not(signedBy(exchange, old), 'unsigned');
  assert.is.not(signedBy(exchange, next), 'unsigned');
  await a.append(CALL);
  const after = readNote(await a.checkpoints.make())!;
  assert.is(signedBy(after, old), 'unsigned');
  assert.is.not(signedBy(after, next), 'unsigned');
});

tests('nothing is signed that the log has not recorded', async () => {
  const world = newWorld();
  const log = faultyLog(world.log);
  const a = await running(world, { log });
  log.fail(Array(20).fill('refused'), new RegExp(CHECKPOINTS_STREAM));
  await a.append(CALL);
  const restored = new Map(world.store.objects);
  await assertRejects(a.checkpoints.make(), 'CHECKPOINT_STORE_UNAVAILABLE');
  assert.equal([...world.store.objects.keys()], ['batch/1'], 'a proposal, and no checkpoint');
  a.die();
  // The tree is restored to what it was before: another one may begin, for of this one nobody was told.
  world.store.objects.clear();
  for (const [name, bytes] of restored) world.store.objects.set(name, bytes);
  const b = await running(world);
  await b.append('call-b');
  await b.checkpoints.make();
  assert.is(b.checkpoints.status().fork, null);
  assert.is((await seenTree(world)).checkpoints.length, 1);
});

tests('a batch that was stored and not recorded is recorded by whoever comes next, and is no fork', async () => {
  const world = newWorld();
  const log = faultyLog(world.log);
  const a = await running(world, { log });
  log.fail(['refused'], new RegExp(CHECKPOINTS_STREAM));
  await a.append(CALL);
  await a.checkpoints.make().catch(() => {});
  a.die();
  const b = await running(world);
  assert.is(b.checkpoints.status().fork, null);
  assert.is((await seenTree(world)).tree.records.length, 1);
  assert.is(b.checkpoints.status().newest?.size, b.checkpoints.status().treeSize);
});

tests('a record that was made and not signed is signed by whoever comes next', async () => {
  const world = newWorld();
  const a = await running(world);
  world.store.before('checkpoint/', () => a.die());
  await a.append(CALL);
  void a.checkpoints.make();
  await settled(world);
  assert.equal((await seenTree(world)).checkpoints.length, 1, 'the request was on its way');
  for (const name of (await seenTree(world)).checkpoints) world.store.objects.delete(name);
  const b = await running(world);
  assert.is((await seenTree(world)).checkpoints.length, 1);
  assert.is(b.checkpoints.status().fork, null);
});

tests('a log that was restored is seen, by a checkpoint that knows more', async () => {
  const world = newWorld();
  const a = await running(world);
  await a.append(CALL);
  await a.checkpoints.make();
  const backup = world.log.backup();
  await a.append(CALL);
  await a.checkpoints.make();
  a.die();
  world.log.restore(backup);
  const b = await running(world);
  await b.append('call-b');
  await assertRejects(b.checkpoints.make(), 'CHECKPOINT_FORK');
  assert.match(
    b.checkpoints.status().fork!,
    /a checkpoint in the folder knows a tree of 4 leaves, and the log has recorded 2/,
  );
});

tests('whoever makes a checkpoint while another reads is no fork, at whatever moment', async () => {
  for (let moment = 1; moment <= 30; moment += 1) {
    const [world, witness] = [newWorld(), memoryWitness()];
    const a = await running(world, { witnesses: [witness] });
    await a.append(CALL);
    await a.checkpoints.make();
    let reads = 0;
    const meanwhile = async (): Promise<void> => {
      reads += 1;
      if (reads !== moment) return;
      await a.append(CALL);
      await a.checkpoints.make();
    };
    const latest = async (origin: string): Promise<string | null> => {
      await meanwhile();
      return witness.latest(origin);
    };
    const ports = { store: asking(world.store, meanwhile), log: asking(world.log, meanwhile) };
    const b = await running(world, { ...ports, witnesses: [{ ...witness, latest }] });
    await b.append('call-b');
    await b.checkpoints.make();
    const errors = b.journal.filter(({ level }) => level !== 'info');
    assert.equal(errors, [], `A was quicker at B’s read ${moment}`);
  }
});

tests('a checkpoint whose name was taken is kept under another', async () => {
  const world = newWorld();
  const a = await running(world);
  let taken = '';
  const store: CheckpointStore = {
    ...world.store,
    async create(name, bytes) {
      if (name.startsWith('checkpoint/') && taken === '') {
        taken = name;
        world.store.objects.set(taken, GARBAGE);
      }
      return world.store.create(name, bytes);
    },
  };
  const b = await running(world, { store });
  await b.append(CALL);
  const note = await b.checkpoints.make();
  const { checkpoints } = await seenTree(world);
  assert.is(checkpoints.length, 2);
  const [own] = checkpoints.filter((name) => name !== taken);
  assert.is(world.store.objects.get(own!)!.toString(), note);
  await a.append(CALL);
  await a.checkpoints.make();
  assert.is(a.checkpoints.status().trouble, null);
});

tests('whoever takes each place before us keeps no tree from being found, and is said', async () => {
  const world = newWorld();
  const store: CheckpointStore = {
    ...world.store,
    async create(name, bytes) {
      if (name.startsWith('batch/')) world.store.objects.set(name, GARBAGE);
      return world.store.create(name, bytes);
    },
  };
  const a = await running(world, { store });
  await a.append(CALL);
  await assertRejects(a.checkpoints.make(), 'CHECKPOINT_STORE_UNAVAILABLE');
  assert.match(a.checkpoints.status().trouble!, /somebody is always quicker in the folder/);
  const b = await running(world);
  await b.append('call-b');
  await b.checkpoints.make();
  assert.is((await counting(world)).length, 1);
});

/** A store in which the first batch does not arrive: nobody answers, and it is still on its way. */
function holding(store: CheckpointStore, held: (late: () => Promise<boolean>) => void): CheckpointStore {
  let isFirst = true;
  return {
    ...store,
    async create(name, bytes) {
      if (!name.startsWith('batch/') || !isFirst) return store.create(name, bytes);
      isFirst = false;
      held(() => store.create(name, bytes));
      throw new Error('no answer');
    },
  };
}

/** A port of which each read lets something happen first. */
function asking<Port extends CheckpointStore | CallEventLog>(port: Port, before: () => Promise<void>): Port {
  const { read } = port as { read: (...asked: unknown[]) => Promise<unknown> };
  const reading = async (...asked: unknown[]): Promise<unknown> => {
    await before();
    return read(...asked);
  };
  if (!('list' in port)) return { ...port, read: reading };
  const list = async (prefix: string): Promise<readonly string[]> => {
    await before();
    return port.list(prefix);
  };
  return { ...port, read: reading, list };
}

async function assertRejects(promise: Promise<unknown>, code: string): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.is((error as { code?: string } | null)?.code, code);
}

tests.run();
