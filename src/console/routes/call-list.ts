import type { FastifyInstance, FastifyRequest } from 'fastify';
import { recordLook } from '../../http/look.ts';
import { addressOf, type CallsAsked, filterOf, readAsked } from '../calls-asked.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Calls } from '../pages/calls.tsx';
import { visitOf } from '../visitor.ts';
import { type CallsPage, type CallsPlace, isCallId, newestShown, pageOf } from './calls-page.ts';
import { forReaders } from './for-roles.ts';
import { lookAtCalls } from './looked-at.ts';

const PATH = '/console/calls';

type ListQuery = { Querystring: Readonly<Record<string, unknown>> };

/** `GET /console/calls`. */
export function callListPage(server: FastifyInstance, { app, audit }: PageDeps): void {
  server.get<ListQuery>(PATH, { schema: { hide: true }, onRequest: forReaders }, async (request, reply) => {
    const asked = readAsked(request.query);
    // A form sends its empty fields, too. Whoever copies the address wants what was asked.
    if (Object.values(request.query).includes('')) return reply.redirect(addressOf(PATH, asked), 302);
    const visit = visitOf(request);
    const filter = filterOf(asked, visit.zone);
    if (typeof filter === 'string') return sendPage(reply, Calls({ visit, asked, page: filter }), 400);
    const place = placeIn(request);
    const page = await pageOf(app, filter, place);
    if (page.calls.length > 0) await recordLook(request, audit.access, lookAtCalls(page.calls, Object.keys(filter)));
    return sendPage(reply, Calls({ visit, asked, page: { ...page, ...addresses(asked, page, place) } }));
  });
}

function placeIn(request: FastifyRequest): CallsPlace {
  const { after, before } = request.query as Readonly<Record<string, unknown>>;
  const newest = newestShown(request);
  if (isCallId(after)) return { after };
  if (isCallId(before)) return { before };
  return newest === undefined ? {} : { newest };
}

/** Where the pages beside this one are; and from which call on this one counts what is new, null where it does not. */
function addresses(asked: CallsAsked, { calls, hasNewer, hasOlder }: CallsPage, { newest }: CallsPlace) {
  const [first, last] = [calls[0]?.callSessionId, calls.at(-1)?.callSessionId];
  const newer = first === undefined ? addressOf(PATH, asked) : addressOf(PATH, asked, { before: first });
  return {
    newer: hasNewer ? newer : null,
    older: hasOlder && last !== undefined ? addressOf(PATH, asked, { after: last }) : null,
    newest: hasNewer ? null : (newest ?? first ?? null),
  };
}
