import type { FastifyInstance } from 'fastify';
import type { CallApp } from '../../app/api.ts';
import { sendProblem } from '../problem.ts';

/** Routes that answer also while the server sheds load. */
export const HEALTH_ROUTES = ['/health/live', '/health/ready'] as const;

/** `GET /health/live` and `GET /health/ready`. */
export function healthRoutes(server: FastifyInstance, { app }: { readonly app: Pick<CallApp, 'health'> }): void {
  const [live, ready] = HEALTH_ROUTES;
  const tags = ['operation'];
  server.get(live, { schema: { summary: 'Whether the process runs', tags } }, (_request, reply) => {
    reply.send({ status: 'live' });
  });
  server.get(
    ready,
    { schema: { summary: 'Whether calls can be placed and callbacks recorded', tags } },
    (_request, reply) => {
      const { ready, problems } = app.health();
      if (!ready) return sendProblem(reply, 'NOT_READY', { problems });
      return reply.send({ status: 'ready', problems });
    },
  );
}
