import type { ProviderIds } from '../../src/domain/inbox/event-grid.ts';
import type { CallRows, ReadStore } from '../ports.ts';
import { serverCallKey } from './columns.ts';
import { callCounts } from './counted.ts';
import type { SqlServerDb } from './driver.ts';
import { listPage } from './list.ts';
import type { TableNames } from './names.ts';
import { sqlServerNotices } from './notices.ts';
import { rebuild } from './rebuild.ts';
import { CALL, type CallRecord, callRows, type SessionRecord, sessionRow } from './rows.ts';
import { writeLive, writeParameters } from './writer.ts';

/** The read models in SQL Server. Closing is left to who opened the database. */
export function sqlServerReadStore(db: SqlServerDb, tables: TableNames): ReadStore {
  const { sessions, responses } = tables.live;
  const write = writeLive(tables);
  // One statement, so that it shows one moment of both tables.
  const calls = (from: string, where: string): string => `SELECT ${CALL}
    FROM ${from} LEFT JOIN ${responses} R ON R.CallSessionId = S.CallSessionId
    ${where} ORDER BY S.CallSessionId, R.QuestionNumber`;
  const call = (where: string): string => calls(`${sessions} S`, `WHERE S.CallSessionId = ${where}`);
  const bySessions = `${IDS} ${calls(`@id I JOIN ${sessions} S ON S.CallSessionId = I.CallSessionId`, '')}`;
  const bySession = call('@id');
  const byConnection = call(`(${newest(sessions, 'CallConnectionId = @id')})`);
  const byAnyId = call(`COALESCE((SELECT CallSessionId FROM ${sessions} WHERE CallSessionId = @folded),
    (${newest(sessions, 'CallConnectionId = @id')}), (${newest(sessions, 'CallConnectionId = @folded')}))`);
  const one = async (text: string, ids: Readonly<Record<string, string>>): Promise<CallRows | null> =>
    callRows(await db.query<CallRecord>(text, ids))[0] ?? null;
  return {
    async write(calls) {
      if (calls.length > 0) await db.batch(write, writeParameters(calls));
    },
    bySession: (callSessionId) => one(bySession, { id: callSessionId }),
    bySessions: async (ids) =>
      ids.length === 0 ? [] : callRows(await db.query<CallRecord>(bySessions, { ids: JSON.stringify(ids) })),
    byConnection: (callConnectionId) => one(byConnection, { id: callConnectionId }),
    byAnyId: (id, folded) => one(byAnyId, { id, folded }),
    byProviderIds: (ids) => byProviderIds(db, sessions, ids),
    async list(page) {
      const { text, parameters } = listPage(tables, page);
      const rows = (await db.query<SessionRecord>(text, parameters)).map(sessionRow);
      return page.before === undefined ? rows : rows.reverse();
    },
    counts: (from, to) => callCounts(db, tables, from, to),
    versions: (callSessionIds) => versions(db, sessions, callSessionIds),
    async open() {
      const found = await db.query<{ id: string }>(
        `SELECT CallSessionId AS id FROM ${sessions} WHERE Disposition IS NULL`,
      );
      return found.map(({ id }) => id);
    },
    async newestUpdate() {
      const [found] = await db.query<{ latest: Date | null }>(`SELECT MAX(UpdatedAt) AS latest FROM ${sessions}`);
      return found?.latest?.toISOString() ?? null;
    },
    rebuild: (calls) => rebuild(db, tables, calls),
    notices: sqlServerNotices(db, tables),
    close: async () => undefined,
  };
}

// A table of its own: what OPENJSON gives has a collation that may not fit the column's.
const IDS = `SET NOCOUNT ON;
  DECLARE @id TABLE (CallSessionId NVARCHAR(64) NOT NULL PRIMARY KEY);
  INSERT INTO @id (CallSessionId) SELECT DISTINCT value FROM OPENJSON(@ids);`;

function newest(sessions: string, where: string): string {
  return `SELECT TOP (1) CallSessionId FROM ${sessions} WHERE ${where} ORDER BY CallSessionId DESC`;
}

async function byProviderIds(db: SqlServerDb, sessions: string, ids: ProviderIds): Promise<string | null> {
  const { correlationId, serverCallId } = ids;
  const text = `SELECT COALESCE((${newest(sessions, 'CorrelationId = @correlationId')}),
    (${newest(sessions, 'ServerCallKey = @key AND ServerCallId = @serverCallId')})) AS id`;
  const parameters = { correlationId, serverCallId, key: serverCallKey(serverCallId) };
  const [found] = await db.query<{ id: string | null }>(text, parameters);
  return found?.id ?? null;
}

async function versions(db: SqlServerDb, sessions: string, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const text = `${IDS}
    SELECT S.CallSessionId AS id, S.Version AS version FROM @id I JOIN ${sessions} S ON S.CallSessionId = I.CallSessionId`;
  const found = await db.query<{ id: string; version: number }>(text, { ids: JSON.stringify(ids) });
  return new Map(found.map(({ id, version }) => [id, version]));
}
