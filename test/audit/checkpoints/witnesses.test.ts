import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint } from '../../../src/tlog/checkpoint.ts';
import { readNote, signedBy } from '../../../src/tlog/note.ts';
import { memoryWitness } from '../../support/memory-witness.ts';
import { EVERY_MS, HOUR_MS, keyOf, newWorld, ORIGIN, running, seenTree, startInstance } from './rig.ts';

const tests = suite('witnesses of checkpoints');
const CALL = '018f3f4e-7c1a-7000-8000-000000000001';

const hasSigned = (note: string | null, witness: ReturnType<typeof memoryWitness>): boolean =>
  note !== null && typeof signedBy(readNote(note)!, witness.verifier) !== 'string';

tests('a witness signs each checkpoint, and its line is kept under it', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  const a = await running(world, { witnesses: [witness] });
  for (let number = 0; number < 3; number += 1) {
    await a.append(CALL);
    const note = await a.checkpoints.make();
    assert.ok(hasSigned(note, witness));
    assert.is(a.checkpoints.status().witnesses[0]!.cosignedSize, readCheckpoint(readNote(note)!.text)!.size);
  }
  a.die();
  const b = await running(world);
  assert.ok(hasSigned(await b.checkpoints.newest(), witness), 'whoever comes next has it too');
  assert.is(a.checkpoints.status().trouble, null);
});

tests('one that is away delays nothing, is asked again with pauses, and signs when it is back', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  witness.mood = 'away';
  const a = await running(world, { witnesses: [witness] });
  await a.append(CALL);
  const note = await a.checkpoints.make();
  assert.not.ok(hasSigned(note, witness));
  assert.is(a.checkpoints.status().uncoveredMs, 0);
  assert.equal(a.checkpoints.status().witnesses, [{ name: witness.verifier.name, cosignedSize: null }]);
  await world.clock.advance(2 * HOUR_MS);
  assert.ok(witness.asked < 20);
  witness.mood = 'honest';
  await world.clock.advance(3 * EVERY_MS);
  assert.ok(hasSigned(await a.checkpoints.newest(), witness), 'though nothing has moved since');
});

tests('one that hangs is waited for some seconds, once, and the checkpoint is there before it', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  const a = await running(world, { witnesses: [witness] });
  witness.mood = 'hangs';
  await a.append(CALL);
  const made = a.checkpoints.make();
  await world.clock.advance(5_000);
  await made;
  assert.is((await seenTree(world)).checkpoints.length, 1);
  await a.append(CALL);
  await a.checkpoints.make();
  assert.is((await seenTree(world)).checkpoints.length, 2, 'the next one waits for nobody');
});

tests('of two the one that hangs keeps no signature of the other back', async () => {
  const [world, honest, hanging] = [newWorld(), memoryWitness(), memoryWitness('w.example/2', Buffer.alloc(32, 8))];
  hanging.mood = 'hangs';
  const a = startInstance(world, { witnesses: [hanging, honest] });
  await world.clock.advance(5_000);
  await a.append(CALL);
  assert.ok(hasSigned(await a.checkpoints.make(), honest));
});

tests('a signature that does not hold is not kept, and is said', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  witness.mood = 'lies';
  const a = await running(world, { witnesses: [witness] });
  await a.append(CALL);
  const note = readNote(await a.checkpoints.make())!;
  assert.is(note.signatures.length, 1);
  assert.match(a.checkpoints.status().trouble!, /the signature of the witness witness\.example\/w1 does not hold/);
  assert.is(a.checkpoints.status().fork, null);
});

tests('one that lags is shown what it needs, and is no fork', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  const a = await running(world, { witnesses: [witness] });
  for (let number = 0; number < 3; number += 1) {
    await a.append(CALL);
    await a.checkpoints.make();
  }
  witness.mood = 'lags';
  await a.append(CALL);
  assert.ok(hasSigned(await a.checkpoints.make(), witness), 'its 409 says where it is');
  assert.is(a.checkpoints.status().fork, null);
  assert.is(a.checkpoints.status().trouble, null);
});

tests('one that claims to know more and shows nothing is no fork, and is said', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  witness.mood = 'claims';
  const a = await running(world, { witnesses: [witness] });
  await a.append(CALL);
  await a.checkpoints.make();
  await a.append(CALL);
  await a.checkpoints.make();
  assert.is(a.checkpoints.status().fork, null);
  assert.match(a.checkpoints.status().trouble!, /says that it knows a tree of \d+ leaves, and does not show it/);
});

tests('one that shows what none of our keys has signed makes no fork, and is said', async () => {
  const [world, witness, other] = [newWorld(), memoryWitness(), newWorld()];
  const a = await running(other, { keys: () => ({ signers: [keyOf(2)], next: null }) });
  await a.append(CALL);
  const foreign = await a.checkpoints.make();
  witness.signed.set(ORIGIN, [foreign]);
  const b = await running(world, { witnesses: [witness] });
  await b.append(CALL);
  await b.checkpoints.make();
  assert.is(b.checkpoints.status().fork, null);
  assert.match(b.checkpoints.status().trouble!, /shows a checkpoint that none of our keys has signed/);
});

tests('one that refuses is asked again at once, and then with pauses', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  witness.mood = 'refuses';
  const a = await running(world, { witnesses: [witness] });
  await a.append(CALL);
  await a.checkpoints.make();
  assert.is(witness.asked, 2);
  assert.match(a.checkpoints.status().trouble!, /refuses: 422/);
  assert.is(a.checkpoints.status().uncoveredMs, 0);
});

tests('two that ask one witness at the same time make no trouble', async () => {
  const [world, witness] = [newWorld(), memoryWitness()];
  const both = await Promise.all([0, 1].map(() => running(world, { witnesses: [witness] })));
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(both.map((one, index) => one.append(`call-${round}-${index}`)));
    await Promise.all(both.map(({ checkpoints }) => checkpoints.make()));
  }
  await world.clock.advance(3 * EVERY_MS);
  for (const { checkpoints, journal } of both) {
    assert.equal(checkpoints.status().trouble, null);
    assert.ok(hasSigned(await checkpoints.newest(), witness));
    assert.equal(
      journal.filter(({ level }) => level !== 'info'),
      [],
    );
  }
});

tests.run();
