import type { FastifyInstance } from 'fastify';

/**
 * What every answer says to browsers: believe its type, and come by https only. By http a browser does not heed the second;
 * other hosts under the same name are not ours to decide on.
 */
export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
} as const;

/** Before all other hooks: some of them answer. */
export function addSafeHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SAFE_HEADERS);
    done();
  });
}
