import type { FastifyReply } from 'fastify';
import { sendProblem } from '../problem.ts';
import { decodeCursor } from './cursor.ts';
import { type Period, readTimes } from './times.ts';

const RECORD_ID = /^[0-9TZ:.a-f-]{1,48}$/;

type Asked = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
};

/** Which of the rows of who looked are asked for: of what period, and behind which one. Null: no such place, and that is answered. */
export function readPlace(
  reply: FastifyReply,
  { from, to, cursor }: Asked,
): { readonly times: Period; readonly before?: string } | null {
  const before = cursor === undefined ? undefined : decodeCursor(cursor, RECORD_ID);
  if (before === null) {
    sendProblem(reply, 'INVALID_CURSOR');
    return null;
  }
  const times = readTimes({ from, to });
  const flaw = flawOf(times);
  if (flaw !== null || times === null) {
    sendProblem(reply, 'BAD_REQUEST', { detail: flaw ?? '' });
    return null;
  }
  return { times, ...(before !== undefined && { before }) };
}

function flawOf(times: Period | null): string | null {
  if (times === null) return 'from and to take ISO 8601 times';
  const { from, to } = times;
  return from !== undefined && to !== undefined && from >= to ? 'from must be before to' : null;
}
