import type { CallFilter } from '../../../projections/ports.ts';
import type { Role } from '../../identity/staff.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { CallDetails, CallList, CallQuery, callDetails, StatusParams } from './call-schemas.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { CallDeps, CallServer } from './typed-server.ts';

const READERS: readonly Role[] = ['Coordinator', 'Compliance'];
const DEFAULT_PAGE = '50';

/** `GET /api/calls/status/:id` and `GET /api/calls`. */
export function callReadRoutes(server: CallServer, deps: CallDeps): void {
  statusRoute(server, deps);
  listRoute(server, deps);
}

function statusRoute(server: CallServer, { app, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/calls/status/:id',
    schema: {
      summary: 'Status and answers of a call',
      tags: ['calls'],
      params: StatusParams,
      response: { 200: CallDetails },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const call = await app.status(request.params.id);
      return call === null ? sendProblem(reply, 'CALL_NOT_FOUND') : callDetails(call);
    },
  });
}

function listRoute(server: CallServer, { app, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/calls',
    schema: { summary: 'Calls, newest first', tags: ['calls'], querystring: CallQuery, response: { 200: CallList } },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const { cursor, limit = DEFAULT_PAGE, from, to, ...equal } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (after === null) return sendProblem(reply, 'INVALID_CURSOR');
      const times = readTimes({ from, to });
      if (times === null) return sendProblem(reply, 'BAD_REQUEST', { detail: 'from and to take ISO 8601 times' });
      const size = Number(limit);
      // One more than asked for tells whether there is another page.
      const page = { filter: { ...equal, ...times }, limit: size + 1, ...(after !== undefined && { after }) };
      const rows = await app.list(page);
      const last = rows.length > size ? rows[size - 1] : undefined;
      return { calls: rows.slice(0, size), nextCursor: last ? encodeCursor(last.callSessionId) : null };
    },
  });
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** The times in the form in which rows are compared, UTC with milliseconds; null when one is not a time. */
function readTimes(times: {
  from: string | undefined;
  to: string | undefined;
}): Pick<CallFilter, 'from' | 'to'> | null {
  const read: { from?: string; to?: string } = {};
  for (const name of ['from', 'to'] as const) {
    const text = times[name];
    if (text === undefined) continue;
    const ms = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) return null;
    read[name] = new Date(ms).toISOString();
  }
  return read;
}
