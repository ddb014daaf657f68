import type { Member, Members } from '../../src/domain/member/members.ts';
import { ReadStoreError } from '../ports.ts';
import type { MembersTable } from './access.ts';
import type { SqlParameter, SqlServerDb } from './driver.ts';
import { beginLocked } from './locks.ts';
import { type IdColumn, idColumn, idParameter, idText } from './member-id.ts';
import { parseTable, quoteName, quoteTable, type TableName } from './names.ts';

type MemberRecord = {
  readonly memberId: string | number;
  readonly phoneNumber: string;
  readonly name: string | null;
  readonly timeZone: string | null;
};

/** The plan's members in a table of its own making. Closing is left to who opened the database. */
export function sqlServerMembers(db: SqlServerDb, names: MembersTable, lockScope: string): Members {
  const where = parseTable(names.table);
  const texts = statements(where, names);
  const column = remembered(() => idColumn(db, where, names.memberId));
  return {
    async find(memberId) {
      const id = await column();
      const value = idParameter(id, memberId);
      if (value === null) return null;
      const found = await db.query<MemberRecord>(texts.find, { id: value });
      // The table's collation may take `m-1` for `M-1`: for the log these are two members.
      return found.map((record) => member(id, record)).find((one) => one.memberId === memberId) ?? null;
    },
    async save(members) {
      if (members.length === 0) return;
      await db.batch(texts.save(await column(), lockScope), { members: JSON.stringify(values(members)) });
    },
    async list({ after, limit }) {
      const id = await column();
      const from: SqlParameter = after === undefined ? null : idParameter(id, after);
      const found = await db.query<MemberRecord>(from === null ? texts.first : texts.next, {
        limit,
        ...(from === null ? {} : { after: from }),
      });
      return found.map((record) => member(id, record));
    },
    close: async () => undefined,
  };
}

function statements(where: TableName, { memberId, phoneNumber, name, timeZone }: MembersTable) {
  const table = quoteTable(where);
  const id = quoteName(memberId);
  const optional = (column: string | null | undefined): string => (column ? `T.${quoteName(column)}` : 'NULL');
  const select = `T.${id} AS memberId, T.${quoteName(phoneNumber)} AS phoneNumber, ${optional(name)} AS name,
    ${optional(timeZone)} AS timeZone FROM ${table} T`;
  // A plan's own table may have people without one: they are no members to be called, and no reason to list nobody.
  const callable = `T.${quoteName(phoneNumber)} <> ''`;
  const pairs = [
    [quoteName(phoneNumber), 'PhoneNumber'],
    ...(name ? [[quoteName(name), 'Name']] : []),
    ...(timeZone ? [[quoteName(timeZone), 'TimeZone']] : []),
  ] as const;
  return {
    find: `SELECT ${select} WHERE T.${id} = @id`,
    first: `SELECT TOP (@limit) ${select} WHERE ${callable} ORDER BY T.${id}`,
    next: `SELECT TOP (@limit) ${select} WHERE T.${id} > @after AND ${callable} ORDER BY T.${id}`,
    save: (column: IdColumn, lockScope: string) => `SET NOCOUNT ON; SET XACT_ABORT ON;
DECLARE @member TABLE (MemberId ${column.type} NOT NULL PRIMARY KEY, PhoneNumber NVARCHAR(64) NOT NULL,
  Name NVARCHAR(400) NULL, TimeZone NVARCHAR(100) NULL);
INSERT INTO @member (MemberId, PhoneNumber, Name, TimeZone)
SELECT MemberId, PhoneNumber, Name, TimeZone FROM OPENJSON(@members) WITH (MemberId ${column.jsonType} '$[0]',
  PhoneNumber NVARCHAR(MAX) '$[1]', Name NVARCHAR(MAX) '$[2]', TimeZone NVARCHAR(MAX) '$[3]');
${beginLocked(lockScope, ['members'])}
UPDATE T SET ${pairs.map(([to, from]) => `${to} = M.${from}`).join(', ')}
FROM ${table} T JOIN @member M ON M.MemberId = T.${id};
INSERT INTO ${table} (${[id, ...pairs.map(([to]) => to)].join(', ')})
SELECT ${['MemberId', ...pairs.map(([, from]) => from)].map((from) => `M.${from}`).join(', ')} FROM @member M
WHERE NOT EXISTS (SELECT 1 FROM ${table} T WHERE T.${id} = M.MemberId);
COMMIT TRANSACTION;`,
  };
}

/** The last of each id. */
function values(members: readonly Member[]): (string | null)[][] {
  const last = new Map(members.map((one) => [one.memberId, one]));
  return [...last.values()].map((one) => [one.memberId, one.phoneNumber, one.name ?? null, one.timeZone ?? null]);
}

// A column of fixed width (CHAR) gives its values with blanks at the end.
function member(id: IdColumn, { memberId, phoneNumber, name, timeZone }: MemberRecord): Member {
  const clean = (text: string | null): string => text?.trimEnd() ?? '';
  if (clean(phoneNumber) === '') throw new ReadStoreError('MEMBERS_CORRUPT', 'a member has no phone number');
  return {
    memberId: idText(id, memberId),
    phoneNumber: clean(phoneNumber),
    ...(clean(name) === '' ? {} : { name: clean(name) }),
    ...(clean(timeZone) === '' ? {} : { timeZone: clean(timeZone) }),
  };
}

/** Asks once; again only after a failure. */
function remembered<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let known: Promise<Value> | null = null;
  return () => {
    known ??= ask().catch((error) => {
      known = null;
      throw error;
    });
    return known;
  };
}
