import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { idleReaders, unnamedReaders } from './wall-time.ts';
import { circles, emptyRooms, idleRules, longFiles, type Rooms, strangers, upwardRows } from './walls.ts';

/** A small house, to plant one mistake of each kind in. */
const ROOMS: Rooms = {
  'src/base/': [],
  'src/log/*': ['src/base/', 'node:fs'],
  'src/log/sqlite/': ['src/log/*', 'libsql'],
  'src/app/': ['types:src/log/*', '@azure/'],
};

const found = (file: string, text: string) => strangers(ROOMS, [{ file, text }]);

test('a file outside of every room is found', () => {
  assert.equal(found('src/attic/x.ts', ''), ['src/attic/x.ts is in no room']);
  assert.equal(found('src/loose.ts', ''), ['src/loose.ts is in no room']);
});

test('a room’s name is not the beginning of another’s', () => {
  assert.equal(found('src/app-old/x.ts', ''), ['src/app-old/x.ts is in no room']);
  assert.equal(found('src/app/x.ts', "import { a } from '../base-two/a.ts';"), ['src/app/x.ts -> src/base-two/a.ts']);
});

for (const [kind, text] of Object.entries({
  'an import': "import { a } from '../app/a.ts';",
  'an import over several lines': "import {\n  a,\n  b,\n} from '../app/a.ts';",
  'an import of types': "import type { A } from '../app/a.ts';",
  'an import for its effect': "import '../app/a.ts';",
  'an export from elsewhere': "export { a } from '../app/a.ts';",
  'an await import': "const { a } = await import('../app/a.ts');",
  'the type of an import': "let a: typeof import('../app/a.ts');",
})) {
  test(`${kind} through a wall is found, in TypeScript, in JSX and in JavaScript`, () => {
    for (const name of ['x.ts', 'x.tsx', 'x.js']) {
      assert.equal(found(`src/base/${name}`, text), [`src/base/${name} -> src/app/a.ts`]);
    }
  });
}

test('where only types may come in, a value is found', () => {
  assert.equal(found('src/app/x.ts', "import type { Log } from '../log/port.ts';"), []);
  assert.equal(found('src/app/x.ts', "import { type Log, type Head } from '../log/port.ts';"), []);
  assert.equal(found('src/app/x.ts', "import { type Log, open } from '../log/port.ts';"), [
    'src/app/x.ts -> src/log/port.ts',
  ]);
  assert.equal(found('src/app/x.ts', "await import('../log/port.ts')"), ['src/app/x.ts -> src/log/port.ts']);
});

test('the files of a folder are not those of the folders in it', () => {
  assert.equal(found('src/app/x.ts', "import type { Log } from '../log/sqlite/log.ts';"), [
    'src/app/x.ts -> src/log/sqlite/log.ts',
  ]);
});

test('a package that the room does not name is found', () => {
  assert.equal(found('src/log/x.ts', "import fs from 'node:fs';"), []);
  assert.equal(found('src/log/x.ts', "import sql from 'mssql';"), ['src/log/x.ts -> mssql']);
  assert.equal(found('src/log/sqlite/x.ts', "import sql from 'libsql-other';"), [
    'src/log/sqlite/x.ts -> libsql-other',
  ]);
  assert.equal(found('src/app/x.ts', "import { a } from '@azure/identity';"), []);
});

test('an import of what only the running program knows is found', () => {
  assert.equal(found('src/app/x.ts', 'await import(name)'), ['src/app/x.ts -> something computed']);
});

test('prose may speak of imports', () => {
  assert.equal(found('src/base/x.ts', "// import { a } from '../app/a.ts';\n/** await import('../app/a.ts') */"), []);
});

test('a row that names what stands below it is found', () => {
  assert.equal(upwardRows(ROOMS), []);
  assert.equal(upwardRows({ 'src/log/': ['src/app/'], 'src/app/': ['src/log/'] }), [
    'src/log/ names src/app/, and src/app/ stands below it',
  ]);
});

test('a rule that no import needs is found, but for what everybody may import', () => {
  const sources = [
    { file: 'src/log/port.ts', text: "import fs from 'node:fs';" },
    { file: 'src/app/x.ts', text: "import type { Log } from '../log/port.ts';" },
  ];
  assert.equal(idleRules(ROOMS, sources, ['src/base/']), [
    'src/log/sqlite/ needs no src/log/*',
    'src/log/sqlite/ needs no libsql',
    'src/app/ needs no @azure/',
  ]);
});

test('a row without a file is found', () => {
  assert.equal(emptyRooms(ROOMS, [{ file: 'src/base/x.ts', text: '' }]), ['src/log/*', 'src/log/sqlite/', 'src/app/']);
});

test('files that import each other are found, types included', () => {
  const a = { file: 'src/base/a.ts', text: "import { b } from './b.ts';" };
  const b = { file: 'src/base/b.ts', text: "import { c } from './c.ts';" };
  const c = { file: 'src/base/c.ts', text: "import type { A } from './a.ts';" };
  assert.equal(circles([a, b]), []);
  assert.equal(circles([a, b, c]), ['src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts']);
});

test('a file of 301 lines is found, one of 300 is not', () => {
  const file = 'src/base/x.ts';
  assert.equal(longFiles([{ file, text: 'a\n'.repeat(300) }]), []);
  assert.equal(longFiles([{ file, text: 'a\n'.repeat(301) }]), [`${file} has 301 lines`]);
});

test('whoever reads wall time without saying what for is found, in whatever way', () => {
  const reading = [
    'clock.now()',
    'systemClock.now()',
    'now: deps.clock.now,',
    'Date.now()',
    'new Date()',
    "f({ now }: Pick<Clock, 'now'>)",
  ];
  for (const text of reading) {
    assert.equal(unnamedReaders({}, [{ file: 'src/app/x.ts', text }]), ['src/app/x.ts'], text);
    assert.equal(unnamedReaders({ 'src/app/x.ts': 'for people' }, [{ file: 'src/app/x.ts', text }]), [], text);
  }
  for (const text of ['clock.monotonicMs()', 'new Date(ms)', 'performance.now()']) {
    assert.equal(unnamedReaders({}, [{ file: 'src/app/x.ts', text }]), [], text);
  }
});

test('whoever may read wall time and does not is found', () => {
  const named = { 'src/app/x.ts': 'for people', 'src/app/gone.ts': 'for people' };
  assert.equal(idleReaders(named, [{ file: 'src/app/x.ts', text: 'clock.monotonicMs()' }]), Object.keys(named));
});

test.run();
