import { statSync } from 'node:fs';
import { errorCode } from '../../src/base/coded-error.ts';
import { ReadStoreError } from '../ports.ts';
import { isAnyKept, setAside } from './aside.ts';
import { beginWith, type Carried, readLedger } from './carry-over.ts';
import { type OnLongWork, openDamaged, type Sqlite } from './driver.ts';
import { corrupt, guarded, isCorrupt } from './errors.ts';
import { openSqliteReadStore, READ_MODELS, type SqliteReadStore } from './read-store.ts';

/** What became of a file that was damaged, or taken away while it was open. */
export type Replaced = {
  readonly code: string;
  /** Why, and where; never what a row holds. */
  readonly reason: string;
  /** Where the damaged file is kept; null when it was taken away. */
  readonly keptAs: string | null;
  /** Of how many calls it is still known what was published. */
  readonly ledger: number;
  /** What was to be told before this moment and of calls that are not among those counts as published; '' for nothing. */
  readonly ledgerLostBefore: string;
};

export type MendingOptions = {
  readonly now: () => number;
  /** Told of every file that took another's place. Must not throw. */
  readonly onReplaced?: (replaced: Replaced) => void;
  readonly onLongWork?: OnLongWork;
};

/** Where the read models lie, whichever file that is at the moment. */
export type Place = {
  /** @throws ReadStoreError when no file can be opened; it is tried again the next time */
  store(): SqliteReadStore;
  /** The same, after a look at whether it is still the file that lies there. */
  makeSure(): SqliteReadStore;
  /** Puts a new file in the place of one that is damaged, unless that was done. @throws the reason when it may not */
  mend(damaged: SqliteReadStore, reason: Error): void;
  /** Whether rows are missing that the damaged file had. */
  isToFill(): boolean;
  onToFill(listener: () => void): void;
  problems(): readonly string[];
  close(): Promise<void>;
};

/** A disk that damages everything is not to be filled with damaged files. */
const MEND_EVERY_MS = 60_000;
/** How long it is said that a part of the ledger was lost. */
const LOSS_SAID_MS = 86_400_000;
const LOST = 'what was published before is not known: nobody is told again of calls until then';

/** What lies there is opened when it is first asked for; where it is damaged, a new file is begun. */
export function createPlace(path: string, { now, onReplaced, ...longWork }: MendingOptions): Place {
  const file = { path, ...READ_MODELS };
  let current: { readonly store: SqliteReadStore; readonly inode: number } | null = null;
  let trouble: Error | null = null;
  let lastMendMs = Number.NEGATIVE_INFINITY;
  let lostBefore = '';
  let lacksRows = false;
  let listeners: (() => void)[] = [];

  /** @param begin makes a new file; absent: one is opened as it is */
  const open = (begin?: Carried): SqliteReadStore => {
    const isRunning = Number.isFinite(lastMendMs) || trouble !== null;
    const store = openSqliteReadStore(path, { ...openingOf(path, begin, isRunning), ...longWork });
    current = { store, inode: inodeOf(path) };
    const beginning = store.beginning();
    lostBefore = beginning.lostBefore;
    lacksRows = !beginning.isFilled;
    trouble = null;
    if (lacksRows) for (const listener of listeners) listener();
    return store;
  };

  /** @param reason why; its file is set aside when that is damage */
  const replace = (reason: Error): SqliteReadStore => {
    const sinceMs = now() - lastMendMs;
    if (sinceMs >= 0 && sinceMs < MEND_EVERY_MS) throw reason;
    lastMendMs = now();
    const before = current?.store;
    const known = before?.ledger(isoTime(now()));
    void before?.close();
    current = null;
    let keptAs = isCorrupt(reason) && inodeOf(path) > 0 ? setAside(path, now()) : null;
    const carried = known ?? ledgerIn(keptAs, isoTime(now()));
    const store = orElse(
      () => open(carried),
      () => {
        // What lies in the place of a file that was taken away may be damaged itself.
        keptAs = setAside(path, now());
        return open(carried);
      },
    );
    onReplaced?.(replacedFor(reason, keptAs, carried));
    return store;
  };

  const openOrReplace = (): SqliteReadStore =>
    isLeftEmpty(path) ? replace(corrupt(file, 'nothing is in it')) : orElse(open, replace);

  /** What keeps the place from being used is remembered, for operators. */
  const remembered = <Result>(work: () => Result): Result => {
    try {
      return guarded(file, work);
    } catch (error) {
      if (error instanceof Error) trouble = error;
      throw error;
    }
  };

  const store = (): SqliteReadStore => current?.store ?? remembered(openOrReplace);

  return {
    store,
    makeSure() {
      if (!current || inodeOf(path) === current.inode) return store();
      return remembered(() => replace(takenAway(path)));
    },
    mend(damaged, reason) {
      if (current?.store === damaged) remembered(() => replace(reason));
    },
    isToFill() {
      // Another process may have done it.
      if (lacksRows) lacksRows = !store().beginning().isFilled;
      return lacksRows;
    },
    onToFill(listener) {
      listeners = [...listeners, listener];
      if (lacksRows) listener();
    },
    problems: () => wordsOf({ trouble, lacksRows, lostBefore }, now()),
    async close() {
      await current?.store.close();
    },
  };
}

/** Another way where the first meets damage. */
function orElse<Result>(work: () => Result, other: (damage: Error) => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return other(error);
  }
}

function replacedFor(reason: Error, keptAs: string | null, { marks, lostBefore }: Carried): Replaced {
  const code = errorCode(reason);
  return { code, reason: reason.message, keptAs, ledger: marks.length, ledgerLostBefore: lostBefore };
}

function wordsOf(
  { trouble, lacksRows, lostBefore }: { trouble: Error | null; lacksRows: boolean; lostBefore: string },
  nowMs: number,
): readonly string[] {
  const isLossRecent = lostBefore !== '' && nowMs - Date.parse(lostBefore) < LOSS_SAID_MS;
  return [
    ...(trouble ? [trouble.message] : []),
    ...(lacksRows ? ['the read models were damaged and are built again from the log'] : []),
    ...(isLossRecent ? [`the ledger of notices was damaged at ${lostBefore}: ${LOST}`] : []),
  ];
}

function openingOf(path: string, begin: Carried | undefined, isRunning: boolean) {
  // A server that runs does not wait for another process.
  return { begin: begin ? beginWith(begin) : refuseBare(path), ...(isRunning && { patienceMs: 0 }) };
}

function takenAway(path: string): ReadStoreError {
  return new ReadStoreError('READ_STORE_UNAVAILABLE', `${path} was taken away while it was open`);
}

function ledgerIn(path: string | null, now: string): Carried {
  if (!path) return { marks: [], lostBefore: now };
  try {
    const db = openDamaged(path, READ_MODELS);
    try {
      return readLedger(db, now);
    } finally {
      db.close();
    }
  } catch {
    return { marks: [], lostBefore: now };
  }
}

/** A file without tables has either lost them, or its maker died: nobody knows what was published before. */
function refuseBare(path: string): (db: Sqlite) => void {
  const isThere = inodeOf(path) > 0;
  return (db) => {
    const tables = db.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
    if (isThere && tables() === 0) throw db.corrupt('no tables are in it');
  };
}

/** An empty file, or none where damaged ones were set aside and the new one was not made any more. */
function isLeftEmpty(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? found.isFile() && found.size === 0 : path !== ':memory:' && isAnyKept(path);
}

/** 0 for none. */
function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
