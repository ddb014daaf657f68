import type { FastifyInstance } from 'fastify';
import type { AppHealth, CallApp } from '../../app/api.ts';
import type { StaffConfig } from '../../identity/staff.ts';
import { sendProblem } from '../problem.ts';
import { recognise } from '../staff-auth.ts';

/** Routes that answer also while the server sheds load. */
export const HEALTH_ROUTES = ['/health/live', '/health/ready'] as const;

type HealthDeps = {
  readonly app: Pick<CallApp, 'health' | 'readiness'>;
  readonly staff: StaffConfig;
  readonly version: string;
  readonly isClosing: () => boolean;
};

/** `GET /health/live` and `GET /health/ready`. What is the matter is for operators; all others are told a word. */
export function healthRoutes(server: FastifyInstance, { app, staff, version, isClosing }: HealthDeps): void {
  const [live, ready] = HEALTH_ROUTES;
  const tags = ['operation'];
  server.get(live, { schema: { summary: 'Whether the process runs', tags } }, (_request, reply) => {
    if (app.health().log.restart) sendProblem(reply, 'RESTART_NEEDED');
    else reply.send({ status: 'live' });
  });
  const mayKnow = recognise(staff, ['Operator']);
  const schema = { summary: 'Whether this server can be given work; to an Operator also what is the matter', tags };
  server.get(ready, { schema: { ...schema, security: [{}, { staffKey: [] }] } }, async (request, reply) => {
    const [health, isTold] = await Promise.all([app.readiness(), mayKnow(request)]);
    const isReady = health.ready && !isClosing();
    if (!isTold) return isReady ? reply.send({ status: 'ready' }) : sendProblem(reply, 'NOT_READY');
    const details = { version, ...detailsOf(health, isClosing()) };
    return isReady
      ? reply.send({ status: 'ready', simulated: health.simulated, ...details })
      : sendProblem(reply, 'NOT_READY', details);
  });
}

function detailsOf({ problems, problemCounts }: AppHealth, isClosing: boolean) {
  const codes = Object.entries(problemCounts).flatMap(([code, count]) => (count > 0 ? [code] : []));
  if (!isClosing) return { problems, codes };
  return { problems: ['the server is shutting down', ...problems], codes: ['CLOSING', ...codes] };
}
