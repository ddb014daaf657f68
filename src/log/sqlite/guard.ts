import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type Database from 'libsql';
import { makeFile } from '../../files/private.ts';
import { LogError } from '../port.ts';
import { isFailedSync, sqliteCode } from './errors.ts';
import type { Amiss, LogFiles } from './files.ts';

/**
 * Keeps entries from a store that is not to be believed any more: it closes the log for as long as the process lives, and
 * says why. All throw LogError LOG_UNAVAILABLE then.
 */
export type Guard = {
  checkOpen(): void;
  /** The same after a look at the files: to be asked before every transaction, and by whoever asks how the log fares. */
  checkFiles(): void;
  /** Hears of every failure of the store. */
  failed(error: unknown): void;
  isShut(): boolean;
};

/** Of a log that is only read: others look after its files. */
export const NO_GUARD: Guard = {
  checkOpen: () => undefined,
  checkFiles: () => undefined,
  failed: () => undefined,
  isShut: () => false,
};

/** A frame of the write-ahead log is a page behind its header (https://sqlite.org/walformat.html). */
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** @param rescuePath where to save the log when its file is no longer where it was */
export function createGuard(db: Database.Database, files: LogFiles, rescuePath: string): Guard {
  let fault: LogError | null = null;

  function checkOpen(): void {
    if (fault) throw fault;
  }

  function judge({ part, is, inWords }: Amiss): LogError | null {
    if (part === '') return shut(is === 'gone' ? `${inWords}; ${rescue(db, rescuePath)}` : inWords, 'restore');
    if (part === '.lock') return shut(`${inWords}, so another server could write too`, 'restart');
    const wal = saveWriteAheadLog(db);
    if (!wal) return shut(`${inWords}; entries may be lost`, 'restore');
    // Somebody may cut what has been copied into the database: a checkpoint by a tool of SQLite's does.
    if (part === '-wal' && is === 'cut' && wal.bytes <= files.bytes('-wal')) return null;
    return shut(`${inWords}; nothing is lost`, 'restart');
  }

  return {
    checkOpen,
    isShut: () => fault !== null,
    checkFiles() {
      checkOpen();
      const amiss = files.firstAmiss();
      if (amiss) fault = judge(amiss);
      checkOpen();
    },
    failed(error) {
      // Linux forgets pages that it could not write: a sync that succeeds afterwards says nothing of them.
      if (isFailedSync(error))
        fault ??= shut(`the disk did not keep what was written (${sqliteCode(error)})`, 'restart');
    },
  };
}

function shut(words: string, what: 'restart' | 'restore'): LogError {
  const advice = what === 'restart' ? 'start the server again' : 'restore the log before the server is started again';
  const message = `the log has closed itself: ${words}; ${advice}`;
  return new LogError('LOG_UNAVAILABLE', message, { restart: what === 'restart' });
}

/** Copies all of the write-ahead log into the database; null when not all of it can be. `bytes`: how long it must be. */
function saveWriteAheadLog(db: Database.Database): { readonly bytes: number } | null {
  try {
    const [[busy, frames, saved] = [1, 0, 0]] = rows(db, 'PRAGMA wal_checkpoint(PASSIVE)');
    const [[pageBytes] = [0]] = rows(db, 'PRAGMA page_size');
    if (busy !== 0 || frames !== saved) return null;
    return { bytes: frames === 0 ? 0 : WAL_HEADER_BYTES + frames! * (FRAME_HEADER_BYTES + pageBytes!) };
  } catch {
    return null;
  }
}

function rows(db: Database.Database, sql: string): number[][] {
  return db.prepare(sql).raw().all([]) as number[][];
}

/** Only who has the file open can still read it. */
function rescue(db: Database.Database, path: string): string {
  const copy = [path, ...Array.from({ length: 98 }, (_, n) => `${path}-${n + 2}`)].find((name) => !existsSync(name));
  if (copy === undefined) return 'what it held could not be saved';
  try {
    makeFile(copy);
    db.prepare('VACUUM INTO ?').run([copy]);
    return `what it held was saved as ${basename(copy)}`;
  } catch {
    rmSync(copy, { force: true });
    return 'what it held could not be saved';
  }
}
