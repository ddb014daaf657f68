import Fastify, { type FastifyInstance } from 'fastify';
import { serveWorker } from '../serve-worker.ts';
import { portOf } from './port-of.ts';
import { bareTokenCheck, type TokenCheck } from './token-check.ts';

const PROCESSED = '{"status":"Processed"}';

/** The baseline of the ingest rows: parses the body of a callback and answers as the server does. Keeps nothing. */
async function start(tokenCheck: TokenCheck | null): Promise<number> {
  const server = Fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  addRoute(server, tokenCheck);
  await server.listen({ host: '127.0.0.1', port: 0 });
  return portOf(server);
}

function addRoute(server: FastifyInstance, tokenCheck: TokenCheck | null): void {
  const check = tokenCheck && bareTokenCheck(tokenCheck);
  server.route<{ Body: Buffer }>({
    method: 'POST',
    url: '/api/calls/events',
    ...(check && { onRequest: (request) => check(request.headers.authorization ?? '') }),
    async handler(request, reply) {
      const events: unknown = JSON.parse(request.body.toString());
      if (!Array.isArray(events)) return reply.code(400).send();
      return reply.header('content-type', 'application/json; charset=utf-8').send(PROCESSED);
    },
  });
}

const handlers = { start };

export type BareRouteWorker = typeof handlers;

serveWorker(handlers);
