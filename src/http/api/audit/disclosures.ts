import type { FastifyReply } from 'fastify';
import type { RecordedForMember } from '../../../audit/disclosures/api.ts';
import { MEMBER_ID } from '../../../audit/replay/asked.ts';
import { recordLook } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';
import { AccountingAnswer, DisclosureBody, PeriodQuery, RecordedAnswer, SuspensionBody } from './disclosure-schemas.ts';
import { AnyMember } from './schemas.ts';

const tags = ['audit'];

/** Whom a member's data was told (45 CFR 164.528), and what is recorded of that by hand. */
export function disclosureRoutes(server: CallServer, deps: AuditDeps): void {
  accountingRoute(server, deps);
  recordRoutes(server, deps);
}

function accountingRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/members/:id/disclosures',
    schema: {
      summary: 'An accounting of disclosures of a member’s data, six years back unless asked otherwise',
      tags,
      params: AnyMember,
      querystring: PeriodQuery,
      response: { 200: AccountingAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const { id } = request.params;
      const found = MEMBER_ID.test(id) ? await audit.disclosures.accounting(id, request.query) : null;
      if (!found) return sendProblem(reply, 'MEMBER_NOT_FOUND');
      if (typeof found === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: found });
      const fields = Object.keys(request.query);
      await recordLook(request, audit.access, { action: 'disclosures', calls: [], members: [id], fields });
      const { disclosures, suspended, flaws } = found;
      return { ...found, disclosures: [...disclosures], suspended: [...suspended], flaws: [...flaws] };
    },
  });
}

function recordRoutes(server: CallServer, { audit, config }: AuditDeps): void {
  const onRequest = requireStaff(config.staff, ['Compliance']);
  server.route({
    method: 'POST',
    url: '/api/audit/disclosures',
    schema: {
      summary: 'Record a disclosure that was made elsewhere, or by mistake',
      tags,
      body: DisclosureBody,
      response: { 201: RecordedAnswer },
    },
    onRequest,
    async handler(request, reply) {
      return answer(reply, await audit.disclosures.record({ ...request.body, actor: request.actor }));
    },
  });
  server.route({
    method: 'POST',
    url: '/api/audit/suspensions',
    schema: {
      summary: 'Keep disclosures to an agency out of a member’s accounting until a day',
      tags,
      body: SuspensionBody,
      response: { 201: RecordedAnswer },
    },
    onRequest,
    async handler(request, reply) {
      const { oral = false, ...asked } = request.body;
      return answer(reply, await audit.disclosures.suspend({ ...asked, oral, actor: request.actor }));
    },
  });
}

function answer(reply: FastifyReply, recorded: RecordedForMember | string | null): FastifyReply {
  if (recorded === null) return sendProblem(reply, 'MEMBER_NOT_FOUND');
  if (typeof recorded === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: recorded });
  return reply.code(201).send(recorded);
}
