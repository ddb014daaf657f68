import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkExport } from '../../src/audit/export/check/check.ts';
import { createAskRaw } from '../../src/cli/api-client.ts';
import { exportTo } from '../../src/cli/commands/export.ts';
import type { Output } from '../../src/cli/output.ts';
import { readVerifier } from '../../src/tlog/keys.ts';
import { until } from '../support/until.ts';
import { callAll, type Rig, startRig } from './rig.ts';

const test = suite('exports, at a whole server');

const PEOPLE = [{ behaviour: 'answers-all' as const }, { behaviour: 'answers-all' as const }];
const COURT = { recipient: { name: 'The court', address: '1 Square' }, purpose: 'HLEGAL', withhold: [] } as const;
const SILENT: Output = { line() {}, note() {}, json() {}, progress() {} };
const PROGRAM = fileURLToPath(new URL('../audit/export/verify-export.py', import.meta.url));

async function get<Answer>(rig: Rig, path: string): Promise<Answer> {
  return (await (await fetch(`${rig.url}${path}`)).json()) as Answer;
}

/** A file with the export of a member, and the key of the log, as an auditor has both. */
async function exported(rig: Rig, memberId: string): Promise<{ readonly file: string; readonly key: string }> {
  const file = join(rig.dataDir, `${memberId}.ndjson`);
  const ask = createAskRaw(rig.url, undefined, { reason: 'subpoena 12' });
  const begin = { memberId, ...COURT };
  assert.is(await exportTo(ask, { url: rig.url, output: file, begin }, SILENT), 0);
  return { file, key: await keyOf(rig) };
}

async function keyOf(rig: Rig): Promise<string> {
  const entries = await rig.server.stores.log.read('checkpoints');
  return (JSON.parse(entries[0]!.data) as { verifierKey: string }).verifierKey;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

test('what left for a court is in the member’s history, in the accounting of disclosures and in FHIR, with whom and why', async () => {
  const rig = await startRig({ people: PEOPLE });
  const calls = await callAll(rig.url, rig.members);
  const { file, key } = await exported(rig, 'M-1');
  const check = await checkExport(once(await readFile(file)), { key: readVerifier(key)!, witnesses: [], quorum: 0 });
  assert.equal([check.findings, check.notes, check.totals.calls], [[], [], 1]);

  type Disclosed = {
    readonly disclosures: { readonly recipient: { readonly name: string; readonly address?: string } }[];
  };
  const { disclosures } = await get<Disclosed>(rig, '/api/audit/members/M-1/disclosures');
  assert.equal(
    disclosures.map(({ recipient }) => recipient),
    [COURT.recipient],
  );
  assert.equal((await get<Disclosed>(rig, '/api/audit/members/M-2/disclosures')).disclosures, []);

  type History = {
    readonly items: { readonly kind: string; readonly callSessionIds: string[]; readonly what: string }[];
  };
  const { items } = await get<History>(rig, '/api/audit/members/M-1');
  const left = items.find(({ kind }) => kind === 'export');
  assert.equal(left?.callSessionIds, [calls[0]!.callSessionId]);
  assert.match(left?.what ?? '', /subpoena 12/);

  await until('the event', async () => {
    const bundle = JSON.stringify(await get(rig, '/api/audit/fhir/audit-events?member=M-1'));
    return bundle.includes('PrivacyDisclosure.Source') && bundle.includes('The court');
  });
  await rig.close();
});

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const isThere = has('python3', '--version') && has('openssl', 'version');

/** Where both programs are: it was written from the paper alone, and shares no line with what it checks. */
const withPython = isThere ? test : test.skip;

withPython(
  'another program, which follows the paper alone, takes an export, and refuses one that was changed',
  async () => {
    const rig = await startRig({ people: PEOPLE });
    await callAll(rig.url, rig.members);
    const { file, key } = await exported(rig, 'M-1');
    const verdict = (path: string) => {
      const { status, stdout, stderr } = spawnSync('python3', [PROGRAM, path, key], { encoding: 'utf8' });
      return { status, words: stdout + stderr };
    };
    assert.match(verdict(file).words, /^sound: \d+ entries in 3 streams, for The court/);
    const text = await readFile(file, 'utf8');
    const lines = text.split('\n');
    const forgeries = {
      'an answer': text.replace('"tones":["one', '"tones":["two'),
      'how an entry is written': text.replace('"actor":"a', '"actor":"\\u0061'),
      'an entry with a member more': text.replace('{"entry":{"version":2,', '{"entry":{"answer":"yes","version":2,'),
      'an entry whose data stands there as a text': text.replace(
        /"data":(\{.*\}),"hash"/,
        (_, data: string) => `"text":${JSON.stringify(data)},"hash"`,
      ),
      'an entry before all streams': [lines[0], lines[2], ...lines.slice(1)].join('\n'),
      'the last line': `${lines.slice(0, -2).join('\n')}\n`,
      'a reason': text.replace('subpoena 12', 'subpoena 13'),
      'two of one': text + text,
      'an entry left out': [...lines.slice(0, 4), ...lines.slice(5)].join('\n'),
    };
    for (const [what, forged] of Object.entries(forgeries)) {
      assert.is.not(forged, text, what);
      const path = join(rig.dataDir, 'forged.ndjson');
      await writeFile(path, forged);
      const { status, words } = verdict(path);
      assert.is(status, 1, what);
      assert.match(words, /^refused: /, what);
    }
    await rig.close();
  },
);

test.run();
