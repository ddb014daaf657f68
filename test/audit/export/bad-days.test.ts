import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memberStream } from '../../../src/domain/streams.ts';
import type { LogError } from '../../../src/log/port.ts';
import { rejectsWith } from '../../log/samples.ts';
import {
  type BrokenRig,
  DAY,
  failsWith,
  parts,
  partsUntil,
  recorded,
  startBrokenRig,
  WHOLE_DAY,
} from './broken-rig.ts';
import { ASKED, answered, callId, checked, contentOf, keepLarge, noteIn, SCRIPT } from './rig.ts';

const test = suite<BrokenRig>('exports on bad days');
test.before.each(async (context) => {
  Object.assign(context, await startBrokenRig());
});

const MEMBER = memberStream('M-1');

test('what cannot be read is named, with where, and the rest goes on', async (rig) => {
  for (const n of [1, 2, 3]) await rig.keep(n, 'M-1');
  rig.broken.set(callId(2), 7);
  for (const scope of [{ memberId: 'M-1' }, WHOLE_DAY]) {
    const text = await rig.whole(scope);
    assert.ok(contentOf(text).includes(`${callId(2)} left: unreadable`));
    assert.ok(contentOf(text).includes(`${callId(3)} 21`));
    const { findings, notes } = await checked(text);
    assert.equal(findings, []);
    assert.equal(notes, [`${callId(2)} is not in the export: the store cannot give entry 7`]);
  }
});

test('a call, a member’s stream or a script that cannot be read is an export that says so', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.instance.checkpoints.make();
  rig.broken.set(callId(1), 3);
  assert.equal(contentOf(await rig.whole({ callSessionId: callId(1) })), [`${callId(1)} left: unreadable`]);
  rig.broken.set(MEMBER, 1);
  const text = await rig.whole({ memberId: 'M-1' });
  assert.equal([contentOf(text), (await checked(text)).findings], [[`${MEMBER} left: unreadable`], []]);
  rig.broken.clear();
  rig.broken.set(SCRIPT, 1);
  const script = await rig.whole({ callSessionId: callId(1) });
  assert.equal(contentOf(script), [`${callId(1)} 21`, `${SCRIPT} left: unreadable`]);
  assert.equal((await checked(script)).findings, []);
});

test('a store that cannot be read as a whole ends it: nothing is signed as if the rest were not there', async (rig) => {
  await rig.keep(1, 'M-1');
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  rig.broken.set(callId(1), undefined);
  const [given, error] = await partsUntil(rig.exports, exportId, noteIn(firstLine), async () => {});
  assert.equal([given, (error as LogError).code], [[], 'LOG_CORRUPT']);
  assert.is((await recorded(rig))[0]!.end, null);
});

test('a stream that contradicts its checkpoint is named and not signed', async (rig) => {
  for (const n of [1, 2, 3, 4]) await rig.keep(n, 'M-1');
  await rig.instance.checkpoints.make();
  rig.memory.forge(callId(1), 8, '{"pressed":"two"}');
  const [entries, streams] = [rig.memory.content.streams.get(callId(2))!, rig.memory.content.streams];
  streams.set(callId(2), entries.slice(0, 5));
  streams.set(callId(3), []);
  const altered = streams.get(callId(4))!.map((entry, n) => (n === 3 ? { ...entry, data: '{}' } : entry));
  streams.set(callId(4), altered);
  const text = await rig.whole({ memberId: 'M-1' });
  assert.equal(contentOf(text), [`${MEMBER} 4`, ...[1, 2, 3, 4].map((n) => `${callId(n)} left: contradicts`)]);
  const { findings, notes } = await checked(text);
  assert.equal(findings, []);
  const why = notes.map((note) => note.slice(note.indexOf(': ') + 2));
  assert.equal(why, [
    'its entries are others than those of the checkpoint',
    'the log has 5 entries, and the checkpoint 21',
    'the log has 0 entries, and the checkpoint 21',
    'entry 4 was altered',
  ]);
});

test('a log that cannot take down that it begins: no export, also when nobody can say', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.instance.checkpoints.make();
  rig.store.fail(['refused', 'refused'], /^operation:/);
  await rejectsWith('LOG_UNAVAILABLE', rig.exports.begin({ memberId: 'M-1' }, ASKED));
  assert.equal(await recorded(rig), []);
});

test('no checkpoint can be made: no export, and nothing is taken down', async (rig) => {
  await rig.keep(1, 'M-1');
  rig.world.store.away('no answer');
  await failsWith('CHECKPOINT_STORE_UNAVAILABLE', rig.exports.begin({ memberId: 'M-1' }, ASKED));
  assert.equal(await recorded(rig), []);
});

test('without the key: no export, and nothing is taken down', async (rig) => {
  await rig.keep(1, 'M-1');
  await rig.instance.checkpoints.make();
  const keyless = await rig.other({ keys: () => ({ signers: [], next: null }) });
  await failsWith('CHECKPOINT_KEY', keyless.exports.begin({ memberId: 'M-1' }, ASKED));
  assert.equal(await recorded(rig), []);
});

test('somebody knows another log: nothing is signed, not even what was begun', async (rig) => {
  await keepLarge(rig, 2);
  const begun = await rig.begin({ memberId: 'M-1' });
  const all = await parts(rig.exports, begun.exportId, noteIn(begun.firstLine));
  if (typeof all === 'string') throw new Error(all);
  await all.next();
  const before = (await rig.memory.read(DAY)).length;
  for (const name of rig.world.store.objects.keys())
    if (name.startsWith('batch/')) rig.world.store.objects.delete(name);
  await rig.append(callId(1), ...answered().stored.slice(0, 1));
  // The tree of somebody who starts now: its records say more than its folder.
  const other = await rig.other();
  await failsWith('CHECKPOINT_FORK', other.exports.begin({ memberId: 'M-1' }, ASKED));
  await failsWith('CHECKPOINT_FORK', parts(other.exports, begun.exportId, noteIn(begun.firstLine)));
  assert.is((await rig.memory.read(DAY)).length, before);
});

test('a fork that shows while it runs ends it', async (rig) => {
  await keepLarge(rig, 2);
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  const all = await parts(rig.exports, exportId, noteIn(firstLine));
  if (typeof all === 'string') throw new Error(all);
  await all.next();
  const backup = rig.memory.backup();
  await rig.keep(8, 'M-8');
  await rig.instance.checkpoints.make();
  rig.memory.restore(backup);
  await failsWith('CHECKPOINT_FORK', rig.instance.checkpoints.make());
  await failsWith('CHECKPOINT_FORK', all.next());
});

test.run();
