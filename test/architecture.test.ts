import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

type Source = { readonly file: string; readonly text: string; readonly imports: readonly Import[] };
type Import = { readonly target: string; readonly typeOnly: boolean };

/** What each room may import: other rooms (`types:` for types only) and packages. Rooms point inward. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/domain': ['src/domain'],
  'src/log': ['src/log', 'src/domain', 'node:', 'libsql'],
  projections: ['projections', 'src/domain', 'types:src/log', 'node:', 'libsql', 'csv-parse'],
  'src/app': ['src/app', 'src/domain', 'src/log', 'projections', 'node:crypto'],
  'src/questionnaires': ['src/questionnaires', 'src/domain', 'node:fs', 'typebox'],
  'src/telephony': ['src/telephony', 'src/domain', 'types:src/app', '@azure/', 'node:'],
  'src/http': [
    'src/http',
    'types:src/app',
    'types:src/domain',
    'types:projections',
    'fastify',
    '@fastify/',
    'typebox',
    'jose',
    'pino',
    'prom-client',
    'node:',
  ],
  'src/simulator': ['src/simulator', 'fastify', 'typebox', 'jose', 'node:'],
};

function sources(folder: string): Source[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(root, file), 'utf8');
      return { file, text, imports: importsOf(file, text) };
    });
}

function importsOf(file: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s)?'([^']+)'/gms);
  return [...statements].map(([, typeOnly, specifier = '']) => ({
    target: specifier.startsWith('.') ? relative(root, normalize(join(root, dirname(file), specifier))) : specifier,
    typeOnly: typeOnly !== undefined,
  }));
}

function allowed(room: string, { target, typeOnly }: Import): boolean {
  return (ROOMS[room] ?? []).some((rule) => {
    const [place, typesOnly] = rule.startsWith('types:') ? [rule.slice(6), true] : [rule, false];
    return target.startsWith(place) && (typeOnly || !typesOnly);
  });
}

for (const room of Object.keys(ROOMS)) {
  test(`${room} imports only what lies further in`, () => {
    const found = sources(room);
    assert.ok(found.length > 0, 'the room has files');
    const strangers = found.flatMap(({ file, imports }) =>
      imports.filter((one) => !allowed(room, one)).map((one) => `${file} -> ${one.target}`),
    );
    assert.equal(strangers, []);
  });
}

test('only the ACS adapter knows the ACS SDK', () => {
  const knowing = sources('src').filter(({ imports }) => imports.some((one) => one.target.includes('call-automation')));
  assert.ok(knowing.length > 0);
  for (const { file } of knowing) assert.ok(file.startsWith('src/telephony/'), file);
});

test('time, chance and output come in from outside where decisions are made', () => {
  const banned = /\bDate\.now\(|\bMath\.random\(|\brandomUUID\(|\bconsole\.|new Date\(\)/;
  const found = ['src/domain', 'src/log', 'projections'].flatMap(sources);
  assert.equal(
    found.filter(({ text }) => banned.test(text)).map(({ file }) => file),
    [],
  );
});

test('nothing in the log room can change or delete an entry', () => {
  const found = sources('src/log').filter(({ text }) =>
    /\b(UPDATE|DELETE\s+FROM|REPLACE\s+INTO|OR\s+REPLACE)\b(?!\s+ON)/.test(text),
  );
  const statements = found.filter(({ text }) => !/BEFORE (UPDATE|DELETE)/.test(text));
  assert.equal(
    statements.map(({ file }) => file),
    [],
  );
});

test('no file has more than 300 lines', () => {
  const long = ['src', 'projections', 'test'].flatMap(sources).filter(({ text }) => text.split('\n').length > 301);
  assert.equal(
    long.map(({ file }) => file),
    [],
  );
});

test.run();
