import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ExportCheck } from '../../../src/audit/export/check/findings.ts';
import { COSIGNATURE, signerOf } from '../../../src/tlog/keys.ts';
import { keyOf } from '../../audit/checkpoints/rig.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { callistra } from '../terminal.ts';

/** An export that somebody was given, and what they know of the log. */
const GIVEN = fileURLToPath(new URL('../../audit/export/golden/member.ndjson', import.meta.url));
const KEY = keyOf(1).line;

const test = suite<{ dir: TempDir }>('audit verify --export');
test.before.each(async (context) => {
  context.dir = await tempDir('verify-export');
});
test.after.each(({ dir }) => dir.remove());

const verify = (file: string, ...args: string[]) => callistra(['audit', 'verify', '--export', file, ...args], {});

test('a sound one says of whom and for whom it is, what it holds and what it rests on, and ends with 0', async () => {
  const { code, out, err } = await verify(GIVEN, '--key', KEY);
  assert.is(code, 0, err);
  assert.match(
    out,
    /^export 2026-03-02\.[0-9a-f-]+ for Court of Example \(HLEGAL\), 2026-03-02T16:00:00.000Z, by compliance:ann$/m,
  );
  assert.match(out, /^of member M-1, as it was at the checkpoint of \d+ heads$/m);
  assert.match(out, /^1 calls, 6 entries in 3 streams, 1 withheld, 0 streams left out; 0 findings$/m);
  assert.match(out, /^It rests on the key of callistra.example\/log that you gave\.$/m);
});

test('one that was changed is refused in words, and ends with 1', async ({ dir }) => {
  const forged = dir.file('forged');
  await writeFile(forged, (await readFile(GIVEN, 'utf8')).replace('Zoë', 'Zoe'));
  const { code, out } = await verify(forged, '--key', KEY);
  assert.is(code, 1);
  assert.match(out, /^line \d+: an entry was changed, left out or put in \(entry 3 of 019aab00-/m);
  assert.match(out, /^line \d+: a note does not say what stands before it \(part 1\)$/m);
  assert.match(out, /2 findings\nIt is refused: it does not prove what it holds\.$/);
});

test('one that was broken off is refused too', async ({ dir }) => {
  const part = dir.file('part');
  await writeFile(part, (await readFile(GIVEN)).subarray(0, 4_000));
  const { code, out } = await verify(part, '--key', KEY);
  assert.is(code, 1);
  assert.match(out, 'the export was broken off');
  await writeFile(part, '');
  assert.is((await verify(part, '--key', KEY)).code, 1);
});

test('as JSON it is what was checked, all of it', async () => {
  const { code, json } = await verify(GIVEN, '--key', KEY, '--json');
  const [check] = json as [ExportCheck];
  assert.equal([code, check.findingCount, check.about!.scope], [0, 0, { is: 'member', memberId: 'M-1' }]);
  assert.equal((await verify(GIVEN, '--key', keyOf(2).line, '--json')).code, 1);
});

test('the key may stand in a file, or in a policy that demands witnesses', async ({ dir }) => {
  const [key, policy] = [dir.file('key'), dir.file('policy')];
  await writeFile(key, `${KEY}\n`);
  assert.is((await verify(GIVEN, '--key', key)).code, 0);
  const witness = signerOf('anna', Buffer.alloc(32, 8), COSIGNATURE).line;
  await writeFile(policy, `log ${KEY}\nwitness anna ${witness}\nquorum anna\n`);
  const { code, out } = await verify(GIVEN, '--policy', policy);
  assert.is(code, 1);
  assert.match(out, 'fewer witnesses have signed the checkpoint than are demanded (0 of 1, 1 demanded)');
});

test('without a key, a file or anything that could be one it cannot run, and says why', async ({ dir }) => {
  const nonsense = dir.file('nonsense');
  await writeFile(nonsense, 'nonsense');
  for (const [args, words] of [
    [[GIVEN], '--key takes the verifier key of the log, from elsewhere than the export'],
    [[GIVEN, '--key', nonsense], '--key takes the verifier key'],
    [[GIVEN, '--key', dir.file('nowhere')], 'ENOENT'],
    [[dir.file('nowhere'), '--key', KEY], 'ENOENT'],
    [[dir.path, '--key', KEY], 'is a folder'],
    [[GIVEN, '--key', KEY, '--known', nonsense], 'cannot be used with'],
    [[GIVEN, '--key', KEY, '--url', 'http://127.0.0.1:9'], 'cannot be used with'],
  ] as const) {
    const [file, ...rest] = args;
    const { code, err } = await verify(file, ...rest);
    assert.is(code, 2, words);
    assert.match(err, words);
    assert.not.match(err, '    at ');
  }
});

test.run();
