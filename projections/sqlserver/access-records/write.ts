import type { AccessRecords } from '../../access.ts';
import { type Column, definitions, EXACT, jsonColumns, names } from '../columns.ts';
import type { SqlParameters } from '../driver.ts';
import { begin } from '../locks.ts';
import type { TableNames } from '../names.ts';
import { ACCESS_COLUMNS, accessValues, SUBJECT_COLUMNS, subjectValues } from './columns.ts';

/** Parameters of `writeAccess` and `replaceAccess`. */
export function accessParameters(batch: readonly AccessRecords[]): SqlParameters {
  const versions = new Map<string, number>();
  for (const { stream, version } of batch) versions.set(stream, Math.max(version, versions.get(stream) ?? 0));
  const records = new Map(batch.flatMap((each) => each.records).map((record) => [record.recordId, record] as const));
  const all = [...records.values()];
  return {
    records: JSON.stringify(all.map(accessValues)),
    subjects: JSON.stringify(all.flatMap(subjectValues)),
    streams: JSON.stringify([...versions]),
  };
}

/** Adds what is not there yet. */
export function writeAccess(tables: TableNames): string {
  return `${values()}
${begin(tables, ['access'])}
${insert(tables)}
COMMIT TRANSACTION;`;
}

/** Removes all that is there of the stream `@stream`, and adds what is given. */
export function replaceAccess(tables: TableNames): string {
  const { records, subjects, streams } = tables.access;
  return `${values()}
${begin(tables, ['access'])}
DELETE J FROM ${subjects} J JOIN ${records} A ON A.RecordId = J.RecordId WHERE A.Stream = @stream;
DELETE FROM ${records} WHERE Stream = @stream;
DELETE FROM ${streams} WHERE Stream = @stream;
${insert(tables)}
COMMIT TRANSACTION;`;
}

/** Notes `@at`, unless a later time is noted. */
export function markCaughtUp(tables: TableNames): string {
  const { caughtUp } = tables.access;
  return `${begin(tables, ['access'])}
UPDATE ${caughtUp} SET At = CAST(@at AS DATETIME2(3)) WHERE Id = 1 AND At < CAST(@at AS DATETIME2(3));
INSERT INTO ${caughtUp} (Id, At) SELECT 1, CAST(@at AS DATETIME2(3)) WHERE NOT EXISTS (SELECT 1 FROM ${caughtUp} WHERE Id = 1);
COMMIT TRANSACTION;`;
}

const STREAM_COLUMNS: readonly Column[] = [
  { name: 'Stream', type: `NVARCHAR(128) ${EXACT}` },
  { name: 'Version', type: 'INT' },
];

/** Reads the parameters before the transaction begins, so that the lock is held no longer than needed. */
function values(): string {
  const table = (name: string, given: string, columns: readonly Column[], key: string): string =>
    `DECLARE @${name} TABLE (${definitions(columns)}, PRIMARY KEY (${key}));
INSERT INTO @${name} (${names(columns)})
SELECT ${names(columns)} FROM OPENJSON(@${given}) WITH (${jsonColumns(columns)});`;
  return `SET NOCOUNT ON; SET XACT_ABORT ON;
${table('record', 'records', ACCESS_COLUMNS, 'RecordId')}
${table('subject', 'subjects', SUBJECT_COLUMNS, 'Subject, RecordId')}
${table('given', 'streams', STREAM_COLUMNS, 'Stream')}`;
}

function insert({ access: { records, subjects, streams } }: TableNames): string {
  return `INSERT INTO ${records} (${names(ACCESS_COLUMNS)})
SELECT ${names(ACCESS_COLUMNS, 'R')} FROM @record R WHERE NOT EXISTS (SELECT 1 FROM ${records} A WHERE A.RecordId = R.RecordId);
INSERT INTO ${subjects} (${names(SUBJECT_COLUMNS)})
SELECT ${names(SUBJECT_COLUMNS, 'N')} FROM @subject N
WHERE NOT EXISTS (SELECT 1 FROM ${subjects} J WHERE J.Subject = N.Subject AND J.RecordId = N.RecordId);
UPDATE S SET Version = G.Version FROM ${streams} S JOIN @given G ON G.Stream = S.Stream WHERE S.Version < G.Version;
INSERT INTO ${streams} (Stream, Version)
SELECT G.Stream, G.Version FROM @given G WHERE G.Version > 0 AND NOT EXISTS (SELECT 1 FROM ${streams} S WHERE S.Stream = G.Stream);`;
}
