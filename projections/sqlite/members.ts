import type { Member, Members } from '../../src/domain/member/members.ts';
import { openSqlite, type Sqlite, type SqliteKind } from './driver.ts';
import { MEMBERS_MIGRATIONS, migrate } from './migrations.ts';

type MemberTuple = readonly [memberId: string, phoneNumber: string, name: string | null, timeZone: string | null];

const KIND: SqliteKind = {
  codes: 'MEMBERS',
  // Nothing can bring a member back that was saved and lost.
  synchronous: 'FULL',
  whenCorrupt: 'put back a copy of it or import the members again',
};

/**
 * Opens or creates the members in a SQLite file of their own. They are not in the log, so they must not stand in the
 * file of the read models, which anybody may delete to have it rebuilt.
 * @throws ReadStoreError
 */
export function openSqliteMembers(path: string): Members {
  const db = openSqlite(path, KIND);
  try {
    migrate(db, KIND.codes, MEMBERS_MIGRATIONS);
    return members(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function members(db: Sqlite): Members {
  const columns = 'MemberId, PhoneNumber, Name, TimeZone';
  const find = db.query<MemberTuple>(`SELECT ${columns} FROM Members WHERE MemberId = ?`);
  const list = db.query<MemberTuple>(`SELECT ${columns} FROM Members WHERE MemberId > ? ORDER BY MemberId LIMIT ?`);
  const save = db.command(`INSERT OR REPLACE INTO Members (${columns}) VALUES (?, ?, ?, ?)`);
  const saveOne = ({ memberId, phoneNumber, name, timeZone }: Member): void => {
    save.run(memberId, phoneNumber, name ?? null, timeZone ?? null);
  };
  return {
    async find(memberId) {
      const row = find.first(memberId);
      return row ? member(row) : null;
    },
    save: async (list) => db.transaction(() => list.forEach(saveOne)),
    list: async ({ after, limit }) => list.all(after ?? '', limit).map(member),
    close: async () => db.close(),
  };
}

function member([memberId, phoneNumber, name, timeZone]: MemberTuple): Member {
  return { memberId, phoneNumber, ...(name === null ? {} : { name }), ...(timeZone === null ? {} : { timeZone }) };
}
