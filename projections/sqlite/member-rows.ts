import { Buffer } from 'node:buffer';
import type { Member } from '../../src/domain/member/members.ts';
import { text, textOrNull } from '../columns.ts';
import type { Columns } from './reading.ts';

export type MemberTuple = readonly [
  memberId: string,
  phoneNumber: string,
  name: string | null,
  timeZone: string | null,
];

export const MEMBERS: Columns = {
  table: 'Members',
  columns: [
    { sql: 'MemberId', holds: text },
    { sql: 'PhoneNumber', holds: text },
    { sql: 'Name', holds: textOrNull },
    { sql: 'TimeZone', holds: textOrNull },
  ],
};

/** In SQLite's order, which is that of the bytes. */
export function isAscending(ids: readonly string[]): boolean {
  return ids.every((id, index) => index === 0 || Buffer.compare(Buffer.from(ids[index - 1]!), Buffer.from(id)) < 0);
}

/** The member of a row. */
export function member([memberId, phoneNumber, name, timeZone]: MemberTuple): Member {
  return { memberId, phoneNumber, ...(name === null ? {} : { name }), ...(timeZone === null ? {} : { timeZone }) };
}
