import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startWitness } from '../../src/composition/witness.ts';
import { hashOf, readApiKeys } from '../../src/config/api-keys.ts';
import { callbackKeysIn } from '../../src/config/callback-key.ts';
import { keysIn } from '../../src/config/key-file.ts';
import { readStaffNames } from '../../src/config/staff-names.ts';
import { readTextFile } from '../../src/config/text-file.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import { freshSeed, secretLine, signerOf } from '../../src/tlog/keys.ts';
import { HOUSE } from '../architecture/sources.ts';
import { callistra } from '../cli/terminal.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

const test = suite<{ dir: TempDir }>('files of text');
test.before.each(async (context) => {
  context.dir = await tempDir('text');
});
test.after.each(({ dir }) => dir.remove());

/** As editors save them. */
const WRITTEN: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a byte order mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16, as Windows saves it': (text) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le'),
  'UTF-16, the other way round': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

const SIGNER = signerOf('calls.example.org/callistra', freshSeed());
const DEFAULT_SCRIPT = readFileSync(new URL('../../src/questionnaires/default.json', import.meta.url), 'utf8');

/** Checks an export that is not there: whom to trust is read first. */
async function verifies(option: string, path: string): Promise<void> {
  const { err } = await callistra(['audit', 'verify', '--export', `${path}.none`, option, path]);
  assert.match(err, /ENOENT.*\.none/);
}

/** Every file of text that the settings or the commands name, beside JSON of a simulator and CSV: those have tests of their own. */
const FILES: Readonly<Record<string, readonly [text: string, read: (path: string, dir: TempDir) => unknown]>> = {
  API_KEYS_FILE: [
    JSON.stringify([{ name: 'ann', sha256: hashOf('a'), roles: ['Coordinator'] }]),
    (path) => assert.is(readApiKeys(path)[0]?.name, 'ann'),
  ],
  STAFF_NAMES_FILE: ['{"1":"Ünn"}', (path) => assert.is(readStaffNames(path).get('1'), 'Ünn')],
  QUESTIONNAIRE_FILE: [DEFAULT_SCRIPT, (path) => loadQuestionnaire(path)],
  'callback.key': [`${'ab'.repeat(32)}\n`, (path) => assert.is(callbackKeysIn(path).length, 1)],
  'checkpoint.key': [`${secretLine(SIGNER)}\n`, (path) => assert.is(keysIn(path)?.[0]?.line, SIGNER.line)],
  'witness --logs': [
    `# the logs\n${SIGNER.line}\n`,
    async (logs, dir) => {
      const options = { dir: dir.file('w'), logs, host: '127.0.0.1', port: 0, troubled: () => undefined };
      await (await startWitness(options)).close();
    },
  ],
  'verify --key': [`${SIGNER.line}\n`, (path) => verifies('--key', path)],
  'verify --policy': [`# whom to trust\nlog ${SIGNER.line}\nquorum none\n`, (path) => verifies('--policy', path)],
};

for (const [name, [text, read]] of Object.entries(FILES)) {
  for (const [encoding, written] of Object.entries(WRITTEN)) {
    test(`${name} is read from ${encoding}`, async ({ dir }) => {
      const path = dir.file('file');
      await writeFile(path, written(text));
      await read(path, dir);
    });
  }
}

test('what is no text, or not there, is named and not quoted', async ({ dir }) => {
  const path = dir.file('file');
  assert.throws(() => readTextFile(path), /file: cannot be read \(ENOENT\)/);
  await writeFile(path, Buffer.from([0x63, 0x61, 0x6e, 0x61, 0x72, 0x79, 0xff]));
  assert.throws(
    () => readTextFile(path),
    ({ message }: Error) => /is no text in UTF-8/.test(message) && !/canary/.test(message),
  );
});

test('no other file of ours is read as text without a look at its mark', () => {
  const readers = HOUSE.filter(({ text }) => /readFile(?:Sync)?\([^)]*['"]utf-?8['"]/.test(text));
  // The demonstration reads what it has just written.
  assert.equal(
    readers.map(({ file }) => file),
    ['src/cli/demo/exported.ts'],
  );
});

test.run();
