import type { Role } from '../../identity/staff.ts';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { figuresRoute } from './call-figures.ts';
import { listRoute } from './call-list.ts';
import { CallDetails, callDetails, StatusParams } from './call-schemas.ts';
import type { CallDeps, CallServer } from './typed-server.ts';

const READERS: readonly Role[] = ['Coordinator', 'Compliance'];

/** `GET /api/calls/status/:id`, `GET /api/calls` and `GET /api/calls/figures`. */
export function callReadRoutes(server: CallServer, deps: CallDeps): void {
  statusRoute(server, deps);
  listRoute(server, deps);
  figuresRoute(server, deps);
}

function statusRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/calls/status/:id',
    schema: {
      summary: 'Status and answers of a call',
      tags: ['calls'],
      params: StatusParams,
      response: { 200: CallDetails },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const call = await app.status(request.params.id);
      // Of a call that nobody has nothing is shown, and nothing is recorded.
      if (call === null) return sendProblem(reply, 'CALL_NOT_FOUND');
      const { callSessionId, memberId } = call.session;
      request.call = callSessionId;
      await recordLook(request, audit.access, { action: 'status', calls: [callSessionId], members: [memberId] });
      return callDetails(call);
    },
  });
}
