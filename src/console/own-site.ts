import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hostName, isLoopbackHost } from '../base/loopback.ts';
import { NOBODY } from '../http/staff-auth.ts';
import type { PageDeps } from './deps.ts';
import { sendPage } from './page.ts';
import { Refused } from './pages/refused.tsx';

/** Refuses what no page of ours has asked for, whoever it comes from, before anything of it is read. */
export function guardSite(server: FastifyInstance, { signIn }: Pick<PageDeps, 'signIn'>): void {
  const publicUrl = signIn ? new URL(signIn.publicBaseUrl) : null;
  server.addHook('onRequest', async (request, reply) => {
    if (isPrefetch(request)) return reply.code(204).send();
    if (publicUrl && !isOurHost(request, publicUrl)) return refuse(request, reply, 'host');
    if (!isOwnForm(request, publicUrl)) return refuse(request, reply, 'foreign-form');
  });
}

/** Answers with what is the matter, and takes note of it. */
export function refuse(request: FastifyRequest, reply: FastifyReply, reason: string, known = NOBODY): FastifyReply {
  request.turnedAway = known;
  request.server.door.note(request, { of: 'staff', reason, problem: 'FORBIDDEN' });
  return sendPage(reply, Refused({ why: reason }), 403);
}

/** Browsers fetch what somebody might look at; a look that nobody has taken must not stand in the log. */
function isPrefetch({ headers }: FastifyRequest): boolean {
  return [headers['sec-purpose'], headers['x-sec-purpose']].some((purpose) =>
    String(purpose ?? '').includes('prefetch'),
  );
}

/** A foreign name that leads here has cookies and pages of its own. */
function isOurHost({ headers }: FastifyRequest, publicUrl: URL): boolean {
  return headers.host === publicUrl.host || isLoopbackHost(hostName(headers.host));
}

/**
 * What changes something comes from a page of ours: its Origin is our own. Browsers send it with every POST.
 * @param publicUrl null: the guard of loopback has looked at the host
 */
function isOwnForm({ method, headers }: FastifyRequest, publicUrl: URL | null): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined || !URL.canParse(origin)) return false;
  // By http anybody on the way could have written the page.
  if (publicUrl && host === publicUrl.host) return origin === publicUrl.origin;
  return new URL(origin).host === host;
}

/** Somewhere to go on: only to pages of ours, whatever is written; else the first one. */
export function pathToReturnTo(text: unknown): string {
  const base = 'https://console.invalid';
  if (typeof text !== 'string' || !/^\/console(?:[/?]|$)/.test(text) || /[\\\p{Cc}]/u.test(text)) return '/console';
  const url = new URL(text, base);
  const isOurs = url.origin === base && /^\/console(?:\/|$)/.test(url.pathname) && !url.pathname.includes('//');
  // Who has just signed in is not sent to do it again.
  const isOutside = /^\/console\/(?:sign|live|assets)/.test(url.pathname);
  return isOurs && !isOutside ? `${url.pathname}${url.search}` : '/console';
}
