import type { FastifyInstance } from 'fastify';
import { ANY_CALL_ID } from '../../audit/replay/asked.ts';
import { lookAtReplay } from '../../audit/replay/looked-at.ts';
import { DISPOSITIONS } from '../../domain/call/disposition.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Call } from '../pages/call.tsx';
import { Calls, type CallsFilter } from '../pages/calls.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forReaders } from './for-roles.ts';
import { lookAtCalls } from './looked-at.ts';

const PAGE = 50;
const MEMBER_ID = /^[A-Za-z0-9._-]{1,64}$/;
const CALL_ID = /^[A-Za-z0-9-]{1,64}$/;

/** `GET /console/calls` and `GET /console/calls/:id`. */
export function callPages(server: FastifyInstance, deps: PageDeps): void {
  listPage(server, deps);
  callPage(server, deps);
}

type ListQuery = { Querystring: Readonly<Record<string, unknown>> };

function listPage(server: FastifyInstance, { app, audit }: PageDeps): void {
  server.get<ListQuery>('/console/calls', { schema: { hide: true }, onRequest: forReaders }, async (request, reply) => {
    const { after } = request.query;
    const filter = filterIn(request.query);
    const isPlace = typeof after === 'string' && CALL_ID.test(after);
    // One more than is shown tells whether there is another page.
    const found = await app.list({ filter, limit: PAGE + 1, ...(isPlace && { after }) });
    const calls = found.slice(0, PAGE);
    if (calls.length > 0) await recordLook(request, audit.access, lookAtCalls(calls, Object.keys(filter)));
    const last = found.length > PAGE ? calls.at(-1) : undefined;
    const next = last ? `/console/calls?${new URLSearchParams({ ...filter, after: last.callSessionId })}` : null;
    return sendPage(reply, Calls({ visit: visitOf(request), filter, calls, next }));
  });
}

/** An empty field of a form is no filter; what can be nobody's finds nothing rather than everything. */
function filterIn(query: Readonly<Record<string, unknown>>): CallsFilter {
  const { memberId, disposition } = query;
  const wanted = DISPOSITIONS.find((each) => each === disposition);
  const member = typeof memberId === 'string' ? memberId.trim() : '';
  return {
    ...(member !== '' && { memberId: MEMBER_ID.test(member) ? member : '-' }),
    ...(wanted && { disposition: wanted }),
  };
}

type OneCall = { Params: { id: string } };

function callPage(server: FastifyInstance, { app, audit }: PageDeps): void {
  server.get<OneCall>(
    '/console/calls/:id',
    { schema: { hide: true }, onRequest: forReaders },
    async (request, reply) => {
      const { id } = request.params;
      const [call, replay] = ANY_CALL_ID.test(id)
        ? await Promise.all([app.status(id), audit.replays.call(id, null)])
        : [null, null];
      if (!call || !replay) {
        return sendTrouble(request, reply, 404, {
          title: 'No such call',
          words:
            'Nobody has asked for a call with this id, or it was copied in part. A call just asked for may take a second.',
          link: { href: '/console/calls', words: 'All calls' },
        });
      }
      await recordLook(request, audit.access, lookAtReplay(replay, false));
      return sendPage(reply, Call({ visit: visitOf(request), call, replay }));
    },
  );
}
