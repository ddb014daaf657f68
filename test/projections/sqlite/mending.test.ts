import { copyFile, mkdir, rename, stat, truncate, writeFile } from 'node:fs/promises';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type MendingReadStore, openMendingReadStore } from '../../../projections/sqlite/mending.ts';
import { READ_STORE_MIGRATIONS } from '../../../projections/sqlite/migrations.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { noticeLedgerContract } from '../notice-ledger-contract.ts';
import { readStoreContract } from '../read-store-contract.ts';
import { rebuildContract } from '../rebuild-contract.ts';
import { at, callId, contents, rows, stream } from '../samples.ts';
import { versionsContract } from '../versions-contract.ts';
import { CALLS, codeOf, fill, inPlaces, kept, open, overwrite, type World } from './mending-rig.ts';

async function openEmpty() {
  const { file, remove } = await tempDir('rows');
  const store = openMendingReadStore(file('read-models.db'), { now: Date.now });
  return {
    store,
    async cleanup() {
      await store.close();
      await remove();
    },
  };
}

readStoreContract('mending SQLite', openEmpty);
versionsContract('mending SQLite', openEmpty);
rebuildContract('mending SQLite', openEmpty);
noticeLedgerContract('mending SQLite', openEmpty);

const test = suite<World>('Read models whose file is damaged');

inPlaces(test);

/** What can have become of a file. */
const DAMAGES: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'is no database': (path) => writeFile(path, 'not a database '.repeat(500)),
  'is empty': (path) => truncate(path, 0),
  'was cut short': (path) => truncate(path, 5_000),
  'has a schema that cannot be read': (path) => overwrite(path, 'CREATE TABLE CallResponses', Buffer.from([0xff])),
  'has a schema that is not ours': (path) => overwrite(path, 'Disposition TEXT', Buffer.from('Dispositiom')),
  'says that its format is a later one': (path) => overwrite(path, 'SQLite format 3', Buffer.from('SQLite format 4')),
  'has another count of migrations': (path) => {
    const raw = new Database(path);
    raw.exec(`PRAGMA user_version = ${READ_STORE_MIGRATIONS.length + 1}`);
    raw.close();
    return Promise.resolve();
  },
  'belongs to another program': async (path) => {
    const raw = new Database(`${path}.other`);
    raw.exec('CREATE TABLE entries (stream TEXT); PRAGMA user_version = 1');
    raw.close();
    await rename(`${path}.other`, path);
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`one that ${name} is set aside at the start, for its owner alone, and a new one is filled`, async (world) => {
    await fill(world);
    await damage(world.path);
    const store = open(world);
    assert.is(world.replaced.length, 1);
    const [aside] = await kept(world);
    assert.is(world.replaced[0]?.keptAs, world.dir.file(aside!));
    assert.is((await stat(world.dir.file(aside!))).mode & 0o777, 0o600);
    assert.match(store.problems().join(), 'built again');
    let asked = 0;
    store.onToFill(() => {
      asked += 1;
    });
    assert.is(asked, 1);
    assert.is(await store.fill(stream(CALLS)), CALLS.length);
    assert.equal(await contents(store), [...CALLS].reverse());
    await store.close();
    // It is whole from now on.
    const again = open(world);
    assert.is(world.replaced.length, 1);
    assert.equal(await contents(again), [...CALLS].reverse());
    await again.close();
  });
}

test('a directory in the place of the file is set aside like a damaged one', async (world) => {
  await mkdir(world.path);
  const store = open(world);
  await store.fill(stream(CALLS));
  assert.equal(await contents(store), [...CALLS].reverse());
  assert.is((await kept(world)).length, 1);
  await store.close();
});

test('of a later release they are refused, and nothing is set aside', async (world) => {
  await fill(world);
  const raw = new Database(world.path);
  raw.exec(`CREATE TABLE Later (n INTEGER) STRICT; PRAGMA user_version = ${READ_STORE_MIGRATIONS.length + 1}`);
  raw.close();
  assert.is(await codeOf(async () => open(world)), 'READ_STORE_NEWER');
  assert.equal(await kept(world), []);
});

test('a row whose text is not UTF-8 is named, and a new file begun, whatever is asked for', async (world) => {
  const asks: ((store: MendingReadStore) => Promise<unknown>)[] = [
    (store) => store.bySession(callId(7)),
    (store) => store.byConnection('connection-7'),
    (store) => store.list({ filter: {}, limit: 100 }),
    (store) => store.list({ filter: { status: 'Initiated' }, limit: 100 }),
  ];
  for (const ask of asks) {
    await fill(world);
    await overwrite(world.path, `${callId(7)}member-7`, Buffer.from(`${callId(7)}membe\xff`, 'latin1'));
    const store = open(world);
    const before = world.replaced.length;
    await codeOf(() => ask(store));
    assert.is(world.replaced.length, before + 1);
    const { code, reason } = world.replaced.at(-1)!;
    assert.is(code, 'READ_STORE_CORRUPT');
    assert.match(reason, callId(7));
    assert.not.match(reason, 'membe');
    await store.fill(stream(CALLS));
    assert.equal(await store.bySession(callId(7)), CALLS[7]);
    await store.close();
    world.nowMs += 100_000;
  }
});

