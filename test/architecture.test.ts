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
  'src/log': ['src/log', 'src/domain', 'node:', 'libsql', '@azure/data-tables', 'types:@azure/identity'],
  projections: ['projections', 'src/domain', 'types:src/log', 'node:', 'libsql', 'mssql', 'csv-parse'],
  'src/app': ['src/app', 'src/domain', 'src/log', 'projections', 'node:crypto'],
  'src/questionnaires': ['src/questionnaires', 'src/domain', 'node:fs', 'typebox'],
  'src/telephony': ['src/telephony', 'src/domain', 'types:src/app', '@azure/', 'node:'],
  'src/config': ['src/config', 'src/domain'],
  'src/queue': ['src/queue', 'types:src/app', '@azure/storage-queue', 'types:@azure/identity', 'node:'],
  'src/event-grid': [
    'src/event-grid',
    'types:src/app',
    'types:projections',
    '@azure/eventgrid',
    'types:@azure/identity',
    'node:',
  ],
  'src/telemetry': [
    'src/telemetry',
    'src/domain',
    'src/app/error-code.ts',
    'types:src/app',
    '@opentelemetry/',
    '@azure/monitor-opentelemetry-exporter',
    'node:crypto',
  ],
  'src/http': [
    'src/http',
    'types:src/app',
    'types:src/domain',
    'types:projections',
    'types:@azure/eventgrid',
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

/** Where the SDK of each service is known, beside types: elsewhere it is a port. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  '@azure/communication-call-automation': ['src/telephony/'],
  '@azure/data-tables': ['src/log/', 'src/doctor/tables.ts'],
  '@azure/storage-queue': ['src/queue/'],
  '@azure/eventgrid': ['src/event-grid/'],
  '@azure/identity': ['src/azure-credential.ts'],
  '@opentelemetry/': ['src/telemetry/'],
  '@azure/monitor-opentelemetry-exporter': ['src/telemetry/'],
  mssql: ['projections/'],
};

for (const [vendor, places] of Object.entries(VENDORS)) {
  test(`${vendor} is known in one place`, () => {
    const knowing = ['src', 'projections']
      .flatMap(sources)
      .filter(
        ({ text, imports }) =>
          text.includes(`import('${vendor}`) ||
          imports.some(({ target, typeOnly }) => target.startsWith(vendor) && !typeOnly),
      );
    const strangers = knowing.map(({ file }) => file).filter((file) => !places.some((place) => file.startsWith(place)));
    assert.equal(strangers, []);
    assert.ok(knowing.length > 0, 'it is used');
  });
}

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
