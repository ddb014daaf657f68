import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { knowledgeOf } from '../../../src/audit/backup/knowledge.ts';
import { copyLog } from '../../../src/audit/backup/log.ts';
import { copyTrees, type TreeCopy, type TreeCopying } from '../../../src/audit/backup/tree.ts';
import type { CheckpointStore } from '../../../src/audit/checkpoints/ports.ts';
import { treesIn } from '../../../src/audit/checkpoints/records.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { CHECKPOINTS_STREAM, memberStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { memoryStore } from '../../support/checkpoint-store.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { type Instance, newWorld, startInstance, type World } from '../checkpoints/rig.ts';

type Side = { readonly log: CallEventLog; readonly store: CheckpointStore };

/** Log and trees together, as a backup and a restore copy them. */
async function copyAll(from: Side, to: Side): Promise<TreeCopy | null> {
  const begun: TreeCopying[] = [];
  await copyLog(from.log, to.log, {
    beside(records) {
      begun[0] = copyTrees(from.store, to.store, treesIn(records));
      return begun[0];
    },
  });
  return (await begun[0]?.rest()) ?? null;
}

async function isSound({ log, store }: Side): Promise<boolean> {
  const tree = { store, anchors: { key: null, known: [], witnesses: [], quorum: 0 }, lateBefore: '' };
  const { findings } = await verifyLog(log, { tree });
  assert.equal(findings, []);
  return (await knowledgeOf(store, log)) === 'same';
}

const empty = (): Side => ({ log: memoryLog(), store: memoryStore() });

/** Two calls of a member, and checkpoints over them. */
async function begun(): Promise<{ world: World; server: Instance }> {
  const world = newWorld();
  const server = startInstance(world);
  for (const stream of ['call-1', memberStream('M-1'), 'call-2']) {
    await server.append(stream);
    await server.checkpoints.make();
  }
  return { world, server };
}

/** A port before whose every answer somebody else does something. */
function meanwhile<Port extends CallEventLog | CheckpointStore>(
  port: Port,
  act: (name: string) => Promise<void>,
): Port {
  const members = Object.entries(port).map(([name, member]) => {
    if (typeof member !== 'function') return [name, member];
    if (name === 'registered') {
      return [
        name,
        async function* (since?: Date) {
          for await (const one of (port as CallEventLog).registered(since)) {
            await act(name);
            yield one;
          }
        },
      ];
    }
    return [
      name,
      async (...asked: unknown[]) => {
        await act(name);
        return (member as (...all: unknown[]) => unknown)(...asked);
      },
    ];
  });
  return Object.fromEntries(members) as Port;
}

/** A source whose server appends and makes a checkpoint before each of the first answers, old streams and new ones. */
function busy(world: World, server: Instance): Side {
  let steps = 0;
  const act = async (): Promise<void> => {
    steps += 1;
    if (steps > 6) return;
    await server.append(['call-1', memberStream('M-1'), `call-new-${steps}`][steps % 3]!);
    await server.checkpoints.make();
  };
  return { log: meanwhile(world.log, act), store: meanwhile(world.store, act) };
}

/** A target that takes so many writes and no more. */
function cutAfter(writes: number, { log, store }: Side): Side {
  let left = writes;
  const act = async (name: string): Promise<void> => {
    if (!['append', 'register', 'create'].includes(name)) return;
    left -= 1;
    if (left < 0) throw new Error('cut');
  };
  return { log: meanwhile(log, act), store: meanwhile(store, act) };
}

test('wherever a copy beside a busy server breaks off, its checkpoints know nothing that its log lacks, and its log records none that it lacks', async () => {
  let [cuts, isWhole] = [0, false];
  for (; !isWhole; cuts += 1) {
    const { world, server } = await begun();
    const target = empty();
    const copied = await copyAll(busy(world, server), cutAfter(cuts, target)).catch((error: Error) => {
      assert.is(error.message, 'cut');
      return null;
    });
    isWhole = copied !== null;
    assert.ok(await isSound(target), `cut after ${cuts} writes`);
    // And goes on where it was.
    await copyAll(busy(world, server), target);
    assert.ok(await isSound(target), `gone on with after ${cuts} writes`);
    assert.ok((await target.store.list('checkpoint/')).length > 2);
  }
  assert.ok(cuts > 15, `${cuts} cuts`);
});

