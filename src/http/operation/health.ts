import type { FastifyInstance } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import { sendProblem } from '../problem.ts';

/** Routes that answer also while the server sheds load. */
export const HEALTH_ROUTES = ['/health/live', '/health/ready'] as const;

type HealthDeps = { readonly app: Pick<CallApp, 'health' | 'readiness'>; readonly isClosing: () => boolean };

/** `GET /health/live` and `GET /health/ready`. */
export function healthRoutes(server: FastifyInstance, { app, isClosing }: HealthDeps): void {
  const [live, ready] = HEALTH_ROUTES;
  const tags = ['operation'];
  server.get(live, { schema: { summary: 'Whether the process runs', tags } }, (_request, reply) => {
    if (app.health().log.restart) sendProblem(reply, 'RESTART_NEEDED');
    else reply.send({ status: 'live' });
  });
  server.get(ready, { schema: { summary: 'Whether this server can be given work', tags } }, async (_request, reply) => {
    const { ready, simulated, problems, problemCounts } = await app.readiness();
    const codes = Object.entries(problemCounts).flatMap(([code, count]) => (count > 0 ? [code] : []));
    if (isClosing()) {
      const closing = { problems: ['the server is shutting down', ...problems], codes: ['CLOSING', ...codes] };
      return sendProblem(reply, 'NOT_READY', closing);
    }
    if (!ready) return sendProblem(reply, 'NOT_READY', { problems, codes });
    return reply.send({ status: 'ready', simulated, problems, codes });
  });
}
