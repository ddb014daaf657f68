import type { Member, MemberChange, Members, SaveCounts } from '../../src/domain/member/members.ts';
import type { Sought } from '../../src/domain/member/search.ts';
import { ReadStoreError } from '../ports.ts';
import type { MembersTable } from './access.ts';
import { EXACT } from './columns.ts';
import type { SqlParameter, SqlParameters, SqlRunner, SqlServerDb } from './driver.ts';
import { READ_ONLY } from './errors.ts';
import { take } from './locks.ts';
import { type IdColumn, idColumn, idParameter, idText } from './member-id.ts';
import { parseTable, quoteName, quoteTable, quoteText, type TableName } from './names.ts';

type MemberRecord = {
  readonly memberId: string | number;
  readonly phoneNumber: string;
  readonly name: string | null;
  readonly timeZone: string | null;
};

/** The plan's members in a table of its own making, or in ours. Closing is left to who opened the database. */
export function sqlServerMembers(db: SqlServerDb, names: MembersTable, lockScope: string, isOurs: boolean): Members {
  const where = parseTable(names.table);
  const texts = statements(where, names);
  const column = remembered(() => idColumn(db, where, names.memberId));
  const readOnly = isOurs ? null : PLANS_OWN;
  const assertOurs = (): void => {
    if (readOnly !== null) throw new ReadStoreError('MEMBERS_READ_ONLY', readOnly);
  };
  return {
    readOnly,
    async find(memberId) {
      const id = await column();
      const value = idParameter(id, memberId);
      if (value === null) return null;
      const found = await db.query<MemberRecord>(texts.find, { id: value });
      // The table's collation may take `m-1` for `M-1`: for the log these are two members.
      return found.map((record) => member(id, record)).find((one) => one.memberId === memberId) ?? null;
    },
    async save(members) {
      assertOurs();
      const text = saveStatement(where, names, await column());
      const check = `${mayWrite(where, ['INSERT', 'UPDATE'])}\n${take(lockScope, ['members'], LOCK_WAIT_MS)}`;
      return db.transaction((run) => saveAll(run, members, check, text));
    },
    async remove(memberId) {
      assertOurs();
      const id = await column();
      const value = idParameter(id, memberId);
      if (value === null) return false;
      const [rows = []] = await db.batch(removeStatement(where, names, id), { id: value });
      return ((rows as readonly { readonly removed: number }[])[0]?.removed ?? 0) > 0;
    },
    async list({ after, search, limit }) {
      const id = await column();
      const from: SqlParameter = after === undefined ? null : idParameter(id, after);
      const found = await db.query<MemberRecord>(texts.list(id, from !== null, search !== undefined), {
        limit,
        ...(from === null ? {} : { after: from }),
        ...(search === undefined ? {} : { search: searchParameter(id, search) }),
      });
      return found.map((record) => member(id, record));
    },
    async search({ sought, after, limit }) {
      const id = await column();
      const from: SqlParameter = after === undefined ? null : idParameter(id, after);
      const found = await db.query<MemberRecord>(texts.search(from !== null, sought), {
        limit,
        ...(from === null ? {} : { after: from }),
        ...patternsOf(sought),
      });
      return { members: found.map((record) => member(id, record)), isPartial: false };
    },
    async compare(members) {
      const text = compareStatement(where, names, await column());
      return inBatches(members, (batch) => db.batch(text, batch));
    },
    close: async () => undefined,
  };
}

const PLANS_OWN =
  "the members stand in the plan's own table, which is only read here; a table of ours is made with MEMBERS_CREATE=true";
const LOCK_WAIT_MS = 5_000;
/** Members in one batch: some 500 kB of JSON. */
const BATCH = 5_000;

