import type { Role } from '../../identity/staff.ts';
import { recordLook, saysWhy } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { FoundShown, MEMBER_ID, SearchBody, shownMember } from './member-schemas.ts';
import type { CallDeps, CallServer } from './typed-server.ts';

const DEFAULT_LIMIT = 50;
const READERS: readonly Role[] = ['Coordinator', 'Compliance'];

/** `POST /api/members/search`: what is searched for stands in the body, for addresses are kept by proxies and histories. */
export function searchRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'POST',
    url: '/api/members/search',
    schema: {
      summary: 'Members by how an id or words of a name begin, or a number ends; numbers are masked',
      tags: ['members'],
      body: SearchBody,
      response: { 200: FoundShown },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const { text, limit = DEFAULT_LIMIT, cursor, include } = request.body;
      const isWhole = include === 'details';
      if (isWhole && !saysWhy(request, reply)) return reply;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, MEMBER_ID);
      if (after === null) return sendProblem(reply, 'INVALID_CURSOR');
      // One more than asked for tells whether there is another page.
      const found = await app.searchMembers({ text, limit: limit + 1, ...(after !== undefined && { after }) });
      const shown = found.members.slice(0, limit);
      const members = shown.map(({ memberId }) => memberId);
      const action = isWhole ? 'members-export' : 'members-list';
      await recordLook(request, audit.access, { action, calls: [], members, fields: found.fields });
      const last = found.members.length > limit ? members.at(-1) : undefined;
      return {
        members: shown.map((member) => shownMember(member, isWhole)),
        nextCursor: last === undefined ? null : encodeCursor(last),
        isPartial: found.isPartial,
      };
    },
  });
}
