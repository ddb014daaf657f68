import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Replay } from '../../../audit/replay/api.ts';
import { readAsOf } from '../../../audit/replay/as-of.ts';
import { ANY_CALL_ID } from '../../../audit/replay/asked.ts';
import { lookAtReplay } from '../../../audit/replay/looked-at.ts';
import { recordLook, saysWhy } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';
import { AnyId, ReplayAnswer, ReplayQuery } from './schemas.ts';

/** `GET /api/audit/calls/:id`. */
export function replayRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/calls/:id',
    schema: {
      summary: 'A call, entry by entry, in words',
      description:
        'The member’s number is masked. `raw` adds the entries as they are stored, numbers and all: it is for Compliance, and needs a reason.',
      tags: ['audit'],
      params: AnyId,
      querystring: ReplayQuery,
      response: { 200: ReplayAnswer },
    },
    // Whoever has both roles looks as Compliance.
    onRequest: requireStaff(config.staff, ['Compliance', 'Coordinator']),
    async handler(request, reply) {
      const { asOf: text, raw } = request.query;
      const asOf = text === undefined ? null : readAsOf(text);
      if (text !== undefined && asOf === null)
        return sendProblem(reply, 'BAD_REQUEST', { detail: 'asOf takes a version, or an ISO 8601 time with its zone' });
      const isRaw = raw === 'true';
      if (isRaw && !request.staff?.roles.includes('Compliance')) return refuseRaw(request, reply);
      if (isRaw && !saysWhy(request, reply)) return reply;
      const { id } = request.params;
      const replay = ANY_CALL_ID.test(id) ? await audit.replays.call(id, asOf) : null;
      if (!replay) return sendProblem(reply, 'CALL_NOT_FOUND');
      request.call = replay.callSessionId;
      await recordLook(request, audit.access, lookAtReplay(replay, isRaw));
      return { ...answer(replay), asOf: text ?? null, ...(isRaw && { raw: [...replay.entries] }) };
    },
  });
}

function refuseRaw(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.turnedAway = request.staff;
  request.server.door.refuse(request, reply, { of: 'staff', reason: 'role', problem: 'FORBIDDEN' });
  return reply;
}

function answer({ callSessionId, memberId, phoneNumber, steps, flaws }: Replay) {
  const shown = steps.map((step) => ({
    ...step,
    state: step.state && { ...step.state, answers: [...step.state.answers] },
  }));
  return { callSessionId, memberId, phoneNumber, steps: shown, flaws: [...flaws] };
}
