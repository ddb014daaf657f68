import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ExportLook } from '../../../src/audit/export/exports.ts';
import { lineText } from '../../../src/audit/export/format.ts';
import { LogError } from '../../../src/log/port.ts';
import { rejectsWith } from '../../log/samples.ts';
import { keyOf } from '../checkpoints/rig.ts';
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
import { rawLines, reworded } from './forger.ts';
import { callId, checked, type ExportRig, keepLarge, noteIn, notesIn, restOf, startExportRig } from './rig.ts';

const test = suite<BrokenRig>('exports that were broken off');
test.before.each(async (context) => {
  Object.assign(context, await startBrokenRig());
});

test('it is gone on with from any note, by whoever asks, to the same bytes', async (rig) => {
  await keepLarge(rig, 3);
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  const rest = await restOf(rig.exports, exportId, noteIn(firstLine));
  const whole = firstLine + rest;
  const notes = [noteIn(firstLine), ...notesIn(rest).slice(0, -1)];
  assert.is(notes.length, 3);
  const other = await rig.other();
  for (const note of notes) {
    const line = lineText({ note });
    const behind = whole.slice(whole.indexOf(line) + line.length);
    assert.is(await restOf(other.exports, exportId, note), behind);
  }
  assert.equal(
    (await rig.memory.read(DAY)).map(({ type }) => type).filter((type) => type === 'EndExport').length,
    1,
    'however often its last part is fetched',
  );
});

test('after the server died another goes on, though it has not read the tree so far', async (rig) => {
  const other = await rig.other();
  await keepLarge(rig, 2);
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  const all = await parts(rig.exports, exportId, noteIn(firstLine));
  if (typeof all === 'string') throw new Error(all);
  const first = (await all.next()).value!.toString();
  rig.instance.die();
  const sizeIn = ({ instance }: Pick<ExportRig, 'instance'>): number => instance.checkpoints.status().treeSize;
  assert.ok(sizeIn(other) < sizeIn(rig));
  rig.world.store.away('no answer');
  await failsWith('CHECKPOINT_STORE_UNAVAILABLE', parts(other.exports, exportId, notesIn(first).at(-1)!));
  rig.world.store.away(null);
  const text = firstLine + first + (await restOf(other.exports, exportId, notesIn(first).at(-1)!));
  assert.equal((await checked(text, undefined, 1024 ** 2)).findings, []);
});

test('with another key, or in a tree that was opened again, it has to be begun again', async () => {
  const keys = { signers: [keyOf(1)], next: null as ReturnType<typeof keyOf> | null };
  const rig = await startExportRig({ keys: () => keys });
  await rig.keep(1, 'M-1');
  const old = await rig.begin({ memberId: 'M-1' });
  keys.next = keyOf(2);
  await rig.keep(2, 'M-1');
  await rig.instance.checkpoints.make();
  assert.is(await parts(rig.exports, old.exportId, noteIn(old.firstLine)), 'begin-again');
  const text = await rig.whole({ memberId: 'M-1' });
  const anchors = { key: keyOf(2), witnesses: [], quorum: 0 };
  assert.equal((await checked(text, anchors)).findings, []);
  const begun = await rig.begin({ memberId: 'M-1' });
  await rig.instance.checkpoints.reopen('the log was restored', 'operator:ann');
  await rig.instance.checkpoints.make();
  assert.is(await parts(rig.exports, begun.exportId, noteIn(begun.firstLine)), 'begin-again');
});

test('the first checkpoint of a new key makes exports that this key vouches for', async () => {
  const keys = { signers: [keyOf(1)], next: null as ReturnType<typeof keyOf> | null };
  const rig = await startExportRig({ keys: () => keys });
  await rig.keep(1, 'M-1');
  await rig.instance.checkpoints.make();
  keys.next = keyOf(2);
  const text = await rig.whole({ memberId: 'M-1' });
  assert.equal((await checked(text, { key: keyOf(2), witnesses: [], quorum: 0 })).findings, []);
});

