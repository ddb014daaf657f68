import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessError } from '../audit/access/errors.ts';
import { CodedError } from '../base/coded-error.ts';
import { sendPage } from './page.ts';
import { Trouble, type TroubleWords } from './pages/trouble.tsx';
import { visitOf } from './visitor.ts';

/** Says in a page's own words what could not be done. */
export function sendTrouble(request: FastifyRequest, reply: FastifyReply, status: number, trouble: TroubleWords) {
  return sendPage(reply, Trouble({ visit: visitOf(request), ...trouble }), status);
}

/** Stores that are away, and looks that cannot be recorded: nothing is shown then. What is a bug goes on to the server. */
export function tellTroubles(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    if (!(error instanceof CodedError) || !request.visit) throw error;
    reply.header('retry-after', '5');
    return sendTrouble(request, reply, 503, {
      title: 'Not at the moment',
      words:
        error instanceof AccessError
          ? 'That you look at this cannot be put down at the moment, so nothing is shown. Try again in a moment.'
          : 'What this page is made of cannot be reached at the moment. Nothing is lost; try again in a moment.',
      link: { href: request.visit.path, words: 'Try again' },
    });
  });
}
