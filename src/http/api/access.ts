import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AccessFilter, AccessRecord } from '../../../projections/access.ts';
import { foldUuid } from '../../base/uuid.ts';
import { recordLook } from '../look.ts';
import { requireStaff } from '../staff-auth.ts';
import { readPlace } from './access-place.ts';
import {
  AccessList,
  AccessQuery,
  Recorded,
  ReviewList,
  ReviewQuery,
  reviewedLook,
  shownLook,
} from './access-schemas.ts';
import { encodeCursor } from './cursor.ts';
import { type CallDeps, type CallServer, typed } from './typed-server.ts';

const DEFAULT_PAGE = '50';
const tags = ['audit'];

/** Who looked at members' data, for Compliance; Compliance's own looks, for Operators; and the entry of a backup. */
export function accessRoutes(server: FastifyInstance, deps: CallDeps): void {
  const routes = typed(server);
  accessRoute(routes, deps);
  reviewRoute(routes, deps);
  backupRoute(routes, deps);
}

function accessRoute(server: CallServer, { audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/access',
    schema: {
      summary: 'Who looked at a member or a call, what somebody looked at; newest first',
      description: 'Looking here is a look, too.',
      tags,
      querystring: AccessQuery,
      response: { 200: AccessList },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const { member, call, actor, ...rest } = request.query;
      const filter = { ...(member && { member }), ...(call && { call: foldUuid(call) }), ...(actor && { actor }) };
      const page = await pageOf({ audit }, reply, filter, rest);
      if (page === null) return reply;
      const { records, fields, nextCursor } = page;
      const [calls, members] = [records.flatMap((each) => each.calls), records.flatMap((each) => each.members)];
      await recordLook(request, audit.access, {
        action: 'access',
        calls: [...new Set(calls)],
        members: [...new Set(members)],
        fields,
      });
      return { looks: records.map((each) => shownLook(each, audit.staffName)), nextCursor };
    },
  });
}

function reviewRoute(server: CallServer, { audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/access/review',
    schema: {
      summary: 'What Compliance looked at, by numbers, for whoever reviews them; newest first',
      tags,
      querystring: ReviewQuery,
      response: { 200: ReviewList },
    },
    onRequest: requireStaff(config.staff, ['Operator']),
    async handler(request, reply) {
      const { actor, ...rest } = request.query;
      const page = await pageOf({ audit }, reply, { byCompliance: true, ...(actor && { actor }) }, rest);
      if (page === null) return reply;
      const { records, fields, nextCursor } = page;
      // No member is shown, so none is named.
      await recordLook(request, audit.access, { action: 'access', calls: [], members: [], fields });
      return { looks: records.map((each) => reviewedLook(each, audit.staffName)), nextCursor };
    },
  });
}

function backupRoute(server: CallServer, { audit, config }: CallDeps): void {
  server.route({
    method: 'POST',
    url: '/api/audit/backups',
    schema: {
      summary: 'Record that the log is about to be copied',
      description: 'Asked for by `callistra backup` before it reads the log.',
      tags,
      response: { 201: Recorded },
    },
    onRequest: requireStaff(config.staff, ['Operator']),
    async handler(request, reply) {
      await recordLook(request, audit.access, { action: 'backup', calls: [], members: [] });
      return reply.code(201).send({ recorded: true, requestId: request.id });
    },
  });
}

type PageQuery = { readonly from?: string; readonly to?: string; readonly limit?: string; readonly cursor?: string };
type Page = {
  readonly records: readonly AccessRecord[];
  /** The names of the fields that were searched by. */
  readonly fields: readonly string[];
  readonly nextCursor: string | null;
};

/** Null: the query cannot be read, and that is answered. */
async function pageOf(
  { audit }: Pick<CallDeps, 'audit'>,
  reply: FastifyReply,
  filter: AccessFilter,
  { from, to, limit = DEFAULT_PAGE, cursor }: PageQuery,
): Promise<Page | null> {
  const asked = readPlace(reply, { from, to, cursor });
  if (asked === null) return null;
  const { times, before } = asked;
  const size = Number(limit);
  const whole = { ...filter, ...times };
  // One more than asked for tells whether there is another page.
  const found = await audit.looks({ filter: whole, limit: size + 1, ...(before && { before }) });
  const records = found.slice(0, size);
  const last = found.length > size ? records.at(-1) : undefined;
  return { records, fields: Object.keys(whole), nextCursor: last ? encodeCursor(last.recordId) : null };
}
