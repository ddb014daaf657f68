import { createHash } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readVerifier, signerOf } from '../../src/tlog/keys.ts';
import { formatNote, isSignedByOne, readNote, signedBy, signText } from '../../src/tlog/note.ts';
import { bodyOf, fork, LOG, NEXT, noteOf, OTHER, type Rig, SECONDS, startRig, tree } from './rig.ts';

const test = suite<{ rig: Rig }>('witness');
test.before.each(async (context) => {
  context.rig = await startRig();
});
test.after.each(({ rig }) => rig.close());

const NAME = createHash('sha256').update(LOG.name).digest('hex');
const latest = async ({ running }: Rig, name = NAME) => fetch(`${running().url}/${name}/checkpoint`);
const verifierOf = ({ running }: Rig) => readVerifier(running().verifierLine)!;

test('it signs a first checkpoint with its time, and shows it with both signatures', async ({ rig }) => {
  const note = await noteOf(5);
  const { status, type, text } = await rig.add(await bodyOf(0, 5));
  assert.equal([status, type], [200, 'text/plain; charset=utf-8']);
  assert.equal(signedBy(readNote(`${note}${text}`)!, verifierOf(rig)), { seconds: SECONDS });
  const shown = await (await latest(rig)).text();
  assert.is(shown, `${note}${text}`);
  assert.ok(isSignedByOne(readNote(shown)!, [LOG]));
});

test('it goes along as the log grows, also in steps of nothing, and from an empty tree', async ({ rig }) => {
  for (const [old, size] of [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 255],
    [255, 256],
    [256, 600],
  ] as const) {
    const { status, text } = await rig.add(await bodyOf(old, size));
    assert.is(status, 200, `${old} ${size}: ${text}`);
  }
  assert.ok((await (await latest(rig)).text()).startsWith(`${LOG.name}\n600\n`));
});

test('a log that knows another size is told the one that it is to begin at', async ({ rig }) => {
  assert.equal(await rig.add(await bodyOf(4, 9)), { status: 409, type: 'text/x.tlog.size', text: '0\n' });
  await rig.add(await bodyOf(0, 5));
  assert.equal(await rig.add(await bodyOf(0, 9)), { status: 409, type: 'text/x.tlog.size', text: '5\n' });
  assert.is((await rig.add(await bodyOf(5, 9))).status, 200);
  assert.equal(await rig.add(await bodyOf(5, 7)), { status: 409, type: 'text/x.tlog.size', text: '9\n' });
});

test('a log that has two histories gets a signature under one of them', async ({ rig }) => {
  await rig.add(await bodyOf(0, 300));
  for (const body of [
    await bodyOf(300, 400, fork),
    await bodyOf(300, 400, tree, await noteOf(400, fork)),
    // The same size, and another root.
    await bodyOf(300, 300, fork),
  ]) {
    assert.is((await rig.add(body)).status, 422);
  }
  assert.ok((await (await latest(rig)).text()).startsWith(`${LOG.name}\n300\n`));
  assert.is((await rig.add(await bodyOf(300, 400))).status, 200);
});

test('a proof that is none, too long, or of nothing to be proven is not taken', async ({ rig }) => {
  const first = await noteOf(5);
  const hash = tree.root().toString('base64');
  assert.is((await rig.add(`old 0\n${hash}\n\n${first}`)).status, 422);
  await rig.add(await bodyOf(0, 5));
  assert.is((await rig.add(`old 5\n${hash}\n\n${first}`)).status, 422);
  assert.is((await rig.add(`old 5\n\n${await noteOf(9)}`)).status, 422);
  assert.is((await rig.add(`old 5\n${`${hash}\n`.repeat(63)}\n${await noteOf(9)}`)).status, 422);
  assert.is((await rig.add(`old 5\n${`${hash}\n`.repeat(64)}\n${await noteOf(9)}`)).status, 400);
});

test('a checkpoint that is older than the log says it was is no request', async ({ rig }) => {
  assert.is((await rig.add(`old 9\n\n${await noteOf(5)}`)).status, 400);
});

test('a log that it does not know is not found, and leaves nothing', async ({ rig }) => {
  const stranger = signerOf('stranger.example/log', Buffer.alloc(32, 9));
  assert.is((await rig.add(await bodyOf(0, 5, tree, await noteOf(5, tree, stranger)))).status, 404);
  assert.is((await latest(rig, createHash('sha256').update(stranger.name).digest('hex'))).status, 404);
  assert.equal(await readdir(rig.dir.file('witness')), ['witness.key']);
});

test('a signature that is false, missing, or of another log’s key is refused', async ({ rig }) => {
  const note = readNote(await noteOf(5))!;
  const [line] = note.signatures;
  const bytes = Buffer.from(line!.bytes);
  bytes[0]! ^= 1;
  const ofStranger = signText(note.text, signerOf('stranger.example/log', Buffer.alloc(32, 9)));
  const asOther = { ...signText(note.text, OTHER), name: LOG.name };
  for (const signatures of [[{ ...line!, bytes }], [ofStranger], [asOther], [line!, { ...line!, bytes }]])
    assert.is((await rig.add(await bodyOf(0, 5, tree, formatNote({ text: note.text, signatures })))).status, 403);
  assert.is((await latest(rig)).status, 404);
});