function statements(where: TableName, { memberId, phoneNumber, name, timeZone }: MembersTable) {
  const table = quoteTable(where);
  const id = quoteName(memberId);
  const optional = (column: string | null | undefined): string => (column ? `T.${quoteName(column)}` : 'NULL');
  const select = `T.${id} AS memberId, T.${quoteName(phoneNumber)} AS phoneNumber, ${optional(name)} AS name,
    ${optional(timeZone)} AS timeZone FROM ${table} T`;
  // A plan's own table may have people without one: they are no members to be called, and no reason to list nobody.
  const callable = `T.${quoteName(phoneNumber)} <> ''`;
  return {
    find: `SELECT ${select} WHERE T.${id} = @id`,
    list(column: IdColumn, goesOn: boolean, searches: boolean): string {
      const conditions = [
        ...(goesOn ? [`T.${id} > @after`] : []),
        ...(searches
          ? [`${isText(column) ? `T.${id}` : `LOWER(CAST(T.${id} AS NVARCHAR(40)))`} LIKE @search ESCAPE '\\'`]
          : []),
        callable,
      ];
      return `SELECT TOP (@limit) ${select} WHERE ${conditions.join(' AND ')} ORDER BY T.${id}`;
    },
    search(goesOn: boolean, { words, digits }: Sought): string {
      const begins = (text: string, parameter: string): string => `${text} ${LOOSE} LIKE ${parameter} ESCAPE '\\'`;
      const named = name ? words.map((_word, n) => begins(wordsIn(`T.${quoteName(name)}`), `@word${n}`)) : [];
      const any = [
        begins(`CAST(T.${id} AS NVARCHAR(400))`, '@id'),
        ...(named.length > 0 ? [`(${named.join(' AND ')})`] : []),
        ...(digits === null ? [] : [`RTRIM(T.${quoteName(phoneNumber)}) LIKE @digits`]),
      ];
      const conditions = [...(goesOn ? [`T.${id} > @after`] : []), `(${any.join(' OR ')})`, callable];
      return `SELECT TOP (@limit) ${select} WHERE ${conditions.join(' AND ')} ORDER BY T.${id}`;
    },
  };
}

const isText = ({ kind }: IdColumn): boolean => kind === 'nvarchar' || kind === 'varchar';

function searchParameter(column: IdColumn, search: string): SqlParameter {
  const pattern = `${search.replace(/[\\%_[]/g, '\\$&')}%`;
  if (column.kind === 'varchar') return { varchar: pattern };
  return isText(column) ? pattern : pattern.toLowerCase();
}

/** For people who look for somebody: capitals and accents are no matter, whatever the collation of the plan's table. */
const LOOSE = 'COLLATE Latin1_General_CI_AI';
/** What stands between the words of a name, as the search takes them apart: the signs of keyboards, and those that texts have instead. */
const BETWEEN = `\t\u00a0!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~´·«»‐‑‒–—‘’‚“”„…`;

/** A name with a blank before each of its words. Sign by sign, as some collations take no notice of signs. */
function wordsIn(column: string): string {
  const text = `CAST(${column} AS NVARCHAR(400)) COLLATE Latin1_General_BIN2`;
  return `(N' ' + TRANSLATE(${text}, ${quoteText(BETWEEN)}, N'${' '.repeat(BETWEEN.length)}'))`;
}

