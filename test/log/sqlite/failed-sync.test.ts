import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { accepted, newEntry, rejectsWith } from '../samples.ts';

const test = suite<{ folder: TempDir; path: string }>('a disk that fails under a sqlite log');
test.before.each(async (context) => {
  context.folder = await tempDir('sync');
  context.path = context.folder.file('log.db');
});
test.after.each(({ folder }) => folder.remove());

/** The real driver, whose COMMIT fails with this code of SQLite's while `fails` holds: no disk fails here. */
function failingDisk(code: string) {
  const disk = { fails: false };
  const open = (path: string): Database.Database => {
    const db = new Database(path);
    return new Proxy(db, {
      get(_, name) {
        if (name === 'exec') {
          return (sql: string) => {
            if (disk.fails && sql === 'COMMIT') throw new Database.SqliteError('disk I/O error', code, 0);
            return db.exec(sql);
          };
        }
        const value = Reflect.get(db, name, db) as unknown;
        return typeof value === 'function' ? value.bind(db) : value;
      },
    });
  };
  return { disk, open };
}

for (const code of ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_DIR_FSYNC']) {
  test(`${code} closes the log for good: a sync that succeeds afterwards proves nothing`, async ({ path }) => {
    const { disk, open } = failingDisk(code);
    const log = openSqliteLog(path, { open });
    const head = headOf(accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')])));
    disk.fails = true;
    const together = [log.append('s', head, [newEntry('b')]), log.append('other', EMPTY_HEAD, [newEntry('a')])];
    for (const append of together) await rejectsWith('LOG_UNKNOWN_OUTCOME', append);
    disk.fails = false;
    for (const write of [
      () => log.append('s', head, [newEntry('b')]),
      () => log.append('new', EMPTY_HEAD, [newEntry('a')]),
      () => log.register('new', new Date(0)),
      () => log.probe('s'),
      () => log.read('s'),
    ]) {
      const error = await rejectsWith('LOG_UNAVAILABLE', write());
      assert.match(error.message, code);
      assert.is(error.restart, true);
    }
    // Closing does not copy into the database what the disk may never have kept.
    const before = readFileSync(path);
    await log.close();
    assert.equal(readFileSync(path), before);
    assert.ok(existsSync(`${path}-wal`));
    const [restarted, wal] = [`${path}.again`, `${path}.again-wal`];
    copyFileSync(path, restarted);
    copyFileSync(`${path}-wal`, wal);
    const again = openSqliteLog(restarted);
    accepted(await again.append('s', headOf(await again.read('s')), [newEntry('c')]));
    await again.close();
  });
}

for (const code of ['SQLITE_IOERR_WRITE', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']) {
  test(`${code} is an outage: the log goes on when the disk does`, async ({ path }) => {
    const { disk, open } = failingDisk(code);
    const log = openSqliteLog(path, { open });
    const head = headOf(accepted(await log.append('s', EMPTY_HEAD, [newEntry('a')])));
    disk.fails = true;
    const expected = code === 'SQLITE_FULL' ? 'LOG_UNAVAILABLE' : 'LOG_UNKNOWN_OUTCOME';
    await rejectsWith(expected, log.append('s', head, [newEntry('b')]));
    disk.fails = false;
    accepted(await log.append('s', head, [newEntry('b')]));
    await log.close();
  });
}

test.run();
