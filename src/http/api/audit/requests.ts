import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';
import { RequestAnswer, RequestBody } from './schemas.ts';

/** `POST /api/audit/requests`. */
export function requestRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'POST',
    url: '/api/audit/requests',
    schema: {
      summary: 'Record a request for deletion or hold of a member’s data; nothing is deleted',
      tags: ['audit'],
      body: RequestBody,
      response: { 201: RequestAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const recorded = await audit.replays.request({ ...request.body, actor: request.actor });
      return recorded ? reply.code(201).send(recorded) : sendProblem(reply, 'MEMBER_NOT_FOUND');
    },
  });
}
