import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { callAll, type Rig, startRig } from '../../e2e/rig.ts';
import { sha256 } from '../../support/sha256.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { callistra } from '../terminal.ts';

let rig: Rig;
let temp: Awaited<ReturnType<typeof tempDir>>;
test.before(async () => {
  temp = await tempDir('evidence');
  rig = await startRig({ people: [{ behaviour: 'answers-all' }, { behaviour: 'busy' }] });
  await callAll(rig.url, rig.members);
});
test.after(async () => {
  await rig.close();
  await temp.remove();
});

const audit = (...args: string[]) => callistra(['audit', ...args, '--url', rig.url]);
const year = new Date().getUTCFullYear();
const WHOLE = ['--from', `${year - 1}-01-01`, '--to', `${year + 2}-01-01`];
/** Of the members whom this server calls. */
const NUMBERS = /\+?1?555010300\d/;

function filesOf(dir: string): ReadonlyMap<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !statSync(join(dir, name)).isDirectory(),
  );
  return new Map(names.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

test('what a server has to show an auditor is laid into a new directory, whole and without anybody’s number', async () => {
  const why = ['--purpose', 'HLEGAL', '--reason', 'see +15550103000'];
  await audit('history', 'M-1', ...why);
  await audit('access', '--member', 'M-2', ...why);
  const words = ['--what', 'call to +15550103001', '--purpose', '(555) 010-3001 was wrong', '--on', `${year}-01-01`];
  await audit('disclose', 'M-2', '--recipient', '=+15550103001', ...words, '--reason', '+15550103001');
  const dir = join(temp.path, 'pack');
  const { code, out, err } = await audit('evidence', dir, ...WHOLE);
  assert.is(code, 0, err);
  assert.match(out, 'begin with README.md');
  const files = filesOf(dir);
  const manifest = files.get('manifest.txt')!.trimEnd().split('\n').sort();
  const others = [...files].filter(([name]) => name !== 'manifest.txt');
  assert.equal(manifest, others.map(([name, text]) => `${sha256(text)}  ${name}`).sort());
  for (const [name, text] of files) assert.not.match(text, NUMBERS, name);
  const [hash, script] = others.find(([name]) => /^scripts\/[0-9a-f]{64}/.test(name))!;
  assert.is(hash, `scripts/${sha256(script)}.json`);
  assert.match(files.get('disclosures.csv')!, '*******3001');
  assert.match(files.get('access.csv')!, 'see +*******3000');
  assert.match(files.get('controls.md')!, '2 calls begun: busy 1, completed 1');
  assert.is(JSON.parse(files.get('verification.json')!).verification.findingCount, 0);
  assert.is(statSync(dir).mode & 0o077, 0);
});

test('its checkpoint and its key line convince verify, and it has itself become a look', async () => {
  const made = await callistra(['audit', 'checkpoint', '--out', join(temp.path, 'made.note'), '--url', rig.url]);
  assert.is(made.code, 0, made.err);
  const dir = join(temp.path, 'checked');
  assert.is((await audit('evidence', dir, ...WHOLE)).code, 0);
  const files = filesOf(dir);
  const key = /^Verifier key, as the log has it: (\S+)$/m.exec(files.get('checkpoints.txt')!)?.[1] ?? '';
  const known = join(dir, 'checkpoint.note');
  const verified = await callistra(['audit', 'verify', '--key', key, '--known', known], { DATA_DIR: rig.dataDir });
  assert.is(verified.code, 0, verified.out + verified.err);
  assert.match(verified.out, 'the key that you gave; 1 checkpoints that were kept agree');
  const { json } = await audit('access', '--member', 'M-2', '--json');
  assert.ok((json[0] as { action: string }[]).some(({ action }) => action === 'evidence'));
});

test('nothing is written over: a directory with something in it is left as it is', async () => {
  const dir = join(temp.path, 'full');
  mkdirSync(dir);
  writeFileSync(join(dir, 'mine.txt'), 'mine');
  const { code, out, err } = await audit('evidence', dir);
  assert.equal([code, out], [2, '']);
  assert.match(err, 'is not empty');
  assert.equal([...filesOf(dir)], [['mine.txt', 'mine']]);
  const file = await audit('evidence', join(dir, 'mine.txt'));
  assert.is(file.code, 2);
});

test('an empty directory is taken, and the period is the last whole month', async () => {
  const dir = join(temp.path, 'empty');
  mkdirSync(dir);
  assert.is((await audit('evidence', dir)).code, 0);
  assert.match(filesOf(dir).get('README.md')!, /From \d{4}-\d\d-01T00:00:00\.000Z to \d{4}-\d\d-01T00:00:00\.000Z/);
});

test('what the server refuses leaves no directory behind', async () => {
  const dir = join(temp.path, 'refused');
  const { code, err } = await audit('evidence', dir, '--from', '2026-02-01', '--to', '2026-01-01');
  assert.equal([code, err.split(':')[0]], [1, 'BAD_REQUEST']);
  assert.not(readdirSync(temp.path).includes('refused'));
  const nobody = await callistra(['audit', 'evidence', dir, '--url', 'http://127.0.0.1:9']);
  assert.is(nobody.code, 2);
  assert.match(nobody.err, 'callistra serve');
});

test('a month that is over is signed off, and one that is not is refused', async () => {
  const before = new Date(Date.UTC(year, new Date().getUTCMonth(), 0)).toISOString().slice(0, 7);
  const signed = await audit('sign-off', '--month', before, '--statement', 'read it, +15550103000 was not there');
  assert.is(signed.code, 0, signed.err);
  assert.match(signed.out, `${before}: 0 looks by 0 actors`);
  const open = await audit('sign-off', '--month', `${year + 1}-01`, '--statement', 'read it');
  assert.equal([open.code, open.err.split(':')[0]], [1, 'BAD_REQUEST']);
  const other = await audit('sign-off', '--month', before, '--statement', 'x', '--report', 'a'.repeat(64));
  assert.match(other.err, 'is another one now');
  const { json } = await audit('sign-off', '--month', before, '--statement', 'once more', '--json');
  assert.is((json[0] as { month: string }).month, before);
});

test.run();