function patternsOf({ id, words, digits }: Sought): SqlParameters {
  const literal = (text: string): string => text.replace(/[\\%_[]/g, '\\$&');
  const named = words.map((word, n) => [`word${n}`, `% ${literal(word)}%`] as const);
  return { id: `${literal(id)}%`, ...Object.fromEntries(named), ...(digits !== null && { digits: `%${digits}` }) };
}

/** Says that members are read only before anything is written, where the login lacks a right. */
function mayWrite(where: TableName, rights: readonly ('INSERT' | 'UPDATE' | 'DELETE')[]): string {
  const lacks = rights.map((right) => `HAS_PERMS_BY_NAME(${quoteText(quoteTable(where))}, 'OBJECT', '${right}') = 0`);
  return `SET NOCOUNT ON; SET XACT_ABORT ON;
IF ${lacks.join(' OR ')} THROW ${READ_ONLY}, 'read only', 1;`;
}

/** The values of a batch of members: id, number, name, zone, and whether the last two are given. */
type Tuple = readonly [string, string, string | null, string | null, number, number];

/** All in one transaction. */
async function saveAll(
  run: SqlRunner,
  members: Iterable<MemberChange>,
  check: string,
  text: string,
): Promise<SaveCounts> {
  await run.batch(check);
  return inBatches(members, (batch) => run.batch(text, batch));
}

type Send = (batch: { readonly members: string }) => Promise<readonly (readonly unknown[])[]>;

/** What came of all batches together. The last of each id counts. */
async function inBatches(members: Iterable<MemberChange>, sendOne: Send): Promise<SaveCounts> {
  const sum = { new: 0, changed: 0, unchanged: 0 };
  let batch = new Map<string, Tuple>();
  const send = async (): Promise<void> => {
    if (batch.size === 0) return;
    const [rows = []] = await sendOne({ members: JSON.stringify(Array.from(batch.values())) });
    const [saved] = rows as readonly { readonly added: number; readonly changed: number }[];
    const { added = 0, changed = 0 } = saved ?? {};
    sum.new += added;
    sum.changed += changed;
    sum.unchanged += batch.size - added - changed;
    batch = new Map();
  };
  for (const { memberId, phoneNumber, name, timeZone } of members) {
    const given = [Number(name !== undefined), Number(timeZone !== undefined)] as const;
    batch.set(memberId, [memberId, phoneNumber, name ?? null, timeZone ?? null, ...given]);
    if (batch.size === BATCH) await send();
  }
  await send();
  return sum;
}

/** A row that would stay the same is not written: the table may have triggers, and people who look when it changed. */
function saveStatement(where: TableName, names: MembersTable, column: IdColumn): string {
  const { table, id, columns, incoming, differs } = incomingMembers(where, names, column);
  const sets = columns.map(({ to, from, given }) =>
    given === '1' ? `${to} = M.${from}` : `${to} = CASE WHEN ${given} = 1 THEN M.${from} ELSE T.${to} END`,
  );
  return `${incoming}
DECLARE @changed INT; DECLARE @added INT;
UPDATE T SET ${sets.join(', ')}
FROM ${table} T JOIN @member M ON M.MemberId = T.${id}
WHERE ${differs};
SET @changed = @@ROWCOUNT;
INSERT INTO ${table} (${[id, ...columns.map(({ to }) => to)].join(', ')})
SELECT ${['MemberId', ...columns.map(({ from }) => from)].map((from) => `M.${from}`).join(', ')} FROM @member M
WHERE NOT EXISTS (SELECT 1 FROM ${table} T WHERE T.${id} = M.MemberId);
SET @added = @@ROWCOUNT;
SELECT @added AS added, @changed AS changed;`;
}

/** What saving would come to. It needs no right but to read. */
function compareStatement(where: TableName, names: MembersTable, column: IdColumn): string {
  const { table, id, incoming, differs } = incomingMembers(where, names, column);
  return `${incoming}
SELECT (SELECT COUNT(*) FROM @member M WHERE NOT EXISTS (SELECT 1 FROM ${table} T WHERE T.${id} = M.MemberId)) AS added,
  (SELECT COUNT(*) FROM ${table} T JOIN @member M ON M.MemberId = T.${id} WHERE ${differs}) AS changed;`;
}

/** The members of a batch as a table, and when one differs from what is there. */
function incomingMembers(where: TableName, names: MembersTable, column: IdColumn) {
  const columns = [
    { to: quoteName(names.phoneNumber), from: 'PhoneNumber', given: '1' },
    ...(names.name ? [{ to: quoteName(names.name), from: 'Name', given: 'M.HasName' }] : []),
    ...(names.timeZone ? [{ to: quoteName(names.timeZone), from: 'TimeZone', given: 'M.HasTimeZone' }] : []),
  ];
  const differs = columns.map(({ to, from, given }) => {
    const [old, fresh] = [`CAST(T.${to} AS NVARCHAR(400)) ${EXACT}`, `M.${from}`];
    return `(${given} = 1 AND (${old} <> ${fresh} OR (T.${to} IS NULL AND ${fresh} IS NOT NULL) OR (T.${to} IS NOT NULL AND ${fresh} IS NULL)))`;
  });
  const incoming = `SET NOCOUNT ON; SET XACT_ABORT ON;
DECLARE @member TABLE (MemberId ${column.type} NOT NULL PRIMARY KEY, PhoneNumber NVARCHAR(64) NOT NULL,
  Name NVARCHAR(400) NULL, TimeZone NVARCHAR(100) NULL, HasName INT NOT NULL, HasTimeZone INT NOT NULL);
INSERT INTO @member (MemberId, PhoneNumber, Name, TimeZone, HasName, HasTimeZone)
SELECT MemberId, PhoneNumber, Name, TimeZone, HasName, HasTimeZone
FROM OPENJSON(@members) WITH (MemberId ${column.jsonType} '$[0]', PhoneNumber NVARCHAR(MAX) '$[1]', Name NVARCHAR(MAX) '$[2]',
  TimeZone NVARCHAR(MAX) '$[3]', HasName INT '$[4]', HasTimeZone INT '$[5]');`;
  return {
    table: quoteTable(where),
    id: quoteName(names.memberId),
    columns,
    incoming,
    differs: differs.join('\n  OR '),
  };
}

function removeStatement(where: TableName, { memberId }: MembersTable, column: IdColumn): string {
  const id = quoteName(memberId);
  // The table's collation may take `m-1` for `M-1`.
  const exactly = isText(column) ? ` AND CAST(${id} AS NVARCHAR(400)) ${EXACT} = @id` : '';
  return `${mayWrite(where, ['DELETE'])}
DELETE FROM ${quoteTable(where)} WHERE ${id} = @id${exactly};
SELECT @@ROWCOUNT AS removed;`;
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