test('a note that is not of this export, or that nobody has signed, is none to go on from', async (rig) => {
  await keepLarge(rig, 2);
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  const rest = await restOf(rig.exports, exportId, noteIn(firstLine));
  const other = await rig.begin({ memberId: 'M-1' });
  const [part = '', end = ''] = rawLines(rest).filter((line) => line.startsWith('{"note"'));
  const skipping = (note: object) => ({ ...note, next: { after: callId(1), scripts: [] } });
  const foreign: readonly string[] = [
    noteIn(other.firstLine),
    noteIn(end),
    noteIn(reworded(part, 'part', skipping)),
    noteIn(reworded(part, 'part', (note: object) => ({ ...note, totals: undefined }))),
    noteIn(reworded(part, 'part', () => ({ exportId }))),
    noteIn(firstLine).replace('M-1', 'M-2'),
    (await rig.instance.checkpoints.newest())!,
    'nonsense',
    '',
    '\n\n',
    'callistra/export/2 part\nnull\n\n\u2014 callistra.example/log AAAAAAAA\n',
  ];
  for (const note of foreign) {
    const refusal = await parts(rig.exports, exportId, note);
    const expected = note.includes('AAAAAAAA') ? 'begin-again' : 'not-ours';
    assert.is(refusal, expected, note.slice(0, 60));
  }
  for (const unknown of ['', 'x', '2026-03-02.x', '2026-03-02.00000000-0000-4000-8000-0000000000ff', '../x'])
    assert.is(await parts(rig.exports, unknown, noteIn(firstLine)), 'unknown');
});

test('a look that cannot be taken down: what left stands, and is gone on with', async (rig) => {
  await keepLarge(rig, 3);
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  const failing = async (look: ExportLook): Promise<void> => {
    if (rig.looks.length === 2) throw new LogError('LOG_UNAVAILABLE', 'the disk is full');
    rig.looks.push(look);
  };
  const [given, error] = await partsUntil(rig.exports, exportId, noteIn(firstLine), failing);
  assert.equal([given.length, (error as LogError).code], [2, 'LOG_UNAVAILABLE']);
  assert.equal(
    rig.looks.map(({ calls }) => calls),
    [[callId(1)], [callId(2)]],
    'what left, and no more',
  );
  assert.is((await recorded(rig))[0]!.end, null, 'it counts as broken off');
  const rest = await restOf(rig.exports, exportId, notesIn(given[1]!).at(-1)!, rig.looks);
  assert.equal((await checked([firstLine, ...given, rest].join(''), undefined, 1024 ** 2)).findings, []);
  assert.ok((await recorded(rig))[0]!.end);
});

test('an end that cannot be taken down: the last line does not leave', async (rig) => {
  await rig.keep(1, 'M-1');
  const { exportId, firstLine } = await rig.begin({ memberId: 'M-1' });
  rig.store.fail(['refused', 'refused'], /^operation:/);
  const [given, error] = await partsUntil(rig.exports, exportId, noteIn(firstLine), async () => {});
  assert.equal([given, (error as LogError).code], [[], 'LOG_UNAVAILABLE']);
  rig.store.fail([]);
  assert.equal((await checked(firstLine + (await restOf(rig.exports, exportId, noteIn(firstLine))))).findings, []);
});

test('whoever stops reading ends it: nothing is kept open, and nothing is taken down that did not leave', async (rig) => {
  await keepLarge(rig, 4);
  const { exportId, firstLine } = await rig.begin(WHOLE_DAY);
  const all = await rig.exports.parts(exportId, noteIn(firstLine), async (look) => void rig.looks.push(look));
  if (typeof all === 'string') throw new Error(all);
  await all.next();
  assert.is(rig.walks.open, 1);
  await all.return(undefined);
  assert.equal([rig.walks.open, rig.looks.length], [0, 1]);
});

test('a stream that it has come to and that is gone: it does not end as if it were whole', async (rig) => {
  await keepLarge(rig, 2);
  const { exportId, firstLine } = await rig.begin(WHOLE_DAY);
  const note = notesIn(await restOf(rig.exports, exportId, noteIn(firstLine)))[0]!;
  for (const streams of rig.memory.content.register.values()) streams.delete(callId(1));
  await rejectsWith('LOG_CORRUPT', restOf(rig.exports, exportId, note));
});

test.run();
