import { CodedError } from '../../base/coded-error.ts';
import type { MemberChange, Members, SaveCounts } from '../../domain/member/members.ts';
import { headerLine, memberLine } from '../../members/csv-line.ts';
import { COLUMNS } from '../../members/problems.ts';
import { ApiError, type Ask } from '../api-client.ts';

/** Some way below what the route takes. */
const PART_BYTES = 1024 * 1024;

/**
 * Members that a running server saves, with an entry in its log: in parts of a megabyte, each all or nothing.
 * @param url where it is asked, for the error
 */
export function servedMembers(ask: Ask, url: string): Pick<Members, 'save' | 'close'> {
  const send = async (text: string): Promise<SaveCounts> => {
    try {
      const headers = { 'content-type': 'text/csv' };
      return await ask<SaveCounts>('/api/members/import', { method: 'POST', headers, body: text });
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new CodedError('LOG_IN_USE', `a server has this log, and cannot be asked at ${url}; name it with --url`);
    }
  };
  return {
    async save(members) {
      const sum = { new: 0, changed: 0, unchanged: 0 };
      for (const part of parts(members)) {
        const saved = await send(part);
        sum.new += saved.new;
        sum.changed += saved.changed;
        sum.unchanged += saved.unchanged;
      }
      return sum;
    },
    close: async () => undefined,
  };
}

/** CSV files of these members; each has the columns that the first of them has, as all of one file do. */
function* parts(members: Iterable<MemberChange>): Generator<string> {
  let lines: string[] = [];
  let bytes = 0;
  let columns = COLUMNS.slice();
  const part = (): string => headerLine(columns) + lines.join('');
  for (const member of members) {
    if (lines.length === 0) columns = COLUMNS.filter((column) => member[column] !== undefined);
    const line = memberLine(member, columns);
    lines.push(line);
    bytes += Buffer.byteLength(line);
    if (bytes < PART_BYTES) continue;
    yield part();
    [lines, bytes] = [[], 0];
  }
  if (lines.length > 0) yield part();
}
