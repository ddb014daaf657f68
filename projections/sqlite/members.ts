import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  fateOf,
  type Member,
  type MemberChange,
  type Members,
  type SaveCounts,
} from '../../src/domain/member/members.ts';
import { ReadStoreError } from '../ports.ts';
import { type OnLongWork, openSqlite, type Query, type Sqlite, type SqliteKind } from './driver.ts';
import { isCorrupt } from './errors.ts';
import { isSoughtBy, makeSought, withOrWithoutIndex } from './member-index.ts';
import { isAscending, MEMBERS, type MemberTuple, member } from './member-rows.ts';
import { searcher } from './member-search.ts';
import { MEMBERS_MIGRATIONS, migrate } from './migrations.ts';
import { patiently } from './patience.ts';

/** Which file the members are in. */
export const MEMBERS_FILE: SqliteKind = {
  codes: 'MEMBERS',
  // Nothing can bring a member back that was saved and lost.
  synchronous: 'FULL',
  whenCorrupt: 'put back a copy of it, or move it away and import the members again',
  // Whom to call stands nowhere else: what can be read is read.
  checked: false,
};

/**
 * Opens or creates the members in a SQLite file of their own. They are not in the log, so they must not stand in the
 * file of the read models, which anybody may delete to have it rebuilt.
 * @throws ReadStoreError
 */