test('what is there stays as it is, whatever it knows', async () => {
  const { world, server } = await begun();
  const copy = empty();
  await copyAll(world, copy);
  await server.append('call-3');
  await server.checkpoints.make();
  const before = new Map(world.store.objects);
  assert.equal(await copyTrees(copy.store, world.store, treesIn(await copy.log.read(CHECKPOINTS_STREAM))).rest(), {
    objects: 0,
    missing: [],
    others: [],
  });
  assert.equal(world.store.objects, before);
});

test('of a log that was restored from an older copy the checkpoints know more', async () => {
  const { world, server } = await begun();
  const copy = empty();
  await copyAll(world, copy);
  await server.append('call-3');
  await server.checkpoints.make();
  const older = memoryLog();
  assert.equal(await copyAll(copy, { log: older, store: world.store }), { objects: 0, missing: [], others: [] });
  assert.is(await knowledgeOf(world.store, older), 'more');
  assert.is(await knowledgeOf(world.store, memoryLog()), 'more');
  assert.is(await knowledgeOf(world.store, world.log), 'same');
});

test('a batch that its writer did not live to record is more only where the log lacks its heads', async () => {
  const { world, server } = await begun();
  const before = world.log.backup();
  await server.append(memberStream('M-1'));
  const log = memoryLog();
  log.restore(world.log.backup());
  await server.checkpoints.make();
  world.store.objects.forEach((_, name) => {
    if (name.startsWith('checkpoint/')) world.store.objects.delete(name);
  });
  assert.is(await knowledgeOf(world.store, log), 'same');
  log.restore(before);
  assert.is(await knowledgeOf(world.store, log), 'more');
});

test('checkpoints that are lost, or another log’s, are told from those of the log', async () => {
  const { world } = await begun();
  const { world: other } = await begun();
  assert.is(await knowledgeOf(memoryStore(), world.log), 'less');
  other.store.objects.set('batch/3', Buffer.from('another'));
  assert.is(await knowledgeOf(other.store, world.log), 'another');
  const copied = await copyAll(world, { log: memoryLog(), store: other.store });
  assert.equal([copied?.objects, copied?.others], [0, ['callistra.example/log']]);
  assert.is(other.store.objects.get('batch/3')?.toString(), 'another');
});

test('a tree that was opened again is copied whole, with what the one before it knew more', async () => {
  const { world, server } = await begun();
  const older = world.log.backup();
  await server.append('call-3');
  await server.checkpoints.make();
  server.die();
  world.log.restore(older);
  const next = startInstance(world);
  await next.checkpoints.reopen('an older copy was restored', 'compliance:anna');
  await next.append('call-4');
  await next.checkpoints.make();
  assert.is(await knowledgeOf(world.store, world.log), 'same');
  const copy = empty();
  await copyAll(world, copy);
  assert.equal([...(await copy.store.list(''))].sort(), [...world.store.objects.keys()].sort());
  assert.is(await knowledgeOf(copy.store, copy.log), 'same');
});

test('what somebody else has put among the objects hinders nothing', async () => {
  const { world } = await begun();
  const names = [...world.store.objects.keys()].sort();
  for (const name of ['batch/notes', 'checkpoint/readme']) world.store.objects.set(name, Buffer.from('x'));
  const copy = empty();
  await copyAll(world, copy);
  assert.equal([...(await copy.store.list(''))].sort(), names);
});

test('a batch that the log has recorded and the source lacks is named', async () => {
  const { world } = await begun();
  world.store.objects.delete('batch/2');
  assert.equal((await copyAll(world, empty()))?.missing, ['batch/2']);
});

test.run();
