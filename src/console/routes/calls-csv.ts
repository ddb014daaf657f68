import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallFilter } from '../../../projections/ports.ts';
import { csvLine } from '../../base/csv.ts';
import { callsCsvHead, callsCsvLines } from '../../http/api/call-csv.ts';
import { listedRow } from '../../http/api/call-schemas.ts';
import { recordLook } from '../../http/look.ts';
import { filterOf, readAsked } from '../calls-asked.ts';
import type { PageDeps } from '../deps.ts';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forReaders } from './for-roles.ts';
import { lookAtCalls } from './looked-at.ts';

/** So many calls at once are read, put down as looked at, and sent. */
const ROWS_AT_ONCE = 500;
/** Whoever wants more takes fewer days, or asks the API page by page. */
export const CSV_ROWS_MAX = 10_000;

type Query = { Querystring: Readonly<Record<string, unknown>> };

/** `GET /console/calls.csv`: the calls of a filter as a file, which says where it is cut. */
export function callsCsvRoute(server: FastifyInstance, deps: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get<Query>('/console/calls.csv', options, async (request, reply) => {
    const filter = filterOf(readAsked(request.query), visitOf(request).zone);
    if (typeof filter === 'string') {
      const link = { href: '/console/calls', words: 'All calls' };
      return sendTrouble(request, reply, 400, { title: 'No file', words: filter, link });
    }
    const parts = partsOf(deps, request, filter);
    // Before anything is answered, so that what cannot be given is a page and no broken file.
    const first = await parts.next();
    reply.type('text/csv; charset=utf-8').header('cache-control', 'no-store');
    reply.header('content-disposition', 'attachment; filename="calls.csv"');
    return reply.send(Readable.from(goOn(first, parts), { objectMode: false }));
  });
}

async function* goOn(first: IteratorResult<string>, parts: AsyncGenerator<string>): AsyncGenerator<string> {
  yield callsCsvHead(0);
  if (first.done !== true) yield first.value;
  yield* parts;
}

/** Each part is put down as looked at before it is sent. */
async function* partsOf({ app, audit }: PageDeps, request: FastifyRequest, filter: CallFilter): AsyncGenerator<string> {
  let after: string | undefined;
  for (let sent = 0; sent < CSV_ROWS_MAX; sent += ROWS_AT_ONCE) {
    const found = await app.list({ filter, limit: ROWS_AT_ONCE + 1, ...(after !== undefined && { after }) });
    const calls = found.slice(0, ROWS_AT_ONCE);
    if (calls.length === 0) return;
    const look = { ...lookAtCalls(calls, Object.keys(filter)), action: 'calls-export' } as const;
    await recordLook(request, audit.access, look);
    yield callsCsvLines(calls.map(listedRow), 0);
    if (found.length <= ROWS_AT_ONCE) return;
    after = calls.at(-1)?.callSessionId;
  }
  yield csvLine([`Cut after ${CSV_ROWS_MAX} calls: there are older ones. Choose fewer days.`]);
}
