import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { leafText } from '../../../src/audit/checkpoints/leaf.ts';
import { readCheckpoint } from '../../../src/tlog/checkpoint.ts';
import { leafHash } from '../../../src/tlog/hash.ts';
import { isSignedByOne, readNote } from '../../../src/tlog/note.ts';
import { isIncluded } from '../../../src/tlog/prove.ts';
import { keyOf, newWorld, running } from './rig.ts';

const test = suite('the tree as it stood at a checkpoint');
const CALL = '018f3f4e-7c1a-7000-8000-000000000001';
const OTHER = '018f3f4e-7c1a-7000-8000-000000000002';

const checkpointOf = (note: string) => readCheckpoint(readNote(note)!.text)!;

test('the newest leaf of a stream is that of then, with a proof in the tree of then', async () => {
  const instance = await running(newWorld());
  await instance.append(CALL);
  const then = checkpointOf(await instance.checkpoints.make());
  await instance.append(CALL);
  await instance.append(OTHER);
  const now = checkpointOf(await instance.checkpoints.make());
  for (const [checkpoint, version] of [
    [then, 1],
    [now, 2],
  ] as const) {
    const moment = (await instance.checkpoints.sealed.moment(checkpoint))!;
    const index = moment.newest(CALL)!;
    const leaf = await moment.leaf(index);
    assert.is(leaf.version, version);
    const hash = leafHash(Buffer.from(leafText(leaf)));
    assert.ok(isIncluded(hash, index, checkpoint, await moment.inclusion(index)));
    assert.is(moment.newest(OTHER) === null, checkpoint === then);
  }
});

test('a tree of another name, another root or a size that never was is none', async () => {
  const instance = await running(newWorld());
  await instance.append(CALL);
  const checkpoint = checkpointOf(await instance.checkpoints.make());
  const { sealed } = instance.checkpoints;
  assert.ok(await sealed.moment(checkpoint));
  assert.is(await sealed.moment({ ...checkpoint, origin: 'other.example/log' }), null);
  assert.is(await sealed.moment({ ...checkpoint, root: Buffer.alloc(32) }), null);
  assert.is(await sealed.moment({ ...checkpoint, size: checkpoint.size + 9 }), null);
});

test('a process whose tree is behind reads on', async () => {
  const world = newWorld();
  const [one, two] = [await running(world), await running(world)];
  await one.append(CALL);
  const checkpoint = checkpointOf(await one.checkpoints.make());
  assert.ok(two.checkpoints.status().treeSize < checkpoint.size);
  assert.is((await two.checkpoints.sealed.moment(checkpoint))!.newest(CALL), checkpoint.size - 1);
});

test('what it signs is signed with the key in force', async () => {
  const { checkpoints, append } = await running(newWorld());
  await append(CALL);
  await checkpoints.make();
  const note = readNote(await checkpoints.sealed.sign('a text\n'))!;
  assert.equal([note.text, isSignedByOne(note, [keyOf(1)])], ['a text\n', true]);
  assert.is((await checkpoints.sealed.verifier()).line, keyOf(1).line);
});

test.run();
