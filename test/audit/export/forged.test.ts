import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BeginNote } from '../../../src/audit/export/format.ts';
import { keyOf } from '../checkpoints/rig.ts';
import { at, before, DEEDS, inCall, type Material, material, ONE } from './deeds.ts';
import { reworded, signedAgain, streamLines } from './forger.ts';
import { LINE_DEEDS } from './line-deeds.ts';
import { ANCHORS, checked, findingsOf } from './rig.ts';

const test = suite<{ material: Material }>('forged exports');
test.before(async (context) => {
  context.material = await material();
});

const sorted = (kinds: readonly string[]): string[] => [...kinds].sort();

for (const { what, forge, without } of [...DEEDS, ...LINE_DEEDS]) {
  if (!without) continue;
  test(`${what}: refused`, async ({ material }) => {
    assert.equal(sorted(await findingsOf(forge(material).join(''))), sorted(without));
  });
}

for (const { what, forge, said, withKey, noted } of [...DEEDS, ...LINE_DEEDS]) {
  if (!withKey) continue;
  test(`${what}, by somebody who has the key: ${withKey === 'nothing' ? 'not found' : 'refused'}`, async ({
    material,
  }) => {
    const { findings, notes } = await checked(signedAgain(forge(material), keyOf(1), said).join(''));
    const kinds = [...new Set(findings.map(({ kind }) => kind))];
    assert.equal(sorted(kinds), sorted(withKey === 'nothing' ? [] : withKey), JSON.stringify(findings.slice(0, 5)));
    if (noted) assert.match(notes.join('\n'), noted);
  });
}

test('signed by another key, also one of the same name: refused', async ({ material: { honest } }) => {
  assert.equal(await findingsOf(signedAgain(honest, keyOf(9)).join('')), ['signature']);
  assert.equal(await findingsOf(honest.join(''), { ...ANCHORS, key: keyOf(9) }), ['signature']);
  assert.equal(await findingsOf(honest.join(''), { ...ANCHORS, key: keyOf(1, 'other.example/log') }), ['signature']);
});

test('a checkpoint that the key has not signed, in a first line that it has: refused', async ({
  material: { honest },
}) => {
  const foreign = reworded(honest[0]!, 'begin', (body: BeginNote) => ({
    ...body,
    checkpoint: body.checkpoint.replace(/\n\d+\n/, '\n99\n'),
  }));
  assert.equal(await findingsOf(signedAgain([foreign, ...honest.slice(1)], keyOf(1)).join('')), ['checkpoint']);
});

const SHAPES: readonly object[] = [
  { scope: null },
  { scope: { is: 'all' } },
  { scope: { is: 'member' } },
  { scope: { is: 'period', from: 1, to: 2 } },
  { withhold: null },
  { withhold: [null] },
  { checkpoint: 7 },
  { recipient: null },
  { exportId: null },
];
for (const shape of SHAPES) {
  test(`a first line with ${JSON.stringify(shape)} that the key has signed: refused in words`, async ({ material }) => {
    const { honest } = material;
    const first = reworded(honest[0]!, 'begin', (body: BeginNote) => ({ ...body, ...shape }));
    assert.equal(await findingsOf(signedAgain([first, ...honest.slice(1)], keyOf(1)).join('')), ['line']);
  });
}

const ENCODINGS: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16 with a byte order mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['a byte order mark before it', (text) => Buffer.from(`\ufeff${text}`)],
  ['Latin-1', (text) => Buffer.from(text, 'latin1')],
  ['lines that end as on Windows', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ['lines that end as on an old Macintosh', (text) => Buffer.from(text.replaceAll('\n', '\r'))],
];
for (const [what, encode] of ENCODINGS) {
  test(`in ${what}: refused`, async ({ material: { honest } }) => {
    assert.equal(await findingsOf(encode(honest.join(''))), ['line']);
  });
}

test('of another format: refused, in words that say so', async ({ material: { honest } }) => {
  const { findings } = await checked([honest[0]!.replace('/export/2 ', '/export/1 '), ...honest.slice(1)].join(''));
  assert.equal(findings, [
    { line: 1, kind: 'line', detail: 'it begins an export of another format, which this release does not read' },
  ]);
});

test('empty, without its first line, without its last newline, and of one huge line: refused', async ({ material }) => {
  const { honest } = material;
  assert.equal(await findingsOf(''), ['end']);
  assert.equal(await findingsOf(honest.slice(1).join('')), ['line']);
  assert.equal(sorted(await findingsOf(honest.join('').slice(0, -1))), ['end', 'line']);
  assert.equal(await findingsOf(Buffer.alloc(6 * 1024 ** 2, 'x'), ANCHORS), ['line']);
  const huge = before(honest, `${'x'.repeat(2 * 1024 ** 2)}\n`).join('');
  assert.equal(sorted((await checked(huge, ANCHORS, 1024 ** 2)).findings.map(({ kind }) => kind)), ['digest', 'line']);
});

test('a file of nothing but findings names the first hundred and counts all', async ({ material: { honest } }) => {
  const { findings, findingCount } = await checked(
    before(honest, ...Array.from({ length: 500 }, () => '[]\n')).join(''),
  );
  assert.equal([findings.length, findingCount], [100, 501]);
});

test('each finding names its line', async ({ material: { honest } }) => {
  const forged = inCall(honest, ONE, (own) => at(own, 8, (entry: object) => ({ ...entry, data: '{}' })));
  const line = forged.indexOf(streamLines(forged, ONE)[8]!) + 1;
  const { findings } = await checked(forged.join(''));
  assert.equal(findings[0], { line, kind: 'chain', detail: `entry 8 of ${ONE}` });
  assert.is(findings.at(-1)!.line, honest.length);
});

test('whatever a file is read in, the same is found in it, in the same words and lines', async ({ material }) => {
  const forged = [...DEEDS, ...LINE_DEEDS].map(({ forge }) => Buffer.from(forge(material).join('')));
  const property = fc.asyncProperty(
    fc.constantFrom(...forged),
    fc.integer({ min: 40, max: 50_000 }),
    async (file, step) => {
      assert.equal(await checked(file, ANCHORS, step), await checked(file, ANCHORS, file.length));
    },
  );
  await fc.assert(property, { numRuns: 30 });
});

test('fewer witnesses than are demanded: refused', async ({ material: { honest } }) => {
  const anchors = { ...ANCHORS, witnesses: [keyOf(5, 'witness.example/w')], quorum: 1 };
  const { findings } = await checked(honest.join(''), anchors);
  assert.equal(findings, [{ line: 0, kind: 'witnesses', detail: '0 of 1, 1 demanded' }]);
});

test.run();
