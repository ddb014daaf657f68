import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { importsOf } from './architecture/imports.ts';
import { INNER } from './architecture/inner.ts';
import { ROOMS } from './architecture/rooms.ts';
import { HOUSE, sources } from './architecture/sources.ts';
import { idleReaders, unnamedReaders, WALL_TIMES } from './architecture/wall-time.ts';
import { circles, emptyRooms, idleRules, longFiles, roomOf, strangers, upwardRows } from './architecture/walls.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every file is in a room, and imports only what its room may', () => {
  assert.equal(strangers(ROOMS, HOUSE), []);
});

test('a room names only rooms that stand above it', () => {
  assert.equal(upwardRows(ROOMS), []);
});

test('no room may import what none of its files does', () => {
  assert.equal(idleRules(ROOMS, HOUSE, INNER), []);
});

test('every room has a file', () => {
  assert.equal(emptyRooms(ROOMS, HOUSE), []);
});

test('no two files import each other, on whatever way', () => {
  assert.equal(circles(HOUSE), []);
});

test('no file has more than 300 lines', () => {
  assert.equal(longFiles([...HOUSE, ...sources('test')]), []);
});

/** Where the SDK of each service is known, beside types: elsewhere it is a port. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  '@azure/communication-call-automation': ['src/adapters/telephony/'],
  '@azure/data-tables': ['src/log/tables/', 'src/adapters/places/', 'src/adapters/storage-rights/'],
  '@azure/storage-queue': ['src/adapters/queues/'],
  '@azure/storage-blob': ['src/adapters/checkpoints/'],
  '@azure/eventgrid': ['src/adapters/topic/'],
  '@azure/identity': ['src/azure/'],
  '@azure/core-rest-pipeline': ['src/azure/'],
  undici: ['src/net/'],
  '@opentelemetry/': ['src/adapters/telemetry/'],
  '@azure/monitor-opentelemetry-exporter': ['src/adapters/telemetry/'],
  mssql: ['projections/sqlserver/'],
  libsql: ['src/log/sqlite/', 'projections/sqlite/', 'src/cli/demo/forger.ts'],
};

for (const [vendor, places] of Object.entries(VENDORS)) {
  test(`${vendor} is known in one place`, () => {
    const knowing = HOUSE.filter((source) =>
      importsOf(source).some(({ target, typeOnly }) => target.startsWith(vendor) && !typeOnly),
    ).map(({ file }) => file);
    assert.ok(knowing.length > 0, 'it is used');
    assert.equal(
      knowing.filter((file) => !places.some((place) => file.startsWith(place))),
      [],
    );
  });
}

test('time, chance and output come in from outside where decisions are made', () => {
  const banned = /\bDate\.now\(|\bMath\.random\(|\brandomUUID\(|\bconsole\.|new Date\(\)/;
  const found = HOUSE.filter(({ file }) => /^(src\/(base|domain|log|audit)|projections)\//.test(file));
  assert.ok(found.length > 0);
  assert.equal(
    found.filter(({ text }) => banned.test(text)).map(({ file }) => file),
    [],
  );
});

test('wall time is read only where a time is shown, recorded or compared with one that was', () => {
  assert.equal(unnamedReaders(WALL_TIMES, HOUSE), []);
  assert.equal(idleReaders(WALL_TIMES, HOUSE), []);
});

test('no time is told or read by the zone of the machine', () => {
  const banned = /\.(get|set)(Full)?(Year|Month|Date|Day|Hours|Minutes)\(|\.toLocale\w+\(|\.getTimezoneOffset\(/;
  assert.equal(
    HOUSE.filter(({ text }) => banned.test(text)).map(({ file }) => file),
    [],
  );
});

test('nothing in the log room can change, replace or delete an entry; only the row of places is ever changed', () => {
  const banned = /\b(UPDATE|DELETE\s+FROM|REPLACE\s+INTO|OR\s+REPLACE)\b(?!\s+ON)|\.(update|upsert|delete)Entity\b/;
  const found = HOUSE.filter(({ file, text }) => file.startsWith('src/log/') && banned.test(text));
  const statements = found.filter(({ text }) => !/BEFORE (UPDATE|DELETE)/.test(text));
  assert.equal(
    statements.map(({ file }) => file),
    [],
  );
});

/** Beside dotfiles and what git ignores; more than the ecosystem expects would hide what the house is. */
const TOP_LEVEL =
  /^(src|projections|infra|test|package(-lock)?\.json|tsconfig(\.\w+)?\.json|biome\.json|README\.md|LICENSE|Dockerfile)$/;

test('nothing lies loose beside the house', () => {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''));
  const loose = readdirSync(root).filter(
    (name) => !name.startsWith('.') && !ignored.includes(name) && !name.endsWith('.log'),
  );
  assert.equal(
    loose.filter((name) => !TOP_LEVEL.test(name)),
    [],
  );
});

test('every file’s room is the most precise one', () => {
  assert.is(roomOf(ROOMS, 'src/http/server.ts'), 'src/http/server.ts');
  assert.is(roomOf(ROOMS, 'src/http/problem.ts'), 'src/http/*');
  assert.is(roomOf(ROOMS, 'src/http/api/calls.ts'), 'src/http/api/');
});

test.run();
