import {
  copyFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { accepted, newEntry, rejectsWith } from '../samples.ts';

const test = suite<{ folder: TempDir; path: string; log: CallEventLog }>(
  'files of a sqlite log that somebody takes away',
);
const STREAMS = Array.from({ length: 20 }, (_, n) => `s${n}`);
const HOUR = new Date(0);

test.before.each(async (context) => {
  context.folder = await tempDir('lost');
  context.path = context.folder.file('log.db');
  context.log = openSqliteLog(context.path);
  for (const stream of STREAMS) {
    await context.log.register(stream, HOUR);
    accepted(await context.log.append(stream, EMPTY_HEAD, [newEntry('a'), newEntry('b')]));
  }
});
test.after.each(async ({ folder, log }) => {
  await log.close();
  await folder.remove();
});

/** An older file, put in the place of the one that is open. */
function replace(path: string): void {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
}

type Loss = {
  readonly what: string;
  readonly act: (path: string) => void;
  /** Where all entries are left: in the file itself, in it and its write-ahead log, in a copy that was saved; or nowhere. */
  readonly left: 'file' | 'both' | 'rescued' | 'nowhere';
  readonly says: RegExp;
};

const LOSSES: readonly Loss[] = [
  {
    what: 'the log is deleted',
    act: unlinkSync,
    left: 'rescued',
    says: /log\.db was deleted.*saved as log\.db\.rescued/,
  },
  {
    what: 'the log is moved away',
    act: (path) => renameSync(path, `${path}.old`),
    left: 'rescued',
    says: /log\.db was deleted/,
  },
  { what: 'the log is replaced', act: replace, left: 'rescued', says: /log\.db was replaced/ },
  { what: 'the log is emptied', act: (path) => truncateSync(path, 0), left: 'nowhere', says: /log\.db was cut/ },
  {
    what: 'another log is copied over it',
    act: (path) => writeFileSync(path, 'x'),
    left: 'nowhere',
    says: /log\.db was cut/,
  },
  {
    what: 'the write-ahead log is deleted',
    act: (path) => unlinkSync(`${path}-wal`),
    left: 'file',
    says: /-wal was deleted.*nothing is lost/,
  },
  {
    what: 'the write-ahead log is replaced',
    act: (path) => replace(`${path}-wal`),
    left: 'file',
    says: /-wal was replaced.*nothing is lost/,
  },
  {
    what: 'the write-ahead log is emptied',
    act: (path) => truncateSync(`${path}-wal`, 0),
    left: 'nowhere',
    says: /-wal was cut.*may be lost/,
  },
  {
    what: 'the write-ahead log is cut',
    act: (path) => truncateSync(`${path}-wal`, 4_152),
    left: 'nowhere',
    says: /-wal was cut.*may be lost/,
  },
  {
    what: 'the shared index is deleted',
    act: (path) => unlinkSync(`${path}-shm`),
    left: 'file',
    says: /-shm was deleted.*nothing is lost/,
  },
  {
    what: 'the right to write is deleted',
    act: (path) => unlinkSync(`${path}.lock`),
    left: 'both',
    says: /another server could write/,
  },
  {
    what: 'all of its files are deleted',
    act(path) {
      for (const part of ['', '-wal', '-shm']) unlinkSync(path + part);
    },
    left: 'rescued',
    says: /log\.db was deleted/,
  },
  {
    what: 'its whole directory is deleted',
    act: (path) => rmSync(path.slice(0, path.lastIndexOf('/')), { recursive: true }),
    left: 'nowhere',
    says: /could not be saved/,
  },
];

for (const { what, act, left, says } of LOSSES) {
  test(`${what}: the next append is refused, not acknowledged, and so is everything after it`, async ({
    path,
    log,
  }) => {
    act(path);
    const error = await rejectsWith('LOG_UNAVAILABLE', log.append('later', EMPTY_HEAD, [newEntry('a')]));
    assert.match(error.message, says);
    assert.is(error.restart, left === 'file' || left === 'both', 'a new process helps only where nothing is lost');
    await rejectsWith('LOG_UNAVAILABLE', log.append('later', EMPTY_HEAD, [newEntry('a')]));
    await rejectsWith('LOG_UNAVAILABLE', log.register('later', HOUR));
    await rejectsWith('LOG_UNAVAILABLE', log.read('s0'));
    await rejectsWith('LOG_UNAVAILABLE', log.probe('s0'));
    if (left === 'both') copyFileSync(`${path}-wal`, `${path}.alone-wal`);
    if (left !== 'nowhere') await assertAllIsIn(left === 'rescued' ? `${path}.rescued` : path, `${path}.alone`);
  });

  test(`${what}: whoever asks how the log fares is told, without an append`, async ({ path, log }) => {
    await log.probe('s0');
    act(path);
    assert.match((await rejectsWith('LOG_UNAVAILABLE', log.probe('s0'))).message, says);
  });
}

/** Every entry that was acknowledged is in this file, read somewhere else as by another process. */
async function assertAllIsIn(path: string, elsewhere: string): Promise<void> {
  copyFileSync(path, elsewhere);
  const log = openSqliteLog(elsewhere);
  const { findings, entries } = await verifyLog(log, { beside: async () => ({ witness: () => ({ version: 2 }) }) });
  assert.equal([findings, entries], [[], STREAMS.length * 2]);
  await log.close();
}

test('what was saved is as private as the log, and an earlier copy is kept', async ({ path, log, folder }) => {
  writeFileSync(`${path}.rescued`, 'the log of last week');
  unlinkSync(path);
  const { message } = await rejectsWith('LOG_UNAVAILABLE', log.append('later', EMPTY_HEAD, [newEntry('a')]));
  assert.match(message, /saved as log\.db\.rescued-2/);
  assert.is(statSync(`${path}.rescued-2`).mode & 0o077, 0);
  assert.ok(readdirSync(folder.path).includes('log.db.rescued'));
});

test('a tool that brings the write-ahead log into the database and cuts it does no harm', async ({ path, log }) => {
  const tool = new Database(path);
  tool.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().all([]);
  tool.close();
  assert.is(statSync(`${path}-wal`).size, 0);
  accepted(await log.append('later', EMPTY_HEAD, [newEntry('a')]));
  await log.probe('later');
});

test.run();
