import { parse } from 'csv-parse/sync';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packOf } from '../../../src/audit/evidence/pack.ts';
import { sampleEvidence, sampleSeen } from '../../http/api/audit/evidence-samples.ts';
import { sha256 } from '../../support/sha256.ts';

const evidence = sampleEvidence({ checkpoint: 'origin\n7\nroot\n\n— origin sig\n', verifierKey: 'origin+id+key' });
const pack = packOf(evidence, [sampleSeen()]);
const file = (name: string, from = pack): string => from.get(name) ?? assert.unreachable(name)!;

test('it has what an auditor asks for, and a page that says what each file shows and what not', () => {
  const names = [...pack.keys()].sort();
  assert.equal(names, [
    'README.md',
    'access-review.md',
    'access.csv',
    'checkpoint.note',
    'checkpoints.txt',
    'controls.md',
    'disclosures.csv',
    'manifest.txt',
    'scripts/cd.json',
    'scripts/index.json',
    'settings.json',
    'verification.json',
  ]);
  const page = file('README.md');
  assert.match(page, 'evidence, and no legal opinion');
  for (const name of names.filter((one) => one !== 'README.md')) assert.match(page, name.replace(/\/.*/, '/'), name);
});

test('the manifest has the SHA-256 of every other file, and is the last', () => {
  const listed = file('manifest.txt').trimEnd().split('\n');
  assert.equal(
    listed,
    [...pack].filter(([name]) => name !== 'manifest.txt').map(([name, text]) => `${sha256(text)}  ${name}`),
  );
  assert.is([...pack.keys()].at(-1), 'manifest.txt');
});

test('a checkpoint is there to the byte, and without one it is said', () => {
  assert.is(file('checkpoint.note'), evidence.checkpoint);
  assert.match(file('checkpoints.txt'), 'origin+id+key');
  const without = packOf(sampleEvidence(), []);
  assert.not(without.has('checkpoint.note'));
  assert.match(file('checkpoints.txt', without), 'There is no checkpoint.');
});

test('a cell that a spreadsheet would run is none, and every row has as many cells as the head', () => {
  const wild = ['=1+1', '+1', '-1', '@a', '\tx', '\rx', 'a,"b"\r\nc'];
  const looks = wild.map((reason) => sampleSeen({ reason }));
  const rows = parse(file('access.csv', packOf(evidence, looks)), { columns: true }) as Record<string, string>[];
  assert.equal(
    rows.map((row) => row['reason']),
    ["'=1+1", "'+1", "'-1", "'@a", "'\tx", "'\rx", 'a,"b"\r\nc'],
  );
  const [row] = parse(file('disclosures.csv'), { columns: true }) as Record<string, string>[];
  assert.equal([row?.['recipient'], row?.['address'], row?.['members']], ['A Court', '1 Main Street', '1']);
});

test('months that are over and not signed off are named, and so is a sign-off of another report', () => {
  assert.match(file('access-review.md'), 'No month that is over is without a sign-off.');
  const [review] = evidence.reviews;
  const unsigned = packOf(sampleEvidence({ reviews: [{ ...review!, signOffs: [] }] }), []);
  assert.match(file('access-review.md', unsigned), 'Without a sign-off: 2026-02.');
  const other = packOf(sampleEvidence({ reviews: [{ ...review!, sha256: 'ff' }] }), []);
  assert.match(file('access-review.md', other), 'Without a sign-off: 2026-02.');
  assert.match(file('access-review.md', other), 'signed off, but of another report (ab)');
  const open = packOf(sampleEvidence({ reviews: [{ ...review!, isOver: false, signOffs: [] }] }), []);
  assert.match(file('access-review.md', open), 'goes on, and cannot be signed off yet');
});

test('every rule of the map has a command and a figure, and what is not kept is said', () => {
  const page = file('controls.md');
  for (const rule of [
    ...['45 CFR 164.308', '45 CFR 164.312(a)', '45 CFR 164.312(b)', '45 CFR 164.312(c)', '45 CFR 164.312(d)'],
    ...['45 CFR 164.316(b)', '45 CFR 164.528', '47 CFR 64.1200'],
  ])
    assert.ok(page.includes(`| ${rule}`), rule);
  const rows = page.split('\n').filter((line) => /^\| 4[57] CFR/.test(line));
  assert.ok(rows.length > 12);
  for (const row of rows) assert.match(row, /^\| [^|]+ \| [^|]+ \| `[^`|]+` \| [^|]+ \|$/);
  assert.match(page, '1 of 1 months that are over are signed off');
  assert.match(page, 'consent to artificial voices is not recorded by this release');
});

test('what could not be read is on the first page', () => {
  assert.match(
    file('README.md', packOf(sampleEvidence({ flaws: ['operation:x: missing'] }), [])),
    '- operation:x: missing',
  );
  assert.not.match(file('README.md'), 'could not be read');
});

test.run();
