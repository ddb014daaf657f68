import { filterOf } from '../../../audit/replay/asked.ts';
import { lookAtSearch } from '../../../audit/replay/looked-at.ts';
import { recordLook } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';
import { SearchAnswer, SearchQuery } from './schemas.ts';

const DEFAULT_PAGE = '50';

/** `GET /api/audit/search`. */
export function searchRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/search',
    schema: {
      summary: 'Calls by member, day or period, member of staff, disposition, or an id of the provider’s; newest first',
      tags: ['audit'],
      querystring: SearchQuery,
      response: { 200: SearchAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const { cursor, limit = DEFAULT_PAGE, ...asked } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (after === null) return sendProblem(reply, 'INVALID_CURSOR');
      const filter = filterOf(asked);
      if (typeof filter === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: filter });
      const page = { limit: Number(limit), ...(after !== undefined && { after }) };
      const found = await audit.replays.search(filter, page);
      await recordLook(request, audit.access, lookAtSearch(found, asked));
      const { calls, looked, unreadable, next } = found;
      return {
        calls: calls.map((call) => ({ ...call, staff: [...call.staff] })),
        looked,
        unreadable: [...unreadable],
        nextCursor: next && encodeCursor(next),
      };
    },
  });
}
