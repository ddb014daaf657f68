import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { storeFiles } from '../../src/composition/stores.ts';
import { sha256 } from '../support/sha256.ts';
import { tempDir } from '../support/temp-dir.ts';
import { KNOWN_REASONS, KNOWN_TYPES, MISSING, reasonOf, typeOf } from './known.ts';
import { LOG_NAME, PARTS, type Snapshot, snapshotOf } from './snapshot.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const FOLDERS = readdirSync(here).filter((name) => /^\d+$/.test(name));

/**
 * Members of states and columns of rows that are younger than a golden log, by its number: they are left out of what it is
 * compared with. What it has itself must never be on this list.
 */
const YOUNGER: Readonly<Record<string, readonly string[]>> = {
  1: ['claims', 'contradictions', 'dials', 'foreign', 'hungUp', 'late', 'leg', 'untoldLegAt'],
  2: ['dials', 'late', 'untoldLegAt'],
  3: ['dials', 'late', 'untoldLegAt'],
  4: ['dials', 'late', 'untoldLegAt'],
  5: ['dials', 'untoldLegAt'],
};

function fileHashes(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(here, folder)).map((name) => {
      const bytes = readFileSync(join(here, folder, name));
      return `${folder}/${name} ${sha256(bytes)}`;
    }),
  );
}

async function open(folder: string): Promise<Snapshot> {
  const { path: dir, remove } = await tempDir('golden');
  try {
    copyFileSync(join(here, folder, LOG_NAME), storeFiles(dir).log);
    return await snapshotOf(dir, YOUNGER[folder]);
  } finally {
    await remove();
  }
}

const opened = new Map<string, Promise<Snapshot>>();
/** Each is opened once, in the first test that asks: what fails before the tests is told by nobody. */
function golden(folder: string): Promise<Snapshot> {
  const snapshot = opened.get(folder) ?? open(folder);
  opened.set(folder, snapshot);
  return snapshot;
}

const before = fileHashes();

const HARMLESS_HOST = /^127\.0\.0\.1$|\.example$/;
const FICTIONAL_NUMBER = /^\+1555010\d{4}$/;

const PROMISES = {
  verified: 'opens, is sound, and has as many streams, entries, calls and answers as it had',
  heads: 'has the heads that it had: nobody has written it anew',
  states: 'folds to the same states after every entry, to the letter',
  rows: 'rebuilds to the same rows of the read models, to the letter',
} as const;

for (const folder of FOLDERS) {
  for (const part of PARTS) {
    test(`golden log ${folder} ${PROMISES[part]}`, async () => {
      const expected = readFileSync(join(here, folder, `${part}.jsonl`), 'utf8')
        .trimEnd()
        .split('\n');
      const actual = (await golden(folder))[part];
      assert.is(actual.length, expected.length);
      // Line by line, for the first difference is enough, and shown whole.
      for (const [index, line] of expected.entries()) assert.is(actual[index], line);
    });
  }

  test(`golden log ${folder} holds no secret, no place of the machine that wrote it, and nobody's real number`, async () => {
    const bytes = readFileSync(join(here, folder, LOG_NAME), 'latin1');
    assert.not.match(bytes, /secret|Bearer |accesskey|eyJ[\w-]+\.|\/(tmp|home|work|root|Users)\//i);
    for (const { data, stream, version } of (await golden(folder)).entries) {
      const where = `${stream} ${version}`;
      for (const [, host = ''] of data.matchAll(/https?:\/\/([^/:"\\]+)/g)) assert.match(host, HARMLESS_HOST, where);
      for (const [number] of data.matchAll(/\+\d{7,}/g)) assert.match(number, FICTIONAL_NUMBER, where);
    }
  });
}

test('every entry type and every reason that the code knows stands in a golden log, or is excused', async () => {
  const found = new Set<string>();
  for (const folder of FOLDERS) {
    for (const entry of (await golden(folder)).entries) found.add(typeOf(entry)).add(reasonOf(entry) ?? '');
  }
  const missing = [...KNOWN_TYPES, ...KNOWN_REASONS].filter((name) => !found.has(name));
  assert.equal(missing.sort(), Object.keys(MISSING).sort());
});

test('no golden log is changed by being looked at', async () => {
  for (const folder of FOLDERS) await golden(folder);
  assert.ok(FOLDERS.length > 0, 'there is one');
  assert.equal(fileHashes(), before);
});

test.run();
