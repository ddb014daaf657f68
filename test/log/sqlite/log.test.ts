import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { LogError, type LogErrorCode } from '../../../src/log/port.ts';
import { inspectSqliteLog, openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { collect } from '../../support/collect.ts';
import { programOf } from '../../support/program.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { contract } from '../contract.ts';
import { accepted, newEntry, rejectsWith } from '../samples.ts';

contract({
  name: 'sqlite',
  async open() {
    const { file, remove } = await tempDir('log');
    let log = openSqliteLog(file('log.db'));
    return {
      log,
      async reopen() {
        await log.close();
        log = openSqliteLog(file('log.db'));
        return log;
      },
      async cleanup() {
        await log.close();
        await remove();
      },
    };
  },
});

const test = suite<{ folder: TempDir; path: string }>('sqlite log');
test.before.each(async (context) => {
  context.folder = await tempDir('log');
  context.path = context.folder.file('log.db');
});
test.after.each(({ folder }) => folder.remove());

const WRITER = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
const HOUR = new Date(0);
const big = (id: string) => newEntry(id, { data: 'x'.repeat(50_000) });

function refusesToOpen(path: string, code: LogErrorCode, text: RegExp): void {
  try {
    openSqliteLog(path);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    assert.is(error.code, code);
    assert.match(error.message, text);
    return;
  }
  assert.unreachable('the log was opened');
}

/** A log with some entries, closed again. */
async function writtenLog(path: string, streams = 1): Promise<void> {
  const log = openSqliteLog(path);
  for (let n = 0; n < streams; n++) {
    await log.register(`s${n}`, HOUR);
    accepted(await log.append(`s${n}`, EMPTY_HEAD, [newEntry('a'), newEntry('b'), newEntry('c')]));
  }
  await log.close();
}

/** Starts the writing process and waits until it has acknowledged `count` appends. */
async function startWriter(path: string, count: number) {
  const child = spawn(process.execPath, [...programOf(WRITER), path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const acknowledged = new Map<string, number>();
  await new Promise<void>((resolve, reject) => {
    let lines = 0;
    child.once('close', () => reject(new Error('the writing process ended')));
    createInterface(child.stdout).on('line', (line) => {
      const [stream = '', version = ''] = line.split(' ');
      // The last line may have been cut by the kill.
      if (version !== '') acknowledged.set(stream, Number(version));
      lines += 1;
      if (lines === count) resolve();
    });
  });
  const kill = () => {
    child.kill('SIGKILL');
    return ended;
  };
  return { acknowledged, kill };
}

test('the store itself refuses to change or delete what it holds', async ({ path }) => {
  await writtenLog(path);
  const db = new Database(path);
  const statements = [
    "UPDATE entries SET data = '{}' WHERE version = 1",
    'DELETE FROM entries',
    "UPDATE streams SET hour = 'x'",
    'DELETE FROM streams',
    "INSERT OR REPLACE INTO entries SELECT stream, version, kind, type, 'x', at, actor, cause, data, hash FROM entries",
    "INSERT OR REPLACE INTO entries (rowid, stream, version, kind, type, id, at, actor, data, hash) VALUES (1, 'n', 1, '', '', '', '', '', '', '')",
    "INSERT INTO entries VALUES ('s0', 5, '', '', '', '', '', NULL, '', '')",
  ];
  for (const sql of statements) assert.throws(() => db.exec(sql), /append-only/, sql);
  db.close();
  assert.is(statSync(path).mode & 0o077, 0);
});

test('a stream is read in the order of its versions, in whatever order its rows lie in the file', async ({ path }) => {
  await writtenLog(path);
  const db = new Database(path);
  db.exec('DROP TRIGGER entries_in_order');
  for (const version of [3, 1, 2])
    db.exec(`INSERT INTO entries VALUES ('moved', ${version}, 'callback', 't', 'id-${version}', '', '', NULL, '', '')`);
  db.close();
  const log = inspectSqliteLog(path);
  const entries = await log.read('moved');
  await log.close();
  assert.equal(
    entries.map(({ version, id }) => [version, id]),
    [
      [1, 'id-1'],
      [2, 'id-2'],
      [3, 'id-3'],
    ],
  );
});

test('a second writer is refused at once and told what to do, in this process and in another', async ({ path }) => {
  const log = openSqliteLog(path);
  refusesToOpen(path, 'LOG_IN_USE', /stop it first/);
  await log.close();
  const writer = await startWriter(path, 1);
  refusesToOpen(path, 'LOG_IN_USE', /another process/);
  await writer.kill();
});

test('a killed writer gives way at once, and everything it acknowledged is there', async ({ folder }) => {
  for (const count of [20, 200]) {
    const path = folder.file(`log-${count}.db`);
    const writer = await startWriter(path, count);
    await writer.kill();
    const log = openSqliteLog(path);
    for (const [stream, version] of writer.acknowledged) {
      const entries = await log.read(stream);
      assert.ok(entries.length >= version, `${stream}: ${entries.length} of ${version}`);
      assert.is(entries.length % 2, 0, 'an append of two entries was kept in half');
      accepted(await log.append(stream, headOf(entries), [newEntry('after')]));
    }
    const { findings, streams } = await verifyLog(log, {
      beside: async () => ({ witness: (name) => ({ version: writer.acknowledged.get(name) ?? 0 }) }),
    });
    assert.equal([findings, streams], [[], 5]);
    await log.close();
  }
});

test('a full disk rejects what waits, keeps no half of it, and the log goes on', async ({ path }) => {
  const log = openSqliteLog(path, { pagesMax: 40 });
  const head = headOf(accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')])));
  const waiting = [
    log.append('s', head, [newEntry('b'), big('c'), big('d'), big('e'), big('f')]),
    log.append('other', EMPTY_HEAD, [newEntry('a')]),
    log.register('other', HOUR),
  ];
  for (const append of waiting) assert.match((await rejectsWith('LOG_UNAVAILABLE', append)).message, /full/);
  assert.is((await log.read('s')).length, 1);
  assert.equal(await log.read('other'), []);
  accepted(await log.append('s', head, [newEntry('b')]));
  await log.close();

  const roomy = openSqliteLog(path);
  const entries = await roomy.read('s');
  accepted(await roomy.append('s', headOf(entries), [big('c'), big('d'), big('e'), big('f')]));
  await roomy.register('s', HOUR);
  assert.equal((await verifyLog(roomy)).entries, 6);
  await roomy.close();
});

test('a store that is locked by somebody else is unavailable until it is free', async ({ path }) => {
  const log = openSqliteLog(path);
  const head = headOf(accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')])));
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  await rejectsWith('LOG_UNAVAILABLE', log.append('s', head, [newEntry('b')]));
  other.exec('ROLLBACK');
  other.close();
  accepted(await log.append('s', head, [newEntry('b')]));
  await log.close();
});

test('a file that is no log, of a newer program, or damaged is refused with the reason', async ({ folder, path }) => {
  const { file } = folder;
  writeFileSync(file('garbage'), Buffer.alloc(9_000, 7));
  refusesToOpen(file('garbage'), 'LOG_CORRUPT', /not a database/);

  const foreign = new Database(file('foreign'));
  foreign.exec('CREATE TABLE t (a)');
  foreign.close();
  refusesToOpen(file('foreign'), 'LOG_CORRUPT', /not a call-event log/);

  await writtenLog(file('newer'));
  const newer = new Database(file('newer'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  refusesToOpen(file('newer'), 'LOG_UNAVAILABLE', /newer program/);

  await writtenLog(file('disarmed'));
  const disarmed = new Database(file('disarmed'));
  disarmed.exec('DROP TRIGGER entries_no_delete');
  disarmed.close();
  refusesToOpen(file('disarmed'), 'LOG_CORRUPT', /trigger entries_no_delete is missing/);

  await writtenLog(file('hollow'));
  const hollow = new Database(file('hollow'));
  const refusal = "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END";
  hollow.exec('DROP TRIGGER entries_no_delete');
  hollow.exec(`CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries WHEN 0 ${refusal}`);
  hollow.close();
  refusesToOpen(file('hollow'), 'LOG_CORRUPT', /trigger entries_no_delete is not as it was made/);

  await writtenLog(path, 300);
  const whole = readFileSync(path);
  truncateSync(path, whole.length / 2);
  refusesToOpen(path, 'LOG_CORRUPT', /damaged/);
  writeFileSync(path, Buffer.concat([whole.subarray(0, 8_192), Buffer.alloc(whole.length - 8_192, 7)]));
  refusesToOpen(path, 'LOG_CORRUPT', /damaged/);
  refusesToOpen(file('no/such/folder'), 'LOG_UNAVAILABLE', /cannot be used/);
  await rejectsWith('LOG_UNAVAILABLE', (async () => openSqliteLog(file('none'), { readOnly: true }))());
  assert.not.ok(existsSync(file('none')));
});

test('a byte that is no text is found by verify instead of ending the process', async ({ path }) => {
  await writtenLog(path, 3);
  const db = new Database(path);
  const trigger = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'entries_no_update'").get([]) as {
    sql: string;
  };
  db.exec('DROP TRIGGER entries_no_update');
  db.exec("UPDATE entries SET data = CAST(x'ff00fe' AS TEXT) WHERE stream = 's1' AND version = 2");
  db.exec(trigger.sql);
  db.close();
  const log = openSqliteLog(path, { readOnly: true });
  assert.equal((await verifyLog(log)).findings, [{ stream: 's1', version: 2, kind: 'hash' }]);
  await log.close();
});

test('a reader sees what is committed while a writer writes, and cannot write', async ({ path }) => {
  const log = openSqliteLog(path);
  const first = accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')]));
  const reader = openSqliteLog(path, { readOnly: true });
  assert.equal(await reader.read('s'), first);
  const walk = reader.registered()[Symbol.asyncIterator]();
  for (let n = 0; n < 1_100; n++) void log.register(`s${n}`.padStart(6, '0'), HOUR);
  const second = accepted(await log.append('s', headOf(first), [newEntry('b')]));
  assert.is((await walk.next()).value, '0000s0');
  assert.equal(await reader.read('s', 2), second);
  assert.is((await collect({ [Symbol.asyncIterator]: () => walk })).length, 1_099);
  await rejectsWith('LOG_UNAVAILABLE', reader.append('s', headOf(second), [newEntry('c')]));
  await rejectsWith('LOG_UNAVAILABLE', reader.register('s', HOUR));
  await reader.close();
  accepted(await log.append('s', headOf(second), [newEntry('c')]));
  await log.close();
});

test('a stream that was registered in two hours is listed once, in the first hour of the walk', async ({ path }) => {
  const log = openSqliteLog(path);
  const hour = (n: number) => new Date(n * 3_600_000);
  for (const [stream, n] of [
    ['a', 3],
    ['a', 1],
    ['b', 2],
  ] as const)
    await log.register(stream, hour(n));
  assert.equal(await collect(log.registered()), ['a', 'b']);
  assert.equal(await collect(log.registered(hour(2))), ['b', 'a']);
  await log.close();
});

test('closing writes what waits; afterwards everything is refused', async ({ path }) => {
  const log = openSqliteLog(path);
  const waiting = log.append('s', EMPTY_HEAD, [newEntry('a')]);
  await Promise.all([log.close(), log.close()]);
  assert.is(accepted(await waiting).length, 1);
  await rejectsWith('LOG_UNAVAILABLE', log.read('s'));
  await rejectsWith('LOG_UNAVAILABLE', log.append('s', EMPTY_HEAD, [newEntry('a')]));
  await rejectsWith('LOG_UNAVAILABLE', log.register('s', HOUR));
  await rejectsWith('LOG_UNAVAILABLE', log.probe('s'));
  await rejectsWith('LOG_UNAVAILABLE', collect(log.registered()));
  const again = openSqliteLog(path);
  assert.is((await again.read('s')).length, 1);
  await again.close();
});

test.run();
