import type { FastifyInstance } from 'fastify';
import { maskNumber } from '../../domain/member/phone-number.ts';
import type { Role } from '../../identity/staff.ts';
import { recordLook, saysWhy } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { MemberParams } from './call-schemas.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { importRoute, removeRoute } from './member-changes.ts';
import {
  DEFAULT_PAGE,
  MEMBER_ID,
  MemberShown,
  MembersQuery,
  MembersShown,
  NumberShown,
  shownMember,
} from './member-schemas.ts';
import { searchRoute } from './member-search.ts';
import { type CallDeps, type CallServer, type MemberDeps, typed } from './typed-server.ts';

const READERS: readonly Role[] = ['Coordinator', 'Compliance'];

/** What there is to see of members, masked and without names but for a reason; and importing and removing them. */
export function memberRoutes(server: FastifyInstance, deps: MemberDeps): void {
  const routes = typed(server);
  listRoute(routes, deps);
  searchRoute(routes, deps);
  memberRoute(routes, deps);
  numberRoute(routes, deps);
  removeRoute(routes, deps);
  server.register(async (scope) => importRoute(scope, deps));
}

function listRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/members',
    schema: {
      summary: 'The members who may be called, by id; numbers are masked',
      tags: ['members'],
      querystring: MembersQuery,
      response: { 200: MembersShown },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const { limit = DEFAULT_PAGE, cursor, search, include } = request.query;
      const isWhole = include === 'details';
      if (isWhole && !saysWhy(request, reply)) return reply;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, MEMBER_ID);
      if (after === null) return sendProblem(reply, 'INVALID_CURSOR');
      const size = Number(limit);
      // One more than asked for tells whether there is another page.
      const page = { limit: size + 1, ...(after !== undefined && { after }), ...(search !== undefined && { search }) };
      const found = await app.members(page);
      const shown = found.slice(0, size);
      const members = shown.map(({ memberId }) => memberId);
      const fields = search === undefined ? {} : { fields: ['search'] };
      const action = isWhole ? 'members-export' : 'members-list';
      await recordLook(request, audit.access, { action, calls: [], members, ...fields });
      const last = found.length > size ? members.at(-1) : undefined;
      return {
        members: shown.map((member) => shownMember(member, isWhole)),
        nextCursor: last === undefined ? null : encodeCursor(last),
      };
    },
  });
}

function memberRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/members/:memberId',
    schema: {
      summary: 'A member; the number is masked',
      tags: ['members'],
      params: MemberParams,
      response: { 200: MemberShown },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const member = await app.member(request.params.memberId);
      if (member === null) return sendProblem(reply, 'MEMBER_NOT_FOUND');
      const { memberId, phoneNumber, name, timeZone = null } = member;
      await recordLook(request, audit.access, { action: 'member', calls: [], members: [memberId] });
      return { memberId, phoneNumber: maskNumber(phoneNumber), hasName: name !== undefined, timeZone };
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
      response: { 200: NumberShown },
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
