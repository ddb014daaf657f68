import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCheckpointContainer } from '../../src/adapters/checkpoints/container.ts';
import { readBatch } from '../../src/audit/checkpoints/batch.ts';
import { leafText } from '../../src/audit/checkpoints/leaf.ts';
import { emptyTree, slotsFrom } from '../../src/audit/checkpoints/order.ts';
import { readCheckpoint } from '../../src/tlog/checkpoint.ts';
import { leafHash } from '../../src/tlog/hash.ts';
import { secretLine, signerOf } from '../../src/tlog/keys.ts';
import { isSignedByOne, readNote } from '../../src/tlog/note.ts';
import { createTree } from '../../src/tlog/tree.ts';
import { azurite } from '../support/azurite.ts';
import { checkpointContainer, type TestContainer } from '../support/checkpoint-container.ts';
import { initiate, type Rig, startRig, untilEnded } from './rig.ts';

const KEY = signerOf('plan.example/shared', Buffer.alloc(32, 6));

const test = suite<{ container: TestContainer; rigs: Rig[] }>('checkpoints that instances share');
test.before(async (context) => {
  const { connectionString } = await azurite();
  context.container = await checkpointContainer();
  const env = {
    TABLES_CONNECTION_STRING: connectionString,
    TABLES_PREFIX: `Shared${randomUUID().slice(0, 8)}`,
    CALLBACK_SECRET_KEY: 'k'.repeat(32),
    CHECKPOINT_KEY: secretLine(KEY),
    CHECKPOINT_CONTAINER_URL: context.container.url,
  };
  const people = [{ behaviour: 'answers-all' as const }];
  context.rigs = [await startRig({ people, env }), await startRig({ people, env })];
});
test.after(async ({ rigs }) => {
  for (const rig of rigs) await rig.close();
});

const make = async ({ url }: Rig): Promise<string> =>
  (await fetch(`${url}/api/audit/checkpoint`, { method: 'POST' })).text();

test('two that make checkpoints at once make one tree, in a container where nothing can be written over', async ({
  container,
  rigs,
}) => {
  const calls = await Promise.all(rigs.map(({ url }) => initiate(url, 'M-1').catch(() => null)));
  const notes: string[] = [];
  for (let round = 0; round < 3; round += 1) notes.push(...(await Promise.all(rigs.map(make))));
  for (const [index, call] of calls.entries()) if (call !== null) await untilEnded(rigs[index]!.url, call);
  // Each has a look of its own to cover, which nobody else can vouch for.
  await Promise.all(rigs.map(({ url }) => fetch(`${url}/api/calls`)));
  notes.push(...(await Promise.all(rigs.map(make))));

  const store = createCheckpointContainer({ url: container.url });
  const tree = createTree(async () => Buffer.alloc(0));
  const processes = new Set<string>();
  for await (const slot of slotsFrom(store, emptyTree(KEY.name, KEY))) {
    assert.ok(slot.counts, 'every slot counts: they are all of ours');
    processes.add(slot.batch.process);
    for (const leaf of slot.batch.leaves) tree.append(leafHash(Buffer.from(leafText(leaf))));
  }
  assert.is(processes.size, 2, 'both have proposed');
  for (const text of notes) {
    const note = readNote(text)!;
    assert.ok(isSignedByOne(note, [KEY]));
    const { size, root } = readCheckpoint(note.text)!;
    assert.ok((await tree.rootAt(size)).equals(root), `the root at ${size}`);
  }
  assert.is(readBatch((await store.read('batch/1'))!, KEY)?.slot, 1);
});

test('what one has made the other serves', async ({ rigs }) => {
  const made = await make(rigs[0]!);
  await make(rigs[1]!);
  const shown = await (await fetch(`${rigs[1]!.url}/api/audit/log/checkpoint`)).text();
  const sizes = [made, shown].map((text) => readCheckpoint(readNote(text)!.text)!.size);
  assert.ok(sizes[1]! >= sizes[0]!);
});

test.run();
