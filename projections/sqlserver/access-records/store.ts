import type { AccessStore } from '../../access.ts';
import { sqlTime } from '../columns.ts';
import type { SqlServerDb } from '../driver.ts';
import type { TableNames } from '../names.ts';
import { ACCESS_ROW, type AccessRow, accessRecord } from './columns.ts';
import { accessPage } from './list.ts';
import { accessParameters, markCaughtUp, replaceAccess, writeAccess } from './write.ts';

/** Who looked, in SQL Server. Closing is left to who opened the database. */
export function sqlServerAccessStore(db: SqlServerDb, tables: TableNames): AccessStore {
  const texts = accessTexts(tables);
  return {
    async write(batch) {
      if (batch.length > 0) await db.batch(texts.write, accessParameters(batch));
    },
    async versions(streams) {
      if (streams.length === 0) return new Map();
      const found = await db.query<{ stream: string; version: number }>(texts.versions, {
        streams: JSON.stringify(streams),
      });
      return new Map(found.map(({ stream, version }) => [stream, version]));
    },
    async list(page) {
      const { text, parameters } = accessPage(tables, page);
      return (await db.query<AccessRow>(text, parameters)).map(accessRecord);
    },
    async streams() {
      return (await db.query<{ stream: string }>(texts.streams)).map(({ stream }) => stream);
    },
    async ofStream(stream) {
      return (await db.query<AccessRow>(texts.ofStream, { stream })).map(accessRecord);
    },
    async replace(records) {
      await db.batch(texts.replace, { ...accessParameters([records]), stream: records.stream });
    },
    async caughtUpTo() {
      const [found] = await db.query<{ at: Date }>(texts.caughtUpTo);
      return found?.at.toISOString() ?? null;
    },
    async markCaughtUp(at) {
      await db.batch(texts.markCaughtUp, { at: sqlTime(at) });
    },
    close: async () => undefined,
  };
}

/** Every statement whose text does not depend on what is asked for. */
export function accessTexts(tables: TableNames) {
  const { records, streams, caughtUp } = tables.access;
  return {
    write: writeAccess(tables),
    replace: replaceAccess(tables),
    markCaughtUp: markCaughtUp(tables),
    versions: `SET NOCOUNT ON;
DECLARE @name TABLE (Stream NVARCHAR(128) COLLATE Latin1_General_BIN2 NOT NULL PRIMARY KEY);
INSERT INTO @name (Stream) SELECT DISTINCT value FROM OPENJSON(@streams);
SELECT S.Stream AS stream, S.Version AS version FROM @name N JOIN ${streams} S ON S.Stream = N.Stream`,
    streams: `SELECT Stream AS stream FROM ${streams} ORDER BY Stream`,
    ofStream: `SELECT ${ACCESS_ROW} FROM ${records} A WHERE A.Stream = @stream ORDER BY A.Version`,
    caughtUpTo: `SELECT At AS at FROM ${caughtUp} WHERE Id = 1`,
  } as const;
}
