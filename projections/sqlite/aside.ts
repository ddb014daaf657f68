import { chmodSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What SQLite keeps beside a file. */
const COMPANIONS = ['', '-wal', '-shm'] as const;
/** Copies of what members answered are not to pile up, nor a disk that damages every file to be filled with them. */
const KEPT_MAX = 3;

/**
 * Sets a file aside under another name, with what lies beside it, for whoever wants to look into the damage.
 * @returns its new path
 */
export function setAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '');
  let aside = `${path}.damaged-${stamp}`;
  for (let more = 2; statSync(aside, { throwIfNoEntry: false }); more += 1) aside = `${path}.damaged-${stamp}-${more}`;
  for (const end of COMPANIONS) moveIfThere(`${path}${end}`, `${aside}${end}`);
  removeOldest(path);
  return aside;
}

function moveIfThere(from: string, to: string): void {
  const found = statSync(from, { throwIfNoEntry: false });
  if (!found) return;
  renameSync(from, to);
  if (found.isFile()) chmodSync(to, 0o600);
}

/** Whether damaged files of this path are kept. */
export function isAnyKept(path: string): boolean {
  return kept(path).length > 0;
}

/** Their names, oldest first. */
function kept(path: string): string[] {
  const begins = `${basename(path)}.damaged-`;
  if (!statSync(dirname(path), { throwIfNoEntry: false })) return [];
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(begins) && !/-(wal|shm)$/.test(name))
    .sort();
}

function removeOldest(path: string): void {
  for (const name of kept(path).slice(0, -KEPT_MAX)) {
    for (const end of COMPANIONS) rmSync(join(dirname(path), `${name}${end}`), { force: true, recursive: true });
  }
}
