import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { maskNumber } from '../../domain/member/phone-number.ts';
import type { Role } from '../../identity/staff.ts';
import { recordLook, saysWhy } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { MemberParams } from './call-schemas.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type CallDeps, type CallServer, typed } from './typed-server.ts';

const READERS: readonly Role[] = ['Coordinator', 'Compliance'];
const DEFAULT_PAGE = '50';
/** Ids are the plan's own, so they may be any text. */
const MEMBER_ID = /^[^\p{Cc}]{1,128}$/u;

const Query = Type.Object(
  {
    limit: Type.Optional(
      Type.String({ pattern: '^(?:[1-9][0-9]{0,2}|1000)$', default: DEFAULT_PAGE, description: '1 to 1000' }),
    ),
    cursor: Type.Optional(Type.String({ maxLength: 1_024 })),
  },
  { additionalProperties: false },
);

const MaybeText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const Shown = Type.Object({
  memberId: Type.String(),
  phoneNumber: Type.String({ description: 'Its last four digits; the rest is hidden' }),
  timeZone: MaybeText,
});
const Page = Type.Object({ members: Type.Array(Shown), nextCursor: MaybeText });
const Revealed = Type.Object({ memberId: Type.String(), phoneNumber: Type.String() });

/** `GET /api/members`, numbers masked and no names, and `GET /api/members/:memberId/number`, for a reason. */
export function memberRoutes(server: FastifyInstance, deps: CallDeps): void {
  const routes = typed(server);
  listRoute(routes, deps);
  numberRoute(routes, deps);
}

function listRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/members',
    schema: {
      summary: 'The members who may be called, by id; numbers are masked',
      tags: ['members'],
      querystring: Query,
      response: { 200: Page },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const { limit = DEFAULT_PAGE, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, MEMBER_ID);
      if (after === null) return sendProblem(reply, 'INVALID_CURSOR');
      const size = Number(limit);
      // One more than asked for tells whether there is another page.
      const found = await app.members({ limit: size + 1, ...(after !== undefined && { after }) });
      const shown = found.slice(0, size);
      const members = shown.map(({ memberId }) => memberId);
      await recordLook(request, audit.access, { action: 'members-list', calls: [], members });
      const last = found.length > size ? members.at(-1) : undefined;
      return {
        members: shown.map(({ memberId, phoneNumber, timeZone = null }) => ({
          memberId,
          phoneNumber: maskNumber(phoneNumber),
          timeZone,
        })),
        nextCursor: last === undefined ? null : encodeCursor(last),
      };
    },
  });
}

function numberRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/members/:memberId/number',
    schema: {
      summary: 'The whole telephone number of a member',
      description: 'Needs a reason in the header x-reason, which stands in the log.',
      tags: ['members'],
      params: MemberParams,
      response: { 200: Revealed },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      if (!saysWhy(request, reply)) return reply;
      const member = await app.member(request.params.memberId);
      if (member === null) return sendProblem(reply, 'MEMBER_NOT_FOUND');
      const { memberId, phoneNumber } = member;
      await recordLook(request, audit.access, { action: 'number-revealed', calls: [], members: [memberId] });
      return { memberId, phoneNumber };
    },
  });
}