test('while a log exchanges its key, either is taken, and lines of strangers are not kept', async ({ rig }) => {
  await rig.add(await bodyOf(0, 5));
  const { text } = readNote(await noteOf(9))!;
  const stranger = signText(text, signerOf('stranger.example/log', Buffer.alloc(32, 9)));
  const note = formatNote({ text, signatures: [stranger, signText(text, NEXT), signText(text, LOG)] });
  assert.is((await rig.add(await bodyOf(5, 9, tree, note))).status, 200);
  const names = readNote(await (await latest(rig)).text())!.signatures.map(({ name }) => name);
  assert.equal(names, [LOG.name, LOG.name, 'witness.example/w']);
});

test('logs are kept apart', async ({ rig }) => {
  await rig.add(await bodyOf(0, 300));
  const note = await noteOf(200, fork, OTHER);
  assert.is((await rig.add(await bodyOf(0, 200, fork, note))).status, 200);
});

const ODD: readonly (readonly [what: string, body: (note: string) => string | Buffer])[] = [
  ['nothing', () => ''],
  ['no empty line', (note) => `old 0\n${note}`],
  ['no old size', (note) => `\n\n${note}`],
  ['a size with a zero before it', (note) => `old 00\n\n${note}`],
  ['a negative size', (note) => `old -1\n\n${note}`],
  ['a hash that is none', (note) => `old 0\nabc\n\n${note}`],
  [
    'a hash that is written otherwise',
    (note) => `old 0\n${Buffer.alloc(32).toString('base64').replace('A=', 'B=')}\n\n${note}`,
  ],
  ['a text that is no checkpoint', () => 'old 0\n\nhello\n\n\u2014 a AAAAAAAA\n'],
  ['no UTF-8', (note) => Buffer.concat([Buffer.from(`old 0\n\n${note}`), Buffer.of(0xff)])],
];

for (const [what, body] of ODD) {
  test(`a body with ${what} is no request`, async ({ rig }) => {
    assert.is((await rig.add(body(await noteOf(5)))).status, 400);
  });
}

test('a body that is too large is not read, and other addresses and methods are not found', async ({ rig }) => {
  assert.is((await rig.add('x'.repeat(100_000))).status, 413);
  assert.is((await fetch(`${rig.running().url}/add-checkpoint`)).status, 404);
  assert.is((await latest(rig, 'no-name')).status, 404);
  assert.equal(rig.troubles, []);
});

test('what it has signed, it knows after a restart, under the same key', async ({ rig }) => {
  await rig.add(await bodyOf(0, 5));
  await rig.add(await bodyOf(5, 9));
  const before = rig.running().verifierLine;
  await rig.restart();
  assert.is(rig.running().verifierLine, before);
  assert.equal((await rig.add(await bodyOf(0, 5))).text, '9\n');
  assert.is((await rig.add(await bodyOf(9, 12))).status, 200);
});

test('nobody but its user may read what it keeps', async ({ rig }) => {
  await rig.add(await bodyOf(0, 5));
  const dir = rig.dir.file('witness');
  const modes = ['', 'witness.key', 'seen', join('seen', NAME), join('seen', NAME, '1')].map(async (name) =>
    ((await stat(join(dir, name))).mode & 0o777).toString(8),
  );
  assert.equal(await Promise.all(modes), ['700', '600', '700', '700', '600']);
});

test('of many who grow one log at once to two histories, those of one are signed', async ({ rig }) => {
  await rig.add(await bodyOf(0, 50));
  const sizes = [110, 120, 130, 140, 150, 160];
  const bodies = await Promise.all(sizes.flatMap((size) => [bodyOf(50, size), bodyOf(50, size, fork)]));
  const answers = await Promise.all(bodies.map((body) => rig.add(body)));
  assert.is(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));
});

test('two processes on one folder sign one history all the same', async ({ rig }) => {
  const { url } = await rig.another();
  for (let old = 50; old < 100; old += 10) {
    const size = old + 10;
    const seen = await Promise.all([
      rig.add(await bodyOf(old === 50 ? 0 : old, size)),
      rig.add(await bodyOf(old === 50 ? 0 : old, size), url),
    ]);
    assert.equal(seen.map(({ status }) => status).sort(), [
      200,
      seen.every(({ status }) => status === 200) ? 200 : 409,
    ]);
  }
  const [one, other] = await Promise.all([rig.add(await bodyOf(100, 200)), rig.add(await bodyOf(100, 200, fork), url)]);
  assert.equal([one.status, other.status].sort(), [200, 409]);
});

test('what it kept and is not there whole keeps it from signing, and says so to its own people only', async ({
  rig,
}) => {
  await rig.add(await bodyOf(0, 5));
  await writeFile(join(rig.dir.file('witness'), 'seen', NAME, '1'), 'rubbish');
  await rig.restart();
  const { status, text } = await rig.add(await bodyOf(0, 9));
  assert.is(status, 500);
  assert.not.match(text, 'rubbish');
  assert.equal(rig.troubles, ['WITNESS_DAMAGED']);
});

test('a folder that may not be written keeps it from signing: nothing is signed that is not kept', async ({ rig }) => {
  await rm(join(rig.dir.file('witness'), 'seen'), { recursive: true, force: true });
  await writeFile(join(rig.dir.file('witness'), 'seen'), 'a file');
  assert.is((await rig.add(await bodyOf(0, 5))).status, 500);
  assert.equal(rig.troubles, ['CHECKPOINT_STORE_UNAVAILABLE']);
});

test.run();
