import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makesFiles } from './private-files.ts';
import { HOUSE } from './sources.ts';

/** The one place for it; the simulator, which imports nothing of ours and gives its modes itself; who alters files that are there. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  'src/files/private.ts': ['mkdirSync', 'writeFileSync', 'mkdir', 'mkdtemp', 'openSync', 'open'],
  'src/simulator/event-grid/dead-letters.ts': ['mkdir', 'writeFile'],
  'src/cli/demo/forger.ts': ['Database'],
};

test('files and folders are made in one place, which gives them to their owner alone', () => {
  const found = HOUSE.map((source) => [source.file, makesFiles(source)] as const).filter(([, how]) => how.length > 0);
  assert.equal(Object.fromEntries(found.map(([file, how]) => [file, [...how].sort()])), {
    ...Object.fromEntries(Object.entries(MAY).map(([file, how]) => [file, [...how].sort()])),
  });
});

test('the simulator gives a mode with each that it makes', () => {
  const { text } = HOUSE.find(({ file }) => file === 'src/simulator/event-grid/dead-letters.ts')!;
  const calls = text.match(/await (mkdir|writeFile)\(.*/g) ?? [];
  assert.is(calls.length, 2);
  for (const call of calls) assert.match(call, /mode: 0o[67]00 \}/);
});

const PLANTED: readonly (readonly [how: string, text: string])[] = [
  ['writeFileSync', "import { writeFileSync } from 'node:fs';\nwriteFileSync('a', 'b', { mode: 0o600 });"],
  ['mkdir', "import { mkdir, type Stats } from 'node:fs/promises';"],
  ['copyFileSync', "import {\n  copyFileSync,\n  rmSync,\n} from 'node:fs';"],
  ['writeFile', "import * as fs from 'node:fs';"],
  ['writeFile', "import fs from 'fs';"],
  ['writeFile', "import { writeFile as put } from 'node:fs/promises';"],
  ['open', "import { open } from 'node:fs/promises';\nconst file = await open(path, 'r+');"],
  ['open', "import { open } from 'node:fs/promises';\nconst file = await paths.map(open);"],
  ['openSync', "import { openSync } from 'node:fs';\nconst [a, b] = [openSync(of(a), 'r'), openSync(b, 'wx', 0o600)];"],
  ['Database', "import Database from 'libsql';\nconst db = new Database(path);"],
  ['VACUUM INTO', "db.exec('VACUUM INTO ?');"],
  ['on another way', "const { writeFile } = await import('node:fs/promises');"],
  ['on another way', 'process.umask(0o77);'],
];

for (const [how, text] of PLANTED) {
  test(`is found: ${text.split('\n').at(-1)}`, () => {
    assert.equal(makesFiles({ file: 'src/log/sqlite/planted.ts', text }), [how]);
  });
}

const SOUND: readonly string[] = [
  "import { openSync, readFileSync } from 'node:fs';\nconst file = openSync(dirname(path), 'r');",
  "import type { FileHandle } from 'node:fs/promises';\nfile.writeFile('x');",
  "import { makeFile } from '../../files/private.ts';\nmakeFile(path);\nconst db = new Database(path);",
  "// writeFileSync(path)\nconst made = new Database(':memory:');",
];

for (const text of SOUND) {
  test(`is not found: ${text.split('\n').at(-1)}`, () => {
    assert.equal(makesFiles({ file: 'src/log/sqlite/sound.ts', text }), []);
  });
}

test.run();
