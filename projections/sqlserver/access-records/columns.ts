import { type AccessRecord, isOfCompliance, subjectsOf } from '../../access.ts';
import { type Column, EXACT, sqlTime } from '../columns.ts';

const RECORD_ID: Column = { name: 'RecordId', type: `NVARCHAR(48) ${EXACT}` };

/** The columns of AccessRecords. */
export const ACCESS_COLUMNS: readonly Column[] = [
  RECORD_ID,
  { name: 'Stream', type: `NVARCHAR(128) ${EXACT}` },
  { name: 'Version', type: 'INT' },
  { name: 'At', type: 'DATETIME2(3)' },
  { name: 'Actor', type: `NVARCHAR(200) ${EXACT}` },
  { name: 'Name', type: `NVARCHAR(200) ${EXACT}` },
  { name: 'Kind', type: 'NVARCHAR(16)' },
  { name: 'Roles', type: 'NVARCHAR(200)', isList: true },
  { name: 'OfCompliance', type: 'INT' },
  { name: 'Action', type: 'NVARCHAR(32)' },
  { name: 'Purpose', type: 'NVARCHAR(16)', nullable: true },
  { name: 'Reason', type: `NVARCHAR(1000) ${EXACT}`, nullable: true },
  { name: 'RequestId', type: `NVARCHAR(256) ${EXACT}`, nullable: true },
  { name: 'Address', type: 'NVARCHAR(64)', nullable: true },
  { name: 'Calls', type: `NVARCHAR(MAX) ${EXACT}`, isList: true },
  { name: 'Members', type: `NVARCHAR(MAX) ${EXACT}`, isList: true },
  { name: 'Fields', type: 'NVARCHAR(1000)', isList: true },
  { name: 'CoversMs', type: 'INT', nullable: true },
  { name: 'Refused', type: 'INT', nullable: true },
];

/** The columns of AccessSubjects. */
export const SUBJECT_COLUMNS: readonly Column[] = [{ name: 'Subject', type: `NVARCHAR(160) ${EXACT}` }, RECORD_ID];

/** The values of a record, in the order of its columns. */
export function accessValues(record: AccessRecord): readonly (string | number | null | readonly string[])[] {
  const { recordId, stream, version, at, actor, name, kind, roles, action, purpose, reason, requestId } = record;
  return [
    ...[recordId, stream, version, sqlTime(at), actor, name, kind, roles, isOfCompliance(record) ? 1 : 0],
    ...[action, purpose, reason, requestId, record.address, record.calls, record.members, record.fields],
    ...[record.coversMs, record.refused],
  ];
}

/** The values of its subjects. */
export function subjectValues(record: AccessRecord): readonly (readonly [string, string])[] {
  return subjectsOf(record).map((subject) => [subject, record.recordId] as const);
}

/** A record as the driver gives it. */
export type AccessRow = Omit<AccessRecord, 'at' | 'roles' | 'calls' | 'members' | 'fields'> & {
  readonly at: Date;
  readonly roles: string;
  readonly calls: string;
  readonly members: string;
  readonly fields: string;
};

/** What to select of `AccessRecords A` for an AccessRow. */
export const ACCESS_ROW = ACCESS_COLUMNS.filter(({ name }) => name !== 'OfCompliance')
  .map(({ name }) => `A.${name} AS ${name.charAt(0).toLowerCase()}${name.slice(1)}`)
  .join(', ');

export function accessRecord(row: AccessRow): AccessRecord {
  const texts = (json: string): readonly string[] => JSON.parse(json) as string[];
  return {
    recordId: row.recordId,
    stream: row.stream,
    version: row.version,
    at: row.at.toISOString(),
    actor: row.actor,
    name: row.name,
    kind: row.kind,
    roles: texts(row.roles),
    action: row.action,
    purpose: row.purpose,
    reason: row.reason,
    requestId: row.requestId,
    address: row.address,
    calls: texts(row.calls),
    members: texts(row.members),
    fields: texts(row.fields),
    coversMs: row.coversMs,
    refused: row.refused,
  };
}