test('while rows are missing nobody is told that there is no such call', async (world) => {
  await fill(world);
  await truncate(world.path, 0);
  const store = open(world);
  await store.write([CALLS[3]!]);
  assert.equal(await store.byConnection('connection-3'), CALLS[3]);
  for (const ask of [
    () => store.list({ filter: {}, limit: 10 }),
    () => store.byConnection('connection-5'),
    () => store.byAnyId('connection-5', 'connection-5'),
    () => store.byProviderIds({ correlationId: 'correlation-5', serverCallId: null }),
    () => store.newestUpdate(),
  ]) {
    assert.is(await codeOf(ask), 'READ_STORE_UNAVAILABLE');
  }
  await store.fill(stream(CALLS));
  assert.is(await store.newestUpdate(), CALLS.at(-1)!.session.updatedAt);
  await store.close();
});

test('a process that dies before the new file is filled leaves that to the next', async (world) => {
  await fill(world);
  await truncate(world.path, 0);
  const dying = open(world);
  await dying.write([CALLS[39]!]);
  await dying.close();
  const next = open(world);
  assert.is(await codeOf(() => next.newestUpdate()), 'READ_STORE_UNAVAILABLE');
  let asked = false;
  next.onToFill(() => {
    asked = true;
  });
  assert.ok(asked);
  await next.rebuild(stream(CALLS));
  assert.is(await next.newestUpdate(), CALLS.at(-1)!.session.updatedAt);
  await next.close();
});

test('a file that is taken away while it is open is missed at the next write, with all that was published', async (world) => {
  await fill(world);
  const store = open(world);
  await rename(world.path, `${world.path}.elsewhere`);
  let asked = 0;
  store.onToFill(() => {
    asked += 1;
  });
  await store.write([CALLS[39]!]);
  assert.is(asked, 1);
  await store.fill(stream(CALLS));
  assert.equal(await contents(store), [...CALLS].reverse());
  assert.equal(await store.notices.due(at(0), 100), [{ rows: CALLS.at(-1), published: [] }]);
  assert.equal(await kept(world), []);
  await store.close();
});

test('a tool that rebuilds a damaged file and a server that has it open end with one file and all rows', async (world) => {
  await fill(world);
  const server = open(world);
  await overwrite(world.path, `${callId(7)}member-7`, Buffer.from(`${callId(7)}membe\xff`, 'latin1'));
  const touched = new Database(world.path);
  touched.exec('CREATE TABLE Other (n INTEGER); DROP TABLE Other');
  touched.close();
  const tool = openMendingReadStore(world.path, { now: () => world.nowMs });
  let asked = 0;
  server.onToFill(() => {
    asked += 1;
  });
  assert.is(await codeOf(() => tool.list({ filter: {}, limit: 100 })), 'READ_STORE_UNAVAILABLE');
  assert.is((await kept(world)).length, 1);
  await server.write([rows(50, { version: 5 })]);
  assert.is(asked, 1, 'the server has missed its file');
  const all = [...CALLS, rows(50, { version: 5 })];
  await Promise.all([tool.rebuild(stream(all)), server.fill(stream(all))]);
  assert.equal(await contents(server), [...all].reverse());
  assert.is((await kept(world)).length, 1);
  await tool.close();
  await server.close();
});

test('a disk that damages every file is not filled with them', async (world) => {
  for (let n = 0; n < 6; n += 1) {
    await writeFile(world.path, 'not a database');
    const store = open(world);
    await store.close();
    world.nowMs += 100_000;
  }
  assert.is((await kept(world)).length, 3);
  const store = open(world);
  await writeFile(`${world.path}.other`, 'not a database');
  await rename(`${world.path}.other`, world.path);
  await codeOf(() => store.write([CALLS[1]!]));
  await writeFile(`${world.path}.other`, 'not a database');
  await rename(`${world.path}.other`, world.path);
  world.nowMs += 1_000;
  assert.is(await codeOf(() => store.write([CALLS[1]!])), 'READ_STORE_UNAVAILABLE');
  assert.is.not(store.problems().length, 0);
  world.nowMs += 100_000;
  assert.is(await codeOf(() => store.write([CALLS[1]!])), 'done');
  await store.close();
});

test('a copy that an operator puts back is used, and what it lacks is filled in', async (world) => {
  await fill(world);
  await copyFile(world.path, `${world.path}.copy`);
  const store = open(world);
  await store.write([rows(60, { version: 2 })]);
  await rename(`${world.path}.copy`, world.path);
  await store.write([rows(61, { version: 2 })]);
  await store.fill(stream([...CALLS, rows(60, { version: 2 })]));
  assert.is((await contents(store)).length, CALLS.length + 2);
  assert.equal(await kept(world), []);
  await store.close();
});

test.run();
