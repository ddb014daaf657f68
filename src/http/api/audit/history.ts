import { MEMBER_ID } from '../../../audit/replay/asked.ts';
import { lookAtHistory } from '../../../audit/replay/looked-at.ts';
import { decodePlace, encodePlace } from '../../../audit/replay/place.ts';
import { recordLook } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import type { CallServer } from '../typed-server.ts';

import type { AuditDeps } from './deps.ts';
import { AnyMember, HistoryAnswer, HistoryQuery } from './schemas.ts';

const DEFAULT_PAGE = '50';

/** `GET /api/audit/members/:id`. */
export function historyRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/members/:id',
    schema: {
      summary: 'A member’s calls, cancellations, requests and looks in one history, newest first',
      tags: ['audit'],
      params: AnyMember,
      querystring: HistoryQuery,
      response: { 200: HistoryAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const { cursor, limit = DEFAULT_PAGE } = request.query;
      const after = cursor === undefined ? null : decodePlace(cursor);
      if (cursor !== undefined && after === null) return sendProblem(reply, 'INVALID_CURSOR');
      const memberId = request.params.id;
      const page = { after, limit: Number(limit) };
      const found = MEMBER_ID.test(memberId) ? await audit.replays.history(memberId, page) : null;
      if (!found) return sendProblem(reply, 'MEMBER_NOT_FOUND');
      await recordLook(request, audit.access, lookAtHistory(memberId, found));
      return {
        memberId,
        items: found.items.map((item) => ({ ...item, callSessionIds: [...item.callSessionIds] })),
        flaws: [...found.flaws],
        nextCursor: found.next && encodePlace(found.next),
      };
    },
  });
}
