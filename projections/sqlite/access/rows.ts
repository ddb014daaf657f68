import type { AccessRecord } from '../../access.ts';
import { isOfCompliance } from '../../access.ts';
import { count, type Holds, text, textOrNull, time } from '../../columns.ts';
import type { SqlValue } from '../reading.ts';

/** A row of AccessRecords, in the order of ACCESS_COLUMNS. */
export type AccessTuple = readonly [
  recordId: string,
  stream: string,
  version: number,
  at: string,
  actor: string,
  name: string,
  kind: string,
  roles: string,
  ofCompliance: number,
  action: string,
  purpose: string | null,
  reason: string | null,
  requestId: string | null,
  address: string | null,
  calls: string,
  members: string,
  fields: string,
  coversMs: number | null,
  refused: number | null,
];

const countOrNull: Holds = (value) => value === null || count(value);
/** JSON of a list of texts. */
const texts: Holds = (value) => typeof value === 'string' && readTexts(value) !== null;

/** What each column holds, in their order. */
export const ACCESS_COLUMNS: readonly { readonly name: string; readonly holds: Holds }[] = [
  { name: 'RecordId', holds: text },
  { name: 'Stream', holds: text },
  { name: 'Version', holds: count },
  { name: 'At', holds: time },
  { name: 'Actor', holds: text },
  { name: 'Name', holds: text },
  { name: 'Kind', holds: text },
  { name: 'Roles', holds: texts },
  { name: 'OfCompliance', holds: count },
  { name: 'Action', holds: text },
  { name: 'Purpose', holds: textOrNull },
  { name: 'Reason', holds: textOrNull },
  { name: 'RequestId', holds: textOrNull },
  { name: 'Address', holds: textOrNull },
  { name: 'Calls', holds: texts },
  { name: 'Members', holds: texts },
  { name: 'Fields', holds: texts },
  { name: 'CoversMs', holds: countOrNull },
  { name: 'Refused', holds: countOrNull },
];

/** The values of a record, in the order of its columns. */
export function accessValues(record: AccessRecord): SqlValue[] {
  const { recordId, stream, version, at, actor, name, kind, roles, action, purpose, reason, requestId } = record;
  return [
    ...[recordId, stream, version, at, actor, name, kind, JSON.stringify(roles), isOfCompliance(record) ? 1 : 0],
    ...[action, purpose, reason, requestId, record.address],
    ...[JSON.stringify(record.calls), JSON.stringify(record.members), JSON.stringify(record.fields)],
    ...[record.coversMs, record.refused],
  ];
}

export function accessRecord(row: AccessTuple): AccessRecord {
  return {
    recordId: row[0],
    stream: row[1],
    version: row[2],
    at: row[3],
    actor: row[4],
    name: row[5],
    kind: row[6],
    roles: readTexts(row[7])!,
    action: row[9],
    purpose: row[10],
    reason: row[11],
    requestId: row[12],
    address: row[13],
    calls: readTexts(row[14])!,
    members: readTexts(row[15])!,
    fields: readTexts(row[16])!,
    coversMs: row[17],
    refused: row[18],
  };
}

function readTexts(json: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every(text) ? value : null;
  } catch {
    return null;
  }
}
