import type { Member } from '../domain/member/members.ts';
import { COLUMNS } from './problems.ts';

/** The first line of a file of members. */
export const HEADER_LINE = `${COLUMNS.join(',')}\n`;

/** A member as a line of a CSV file that can be imported again. */
export function memberLine(member: Member): string {
  return `${COLUMNS.map((column) => cell(column, member[column] ?? '')).join(',')}\n`;
}

/** A name may not be taken for a formula by who opens the file: an apostrophe stands before it, which an import takes away. */
function cell(column: (typeof COLUMNS)[number], value: string): string {
  const text = column !== 'phoneNumber' && /^'*[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
