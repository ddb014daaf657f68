import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessError } from '../audit/access/errors.ts';
import { CodedError } from '../base/coded-error.ts';
import { pageOf, sendPage } from './page.ts';
import { Busy } from './pages/busy.tsx';
import { Trouble, type TroubleWords } from './pages/trouble.tsx';
import type { AgainForm } from './parts/again.tsx';
import { visitOf } from './visitor.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route that takes a form with a key: what was typed is shown again when it could not be done. */
    again?: AgainForm;
  }
}

/** Says in a page's own words what could not be done. */
export function sendTrouble(request: FastifyRequest, reply: FastifyReply, status: number, trouble: TroubleWords) {
  const again = status === 503 ? againOf(request) : null;
  return sendPage(reply, Trouble({ visit: visitOf(request), ...(again && { again }), ...trouble }), status);
}

/** The form that a request was, where its route says so. */
function againOf({ routeOptions, body }: FastifyRequest): TroubleWords['again'] | null {
  const { config, url = '' } = routeOptions;
  if (!config.again) return null;
  const sent = body as Readonly<Record<string, string>>;
  const fields = [...Object.keys(config.again.typed), 'key'].map((name) => [name, sent[name] ?? '']);
  return { ...config.again, action: url, fields: Object.fromEntries(fields) };
}

/** What is said of a store that is away, and of a look that cannot be recorded. */
export function awayWords(error: CodedError<string>): string {
  if (error instanceof AccessError) {
    return 'That you look at this cannot be put down at the moment, so nothing is shown. Try again in a moment.';
  }
  return 'What this page is made of cannot be reached at the moment. Nothing is lost; try again in a moment.';
}

/** Whoever is turned away unread by a server that has too much to do is told so on a page, where a person waits for one. */
export function tellBusy(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 503 || request.visit || !waitsForPage(request)) return payload;
    return pageOf(reply, Busy());
  });
}

/** Not what scripts fetch; and not Turbo's forms: they stay, with what was typed, and say that they were not sent (`unsent.js`). */
function waitsForPage({ headers }: FastifyRequest): boolean {
  const { accept = '' } = headers;
  return accept.includes('text/html') && !accept.includes('turbo-stream') && !('x-callistra-live' in headers);
}

/** Stores that are away, and looks that cannot be recorded: nothing is shown then. What is a bug goes on to the server. */
export function tellTroubles(server: FastifyInstance): void {
  server.setErrorHandler((error, request, reply) => {
    if (!(error instanceof CodedError) || !request.visit) throw error;
    reply.header('retry-after', '5');
    return sendTrouble(request, reply, 503, {
      title: 'Not at the moment',
      words: awayWords(error),
      ...(request.method === 'GET' && { link: { href: request.url, words: 'Try again' } }),
    });
  });
}
