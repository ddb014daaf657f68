import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallFilter, CallPage } from '../../../projections/ports.ts';
import type { Role } from '../../identity/staff.ts';
import { preferredType } from '../accept.ts';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { callsCsv } from './call-csv.ts';
import { CallList, CallQuery, type ListedCall, listedCall, listedRow } from './call-schemas.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { readTimes } from './times.ts';
import type { CallDeps, CallServer } from './typed-server.ts';

const URL = '/api/calls';
const READERS: readonly Role[] = ['Coordinator', 'Compliance'];
const DEFAULT_PAGE = '50';
const TYPES = ['application/json', 'text/csv'] as const;

/** `GET /api/calls`, as JSON or CSV. */
export function listRoute(server: CallServer, { app, audit, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: URL,
    schema: {
      summary: 'Calls, newest first',
      description: 'As JSON or, asked for by the header Accept, as CSV. The header Link leads to the next page.',
      tags: ['calls'],
      querystring: CallQuery,
      response: { 200: CallList },
    },
    onRequest: requireStaff(config.staff, READERS),
    preValidation(request, _reply, done) {
      readSeveral(request, ['status', 'disposition']);
      done();
    },
    async handler(request, reply) {
      const {
        cursor,
        limit = DEFAULT_PAGE,
        include,
        from,
        to,
        memberId,
        status,
        disposition,
        questionnaire,
      } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (after === null) return sendProblem(reply, 'INVALID_CURSOR');
      const times = readTimes({ from, to });
      if (times === null) return sendProblem(reply, 'BAD_REQUEST', { detail: 'from and to take ISO 8601 times' });
      const filter: CallFilter = {
        ...(memberId !== undefined && { memberId }),
        ...(status && { status: oneOrAll(status) }),
        ...(disposition && { disposition: oneOrAll(disposition) }),
        ...(questionnaire !== undefined && { questionnaire }),
        ...times,
      };
      const size = Number(limit);
      // One more than asked for tells whether there is another page.
      const page = { filter, limit: size + 1, ...(after !== undefined && { after }) };
      const found = await pageOf(app, page, include === 'responses');
      const calls = found.slice(0, size);
      await recordLook(request, audit.access, {
        action: include === 'responses' ? 'list-answers' : 'list',
        calls: calls.map(({ callSessionId }) => callSessionId),
        members: [...new Set(calls.map((call) => call.memberId))],
        fields: Object.keys(filter),
      });
      const last = found.length > size ? calls.at(-1) : undefined;
      const nextCursor = last ? encodeCursor(last.callSessionId) : null;
      reply.header('vary', 'accept');
      if (nextCursor !== null) reply.header('link', `<${withCursor(request, nextCursor)}>; rel="next"`);
      if (preferredType(request.headers.accept, TYPES) === 'application/json') return { calls, nextCursor };
      const csv = callsCsv(calls, include === 'responses' ? app.questions() : null);
      return sendCsv(reply, csv);
    },
  });
}

function sendCsv(reply: FastifyReply, csv: string): FastifyReply {
  return reply.header('content-type', 'text/csv; charset=utf-8').send(csv);
}

async function pageOf(app: CallDeps['app'], page: CallPage, isWhole: boolean): Promise<ListedCall[]> {
  if (isWhole) return (await app.listWhole(page)).map(listedCall);
  return (await app.list(page)).map(listedRow);
}

/** Each of these may be given several times, or its values with commas between. */
function readSeveral({ query }: FastifyRequest, names: readonly string[]): void {
  const given = query as Record<string, string | string[] | undefined>;
  for (const name of names) {
    const values = given[name];
    if (values === undefined) continue;
    given[name] = [...new Set([values].flat().flatMap((value) => value.split(',')))];
  }
}

function oneOrAll<Value>(values: readonly Value[]): Value | readonly Value[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}

/** The same question, from another place on. */
function withCursor({ url }: FastifyRequest, cursor: string): string {
  const query = new URLSearchParams(url.split('?')[1]);
  query.set('cursor', cursor);
  return `${URL}?${query}`;
}
