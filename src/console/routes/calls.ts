import type { FastifyInstance } from 'fastify';
import { readAsOf } from '../../audit/replay/as-of.ts';
import { ANY_CALL_ID } from '../../audit/replay/asked.ts';
import { lookAtReplay } from '../../audit/replay/looked-at.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Call } from '../pages/call.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { callListPage } from './call-list.ts';
import { callsCsvRoute } from './calls-csv.ts';
import { forReaders } from './for-roles.ts';

/** `GET /console/calls`, `GET /console/calls.csv` and `GET /console/calls/:id`. */
export function callPages(server: FastifyInstance, deps: PageDeps): void {
  callListPage(server, deps);
  callsCsvRoute(server, deps);
  callPage(server, deps);
}

type OneCall = { Params: { id: string }; Querystring: { asOf?: unknown } };

/** A version; what is none shows the whole call. */
function versionIn(text: unknown): number | null {
  const asOf = typeof text === 'string' ? readAsOf(text) : null;
  return asOf !== null && 'version' in asOf ? asOf.version : null;
}

function callPage(server: FastifyInstance, { app, audit, freshId }: PageDeps): void {
  server.get<OneCall>(
    '/console/calls/:id',
    { schema: { hide: true }, onRequest: forReaders },
    async (request, reply) => {
      const { id } = request.params;
      const asOf = versionIn(request.query.asOf);
      const [call, replay] = ANY_CALL_ID.test(id)
        ? await Promise.all([app.status(id), audit.replays.call(id, asOf === null ? null : { version: asOf })])
        : [null, null];
      if (!call || !replay) {
        return sendTrouble(request, reply, 404, {
          title: 'No such call',
          words:
            'Nobody has asked for a call with this id, or it was copied in part. A call just asked for may take a second.',
          link: { href: '/console/calls', words: 'All calls' },
        });
      }
      const visit = visitOf(request);
      // A call is shown also where its member was removed, or cannot be read.
      const member = await app.member(call.session.memberId).catch(() => null);
      const check = visit.role === 'Compliance' ? await audit.callChecks.check(replay.callSessionId) : null;
      await recordLook(request, audit.access, lookAtReplay(replay, false));
      return sendPage(reply, Call({ visit, call, replay, asOf, check, member, key: freshId() }));
    },
  );
}
