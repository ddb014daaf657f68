import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { LogError } from '../port.ts';

/** The files that a log in SQLite is made of, while it is open for writing. */
export type LogFiles = {
  /** The first that is not what it was when it was looked at before; null when all are. */
  firstAmiss(): Amiss | null;
  /** The size of one of them now. */
  bytes(part: LogPart): number;
};

/** `gone`: deleted, moved away, or another file in its place. `cut`: it has become shorter. */
export type Amiss = { readonly part: LogPart; readonly is: 'gone' | 'cut'; readonly inWords: string };

/** What the names of the files end with: the database, its write-ahead log, their shared index, and the right to write. */
export const LOG_PARTS = ['', '-wal', '-shm', '.lock'] as const;
export type LogPart = (typeof LOG_PARTS)[number];

/**
 * Remembers which files are open. A file that is deleted, moved or replaced lives on for whoever has it open: SQLite goes on
 * committing into it without an error, and all of it is gone when the process ends. Looking at four names takes 16
 * microseconds, once for a whole group of appends.
 * @throws LogError LOG_UNAVAILABLE when one of them is not there
 */
export function rememberFiles(path: string): LogFiles {
  const known = LOG_PARTS.map((part) => {
    const found = look(path + part);
    if (!found) throw new LogError('LOG_UNAVAILABLE', `${basename(path)}${part} is not there`);
    return { part, found };
  });

  const amiss = (part: LogPart, is: Amiss['is'], words: string): Amiss => {
    return { part, is, inWords: `${basename(path)}${part} ${words}` };
  };

  return {
    firstAmiss() {
      for (const file of known) {
        const before = file.found;
        const found = look(path + file.part);
        if (!found) return amiss(file.part, 'gone', 'was deleted or moved away');
        if (found.ino !== before.ino || found.dev !== before.dev) return amiss(file.part, 'gone', 'was replaced');
        file.found = found;
        if (found.size < before.size) return amiss(file.part, 'cut', 'was cut');
      }
      return null;
    },
    bytes: (part) => Number(look(path + part)?.size ?? 0),
  };
}

function look(path: string) {
  // Inodes of some file systems do not fit into a double.
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
