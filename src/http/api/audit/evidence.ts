import { Type } from 'typebox';
import type { Evidence, EvidenceLook, SignedOff } from '../../../audit/evidence/api.ts';
import { recordLook } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { readTimes } from '../times.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';
import { PeriodQuery, Words } from './disclosure-schemas.ts';

const tags = ['audit'];
const RECORD_ID = /^[0-9TZ:.a-f-]{1,48}$/;

// As the audit makes them: what stands in the room of the evidence, whose tests hold it, need not be told twice.
const EvidenceAnswer = Type.Unsafe<Evidence>({ type: 'object', additionalProperties: true });
const LooksAnswer = Type.Object({
  looks: Type.Array(Type.Unsafe<EvidenceLook>({ type: 'object', additionalProperties: true })),
  nextCursor: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
});
const LooksQuery = Type.Object(
  {
    from: Type.String({ maxLength: 40, description: 'At or after, ISO 8601' }),
    to: Type.String({ maxLength: 40, description: 'Before, ISO 8601' }),
    cursor: Type.Optional(Type.String({ maxLength: 128 })),
  },
  { additionalProperties: false },
);
const SignOffBody = Type.Object(
  {
    month: Type.String({ maxLength: 7, description: 'Such as 2026-10' }),
    statement: Words(500, 'What the reviewer says of it'),
    report: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the report that was read' }),
    ),
  },
  { additionalProperties: false },
);
const SignedOffAnswer = Type.Unsafe<SignedOff>({ type: 'object', additionalProperties: true });

/** What an auditor of the whole asks for, and the sign-off of who looked. */
export function evidenceRoutes(server: CallServer, deps: AuditDeps): void {
  gatherRoute(server, deps);
  looksRoute(server, deps);
  signOffRoute(server, deps);
}

function gatherRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/evidence',
    schema: {
      summary: 'What there is to show an auditor of a period; the last whole month unless asked otherwise',
      tags,
      querystring: PeriodQuery,
      response: { 200: EvidenceAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const evidence = await audit.evidence.gather(request.query);
      if (typeof evidence === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: evidence });
      const members = [...new Set(evidence.disclosures.flatMap(({ memberIds }) => memberIds))];
      const fields = Object.keys(request.query);
      await recordLook(request, audit.access, { action: 'evidence', calls: [], members, fields });
      return evidence;
    },
  });
}

function looksRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/evidence/looks',
    schema: {
      summary: 'Who looked in a period, without whose data it was; newest first',
      tags,
      querystring: LooksQuery,
      response: { 200: LooksAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const { cursor, from, to } = request.query;
      const before = cursor === undefined ? undefined : decodeCursor(cursor, RECORD_ID);
      if (before === null) return sendProblem(reply, 'INVALID_CURSOR');
      const times = readTimes({ from, to });
      if (!times?.from || !times.to || times.from >= times.to)
        return sendProblem(reply, 'BAD_REQUEST', { detail: 'from and to take ISO 8601 times, from before to' });
      const { looks, next } = await audit.evidence.looks({ from: times.from, to: times.to }, before ?? null);
      // No member is shown, so none is named.
      await recordLook(request, audit.access, { action: 'evidence', calls: [], members: [], fields: ['from', 'to'] });
      return { looks: [...looks], nextCursor: next && encodeCursor(next) };
    },
  });
}

function signOffRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'POST',
    url: '/api/audit/sign-offs',
    schema: {
      summary: 'Sign off the review of who looked in a month',
      tags,
      body: SignOffBody,
      response: { 201: SignedOffAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const signed = await audit.evidence.signOff({ ...request.body, actor: request.actor });
      if (typeof signed === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: signed });
      return reply.code(201).send(signed);
    },
  });
}
