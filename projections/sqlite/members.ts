import { Buffer } from 'node:buffer';
import type { Member, Members } from '../../src/domain/member/members.ts';
import { text, textOrNull } from '../columns.ts';
import { ReadStoreError } from '../ports.ts';
import { openSqlite, type Sqlite, type SqliteKind } from './driver.ts';
import { isCorrupt } from './errors.ts';
import { MEMBERS_MIGRATIONS, migrate } from './migrations.ts';
import { patiently } from './patience.ts';
import type { Columns } from './reading.ts';

type MemberTuple = readonly [memberId: string, phoneNumber: string, name: string | null, timeZone: string | null];

const KIND: SqliteKind = {
  codes: 'MEMBERS',
  // Nothing can bring a member back that was saved and lost.
  synchronous: 'FULL',
  whenCorrupt: 'put back a copy of it, or move it away and import the members again',
  // Whom to call stands nowhere else: what can be read is read.
  checked: false,
};

const MEMBERS: Columns = {
  table: 'Members',
  columns: [
    { sql: 'MemberId', holds: text },
    { sql: 'PhoneNumber', holds: text },
    { sql: 'Name', holds: textOrNull },
    { sql: 'TimeZone', holds: textOrNull },
  ],
};

/**
 * Opens or creates the members in a SQLite file of their own. They are not in the log, so they must not stand in the
 * file of the read models, which anybody may delete to have it rebuilt.
 * @throws ReadStoreError
 */
export function openSqliteMembers(path: string, patienceMs?: number): Members {
  const db = openSqlite(path, KIND, (opened) => migrate(opened, KIND, MEMBERS_MIGRATIONS), patienceMs);
  try {
    return members(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the members for a server, which does without them rather than not at all: calls are under way. Where the file
 * cannot be opened, every request for a member says why, and tries again: an operator may have put back a copy.
 * @throws ReadStoreError NEWER
 */
export function openMembersInAnyState(path: string): Members {
  let current: Members | null = null;
  let trouble: string | null = null;
  const opened = (patienceMs?: number): Members => {
    try {
      current ??= openSqliteMembers(path, patienceMs);
      trouble = null;
      return current;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };
  const use = async <Result>(work: (members: Members) => Promise<Result>): Promise<Result> => work(opened(0));
  try {
    opened();
  } catch (error) {
    if (error instanceof ReadStoreError && error.code === 'MEMBERS_NEWER') throw error;
  }
  return {
    find: (memberId) => use((members) => members.find(memberId)),
    save: (all) => use((members) => members.save(all)),
    list: (page) => use((members) => members.list(page)),
    problems: () => [...(trouble === null ? [] : [trouble]), ...(current?.problems?.() ?? [])],
    close: async () => current?.close(),
  };
}

function members(db: Sqlite): Members {
  const columns = MEMBERS.columns.map(({ sql }) => sql).join(', ');
  const find = db.query<MemberTuple>(MEMBERS, 'Members WHERE MemberId = ?');
  const save = db.command(`INSERT OR REPLACE INTO Members (${columns}) VALUES (?, ?, ?, ?)`);
  const damaged = new Map<string, string>();
  const list = lister(db, (memberId, error) => damaged.set(memberId, error.message));
  const saveOne = ({ memberId, phoneNumber, name, timeZone }: Member): void => {
    save.run(memberId, phoneNumber, name ?? null, timeZone ?? null);
  };
  return {
    async find(memberId) {
      try {
        const row = find.first(memberId);
        damaged.delete(memberId);
        return row ? member(row) : null;
      } catch (error) {
        if (isCorrupt(error)) damaged.set(memberId, error.message);
        throw error;
      }
    },
    save: async (all) =>
      patiently(() => {
        // What is written into pages that do not hold together may take others with it, and nothing brings them back.
        db.checkPages();
        db.transaction(() => all.forEach(saveOne));
      }),
    list: async ({ after, limit }) => list(after ?? '', limit),
    problems: () => [...new Set(damaged.values())],
    close: async () => db.close(),
  };
}

type List = (after: string, limit: number) => Member[];

/** Prepares the list of members. A damaged row is told of and left out, so that it hides no other. */
function lister(db: Sqlite, onDamage: (memberId: string, error: Error) => void): List {
  const rest = 'Members WHERE MemberId > ? ORDER BY MemberId LIMIT ?';
  const rows = db.query<MemberTuple>(MEMBERS, rest);
  const ids = db.query<[string]>({ ...MEMBERS, columns: MEMBERS.columns.slice(0, 1) }, rest);
  /** The next row from a place on that can be read, and the place behind it. */
  const next = (place: string): { readonly id: string; readonly row: MemberTuple | null } | null => {
    try {
      const row = rows.all(place, 1)[0];
      return row ? { id: row[0], row } : null;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      const id = ids.all(place, 1)[0]?.[0];
      if (id === undefined) throw error;
      onDamage(id, error);
      return { id, row: null };
    }
  };
  const oneByOne: List = (after, limit) => {
    const found: Member[] = [];
    for (let step = next(after); step; step = next(step.id)) {
      if (step.row) found.push(member(step.row));
      if (found.length === limit) break;
    }
    return found;
  };
  return (after, limit) => {
    const page = together(rows, after, limit) ?? oneByOne(after, limit);
    // Whoever pages on from a place that does not come after the last one goes round in a circle.
    if (!isAscending([after, ...page.map(({ memberId }) => memberId)]))
      throw db.corrupt('rows of Members out of order');
    return page;
  };
}

function together(rows: { all(after: string, limit: number): MemberTuple[] }, after: string, limit: number) {
  try {
    return rows.all(after, limit).map(member);
  } catch (error) {
    if (isCorrupt(error)) return null;
    throw error;
  }
}

/** In SQLite's order, which is that of the bytes. */
function isAscending(ids: readonly string[]): boolean {
  return ids.every((id, index) => index === 0 || Buffer.compare(Buffer.from(ids[index - 1]!), Buffer.from(id)) < 0);
}

function member([memberId, phoneNumber, name, timeZone]: MemberTuple): Member {
  return { memberId, phoneNumber, ...(name === null ? {} : { name }), ...(timeZone === null ? {} : { timeZone }) };
}
