import type { Role } from '../../identity/staff.ts';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { CallDetails, CallList, CallQuery, callDetails, StatusParams } from './call-schemas.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { readTimes } from './times.ts';
import type { CallDeps, CallServer } from './typed-server.ts';

const READERS: readonly Role[] = ['Coordinator', 'Compliance'];
const DEFAULT_PAGE = '50';

/** `GET /api/calls/status/:id` and `GET /api/calls`. */
export function callReadRoutes(server: CallServer, deps: CallDeps): void {
  statusRoute(server, deps);
  listRoute(server, deps);
}

function statusRoute(server: CallServer, { app, audit, config }: CallDeps): void {
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
      // Of a call that nobody has nothing is shown, and nothing is recorded.
      if (call === null) return sendProblem(reply, 'CALL_NOT_FOUND');
      const { callSessionId, memberId } = call.session;
      await recordLook(request, audit.access, { action: 'status', calls: [callSessionId], members: [memberId] });
      return callDetails(call);
    },
  });
}

function listRoute(server: CallServer, { app, audit, config }: CallDeps): void {
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
      const calls = rows.slice(0, size);
      await recordLook(request, audit.access, {
        action: 'list',
        calls: calls.map(({ callSessionId }) => callSessionId),
        members: [...new Set(calls.map(({ memberId }) => memberId))],
        fields: Object.keys(page.filter),
      });
      return { calls, nextCursor: last ? encodeCursor(last.callSessionId) : null };
    },
  });
}
