import type { MemberChange } from '../domain/member/members.ts';
import { COLUMNS, type MemberColumn } from './problems.ts';

/** The first line of a file of members. */
export function headerLine(columns: readonly MemberColumn[] = COLUMNS): string {
  return `${columns.join(',')}\n`;
}

/** A member as a line of a CSV file that can be imported again. */
export function memberLine(member: MemberChange, columns: readonly MemberColumn[] = COLUMNS): string {
  return `${columns.map((column) => cell(column, member[column] ?? '')).join(',')}\n`;
}

/** A name may not be taken for a formula by who opens the file: an apostrophe stands before it, which an import takes away. */
function cell(column: MemberColumn, value: string): string {
  const text = column !== 'phoneNumber' && /^'*[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
