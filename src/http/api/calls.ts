import type { FastifyInstance } from 'fastify';
import { foldUuid } from '../../base/uuid.ts';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { callReadRoutes } from './call-reads.ts';
import { CallParams, CancelBody, Cancelling, InitiateBody, Initiated, MemberParams } from './call-schemas.ts';
import { allowedCallbackUrl } from './callback-url.ts';
import { type CallDeps, type CallServer, typed } from './typed-server.ts';

/** Where a call is taken back. */
export const CANCEL_ROUTE = '/api/calls/:callSessionId/cancel';

/** The coordinators' routes: initiate, list, status, cancel. */
export function callRoutes(server: FastifyInstance, deps: CallDeps): void {
  acceptNoBody(server);
  const routes = typed(server);
  initiateRoute(routes, deps);
  cancelRoute(routes, deps);
  callReadRoutes(routes, deps);
}

/** Bodies are JSON and may be absent, which is the same as `{}`. */
function acceptNoBody(server: FastifyInstance): void {
  server.removeContentTypeParser('text/plain');
  server.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined) request.body = {};
    done();
  });
}

function initiateRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  const allowed = [config.publicBaseUrl, ...config.callbackUrlAllow];
  server.route({
    method: 'POST',
    url: '/api/calls/initiate/:memberId',
    schema: {
      summary: 'Call a member',
      description: 'The same Idempotency-Key gives the same call, however often it is sent, and how it stands by then.',
      tags: ['calls'],
      params: MemberParams,
      body: InitiateBody,
      response: { 202: Initiated },
    },
    onRequest: requireStaff(config.staff, ['Coordinator']),
    async handler(request, reply) {
      const key = request.headers['idempotency-key'];
      if (key !== undefined && !isIdempotencyKey(key)) return sendProblem(reply, 'INVALID_IDEMPOTENCY_KEY');
      const { callbackUrl, priority } = request.body;
      const allowedUrl = callbackUrl === undefined ? undefined : allowedCallbackUrl(callbackUrl, allowed);
      if (allowedUrl === null) return sendProblem(reply, 'CALLBACK_URL_NOT_ALLOWED');
      const result = await app.initiate({
        memberId: request.params.memberId,
        actor: request.actor,
        ...(allowedUrl !== undefined && { callbackUrl: allowedUrl }),
        ...(key !== undefined && { idempotencyKey: key }),
        ...(priority !== undefined && { priority }),
      });
      if ('callSessionId' in result) request.call = result.callSessionId;
      if (!result.ok) {
        return sendProblem(
          reply,
          result.code,
          'callSessionId' in result ? { callSessionId: result.callSessionId } : {},
        );
      }
      const { callSessionId, status, replayed } = result;
      // Of a call that has gone on, more is told than who asked for it knew.
      if (status !== 'Initiated') {
        const members = [request.params.memberId];
        await recordLook(request, audit.access, { action: 'status', calls: [callSessionId], members });
      }
      reply.header('location', `/api/calls/status/${callSessionId}`);
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(202).send({ callSessionId, status });
    },
  });
}

function cancelRoute(server: CallServer, { app, config }: CallDeps): void {
  server.route({
    method: 'POST',
    url: CANCEL_ROUTE,
    schema: {
      summary: 'Cancel a call',
      tags: ['calls'],
      params: CallParams,
      body: CancelBody,
      response: { 202: Cancelling },
    },
    onRequest: requireStaff(config.staff, ['Coordinator']),
    async handler(request, reply) {
      const callSessionId = foldUuid(request.params.callSessionId);
      const result = await app.cancel(callSessionId, request.actor, request.body.reason);
      if (result === 'unknown-call') return sendProblem(reply, 'CALL_NOT_FOUND');
      request.call = callSessionId;
      if (result === 'already-ended') return sendProblem(reply, 'CALL_ENDED');
      return reply.code(202).send({ callSessionId, status: 'Cancelling' });
    },
  });
}

function isIdempotencyKey(key: unknown): key is string {
  return typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key);
}