export function openSqliteMembers(path: string, patienceMs?: number, onLongWork?: OnLongWork): Members {
  const prepare = (opened: Sqlite): void => {
    migrate(opened, MEMBERS_FILE, MEMBERS_MIGRATIONS);
    makeSought(opened, onLongWork);
  };
  const db = openSqlite(path, MEMBERS_FILE, prepare, patienceMs);
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
export function openMembersInAnyState(path: string, onLongWork?: OnLongWork): Members {
  let current: Members | null = null;
  let trouble: string | null = null;
  const opened = (patienceMs?: number): Members => {
    try {
      current ??= openSqliteMembers(path, patienceMs, onLongWork);
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
    remove: (memberId) => use((members) => members.remove(memberId)),
    list: (page) => use((members) => members.list(page)),
    search: (page) => use((members) => members.search(page)),
    compare: (all) => use((members) => members.compare(all)),
    problems: () => [...(trouble === null ? [] : [trouble]), ...(current?.problems?.() ?? [])],
    close: async () => current?.close(),
  };
}

const COMPARED_PER_TURN = 500;

function* batches(all: Iterable<MemberChange>): Generator<MemberChange[]> {
  let batch: MemberChange[] = [];
  for (const change of all) {
    batch.push(change);
    if (batch.length < COMPARED_PER_TURN) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function members(db: Sqlite): Members {
  const find = db.query<MemberTuple>(MEMBERS, 'Members WHERE MemberId = ?');
  const several = db.query<MemberTuple>(MEMBERS, 'Members WHERE MemberId IN (SELECT value FROM json_each(?1))');
  const remove = db.command('DELETE FROM Members WHERE MemberId = ?');
  const damaged = new Map<string, string>();
  const onDamage = (memberId: string, error: Error): void => void damaged.set(memberId, error.message);
  const list = lister(db, onDamage);
  const search = searcher(db, isSoughtBy(db), reader(several, find, onDamage), list);
  const save = saver(db);
  const write = <Result>(work: () => Result): Promise<Result> =>
    patiently(() => {
      // What is written into pages that do not hold together may take others with it, and nothing brings them back.
      // The index of their names is half of the file, and can be made again.
      db.checkPages('Members');
      return withOrWithoutIndex(db, () => db.transaction(work));
    });
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
    save: async (all) => write(() => save(all)),
    remove: async (memberId) =>
      write(() => {
        const isGone = remove.run(memberId) > 0;
        damaged.delete(memberId);
        return isGone;
      }),
    list: async ({ after = '', search = '', limit }) => list({ after, search }, limit),
    search,
    async compare(all) {
      const counts = { new: 0, changed: 0, unchanged: 0 };
      for (const batch of batches(all)) {
        const ids = JSON.stringify(batch.map(({ memberId }) => memberId));
        const known = new Map(several.all(ids).map((row) => [row[0], member(row)]));
        for (const change of batch) counts[fateOf(known.get(change.memberId) ?? null, change)] += 1;
        await nextTurn();
      }
      return counts;
    },
    problems: () => [...new Set(damaged.values())],
    close: async () => db.close(),
  };
}

/** Prepares the reading of some members. A damaged row is told of and left out. */
function reader(several: Query<MemberTuple>, find: Query<MemberTuple>, onDamage: OnDamage) {
  const one = (memberId: string): Member[] => {
    try {
      const row = find.first(memberId);
      return row ? [member(row)] : [];
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      onDamage(memberId, error);
      return [];
    }
  };
  return (ids: readonly string[]): Member[] => {
    try {
      const rows = new Map(several.all(JSON.stringify(ids)).map((row) => [row[0], row]));
      return ids.flatMap((id) => (rows.has(id) ? [member(rows.get(id)!)] : []));
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      return ids.flatMap(one);
    }
  };
}

/** Prepares the saving of members, inside a transaction. What a change does not name stays; a row that stays is not written. */
function saver(db: Sqlite): (all: Iterable<MemberChange>) => SaveCounts {
  const count = db.number('SELECT count(*) FROM Members');
  const upsert = db.command(
    `INSERT INTO Members (MemberId, PhoneNumber, Name, TimeZone) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (MemberId) DO UPDATE SET PhoneNumber = excluded.PhoneNumber,
       Name = CASE WHEN ?5 THEN excluded.Name ELSE Name END,
       TimeZone = CASE WHEN ?6 THEN excluded.TimeZone ELSE TimeZone END
     WHERE PhoneNumber IS NOT excluded.PhoneNumber OR (?5 AND Name IS NOT excluded.Name)
       OR (?6 AND TimeZone IS NOT excluded.TimeZone)`,
  );
  return (all) => {
    const before = count();
    let written = 0;
    let total = 0;
    for (const { memberId, phoneNumber, name, timeZone } of all) {
      const [named, zoned] = [Number(name !== undefined), Number(timeZone !== undefined)];
      written += upsert.run(memberId, phoneNumber, name ?? null, timeZone ?? null, named, zoned);
      total += 1;
    }
    const fresh = count() - before;
    return { new: fresh, changed: written - fresh, unchanged: total - written };
  };
}

/** From behind which id on, and what ids begin with. */
type Place = { readonly after: string; readonly search: string };
type List = (place: Place, limit: number) => Member[];
type OnDamage = (memberId: string, error: Error) => void;
type Rows<Row extends readonly unknown[]> = { all(...values: (string | number)[]): Row[] };

/** Prepares the list of members. A damaged row is told of and left out, so that it hides no other. */
function lister(db: Sqlite, onDamage: OnDamage): List {
  const rest = 'Members WHERE MemberId >= ?1 AND MemberId <> ?2 AND MemberId < ?3 ORDER BY MemberId LIMIT ?4';
  const rows = within(db.query<MemberTuple>(MEMBERS, rest));
  const ids = within(db.query<[string]>({ ...MEMBERS, columns: MEMBERS.columns.slice(0, 1) }, rest));
  /** The next row from a place on that can be read, and its id. */
  const next = (place: Place): { readonly id: string; readonly row: MemberTuple | null } | null => {
    try {
      const row = rows(place, 1)[0];
      return row ? { id: row[0], row } : null;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      const id = ids(place, 1)[0]?.[0];
      if (id === undefined) throw error;
      onDamage(id, error);
      return { id, row: null };
    }
  };
  const oneByOne: List = (place, limit) => {
    const found: Member[] = [];
    for (let step = next(place); step; step = next({ ...place, after: step.id })) {
      if (step.row) found.push(member(step.row));
      if (found.length === limit) break;
    }
    return found;
  };
  return (place, limit) => {
    const page = together(rows, place, limit) ?? oneByOne(place, limit);
    // Whoever pages on from a place that does not come after the last one goes round in a circle.
    if (!isAscending([place.after, ...page.map(({ memberId }) => memberId)]))
      throw db.corrupt('rows of Members out of order');
    return page;
  };
}

/** No id that is shorter than this comes behind it: it is the last in the order of bytes. */
const LAST = '\u{10FFFF}';

/** One range of the index, however many members there are. */
function within<Row extends readonly unknown[]>(query: Rows<Row>) {
  return ({ after, search }: Place, limit: number): Row[] => {
    const isBehind = Buffer.compare(Buffer.from(after), Buffer.from(search)) >= 0;
    return query.all(isBehind ? after : search, after, `${search}${LAST}`, limit);
  };
}

function together(rows: (place: Place, limit: number) => MemberTuple[], place: Place, limit: number) {
  try {
    return rows(place, limit).map(member);
  } catch (error) {
    if (isCorrupt(error)) return null;
    throw error;
  }
}
