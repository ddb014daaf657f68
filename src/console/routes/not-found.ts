import type { FastifyInstance } from 'fastify';
import { sendTrouble } from '../troubles.ts';

/** What is no page says so on one. */
export function notFoundRoute(server: FastifyInstance): void {
  server.get('/console/*', { schema: { hide: true } }, (request, reply) =>
    sendTrouble(request, reply, 404, {
      title: 'No such page',
      words: 'There is nothing at this address: it may have been copied in part, or be of another release.',
      link: { href: '/console', words: 'Today' },
    }),
  );
}
