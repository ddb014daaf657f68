import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { encodeCursor } from './cursor.ts';
import {
  DayQuery,
  DiscardBody,
  DiscardManyBody,
  ItemList,
  ItemParams,
  isDayOrNone,
  ListQuery,
  meantBy,
  queryOf,
} from './quarantine-schemas.ts';
import { type CallDeps, type CallServer, typed } from './typed-server.ts';

const tags = ['operation'];
const NO_SUCH_DAY = { detail: 'day takes a day that there is' };

/** The operators' routes to callbacks whose call the log does not know. What the callbacks say is not shown. */
export function quarantineRoutes(server: FastifyInstance, deps: CallDeps): void {
  const routes = typed(server);
  listRoute(routes, deps);
  discardManyRoute(routes, deps);
  itemRoutes(routes, deps);
}

function listRoute(routes: CallServer, { app, audit, config }: CallDeps): void {
  routes.get(
    '/api/quarantine',
    {
      schema: {
        summary: 'Callbacks that wait for their call to be known, oldest first',
        tags,
        querystring: ListQuery,
        response: { 200: ItemList },
      },
      onRequest: requireStaff(config.staff, ['Operator']),
    },
    async (request, reply) => {
      const query = queryOf(request.query);
      if (query === null) return sendProblem(reply, 'INVALID_CURSOR');
      if (!isDayOrNone(request.query.day)) return sendProblem(reply, 'BAD_REQUEST', NO_SUCH_DAY);
      const { items, total, next } = await app.quarantined(query, request.query.state);
      const calls = new Set(items.flatMap(({ callSessionId }) => callSessionId ?? []));
      const fields = Object.keys(query.filter ?? {});
      await recordLook(request, audit.access, { action: 'quarantine', calls: [...calls], members: [], fields });
      return { items: [...items], total, nextCursor: next === null ? null : encodeCursor(next) };
    },
  );
}

function discardManyRoute(routes: CallServer, { app, config }: CallDeps): void {
  routes.post(
    '/api/quarantine/discard',
    {
      schema: {
        summary: 'Give many callbacks up that wait, by their ids or by a filter',
        tags,
        body: DiscardManyBody,
        response: { 200: Type.Object({ discarded: Type.Integer(), left: Type.Integer() }) },
      },
      onRequest: requireStaff(config.staff, ['Operator']),
    },
    async (request, reply) => {
      const { actor, body } = request;
      const meant = meantBy(body);
      if (meant === null) return sendProblem(reply, 'BAD_REQUEST', { detail: 'either ids, or filter with its limit' });
      if ('filter' in meant && !isDayOrNone(meant.filter.day)) return sendProblem(reply, 'BAD_REQUEST', NO_SUCH_DAY);
      return app.discardManyQuarantined({ meant, actor, reason: body.reason });
    },
  );
}

function itemRoutes(routes: CallServer, { app, config }: CallDeps): void {
  const onRequest = requireStaff(config.staff, ['Operator']);
  const params = ItemParams;
  const querystring = DayQuery;

  routes.post(
    '/api/quarantine/:id/release',
    { schema: { summary: 'Hand a callback to its call', tags, params, querystring }, onRequest },
    async (request, reply) => {
      const { params, query, actor } = request;
      if (!isDayOrNone(query.day)) return sendProblem(reply, 'BAD_REQUEST', NO_SUCH_DAY);
      const result = await app.releaseQuarantined(params.id, actor, query.day);
      if (result === 'not-found') return sendProblem(reply, 'NOT_IN_QUARANTINE');
      if (result === 'call-unknown') return sendProblem(reply, 'CALL_STILL_UNKNOWN');
      return reply.send({ status: 'Released' });
    },
  );

  routes.post(
    '/api/quarantine/:id/discard',
    {
      schema: {
        summary: 'Give a callback up; it stays in the log',
        tags,
        params,
        querystring,
        body: DiscardBody,
      },
      onRequest,
    },
    async (request, reply) => {
      const { params, query, actor, body } = request;
      if (!isDayOrNone(query.day)) return sendProblem(reply, 'BAD_REQUEST', NO_SUCH_DAY);
      const done = await app.discardQuarantined(params.id, actor, body.reason, query.day);
      return done ? reply.send({ status: 'Discarded' }) : sendProblem(reply, 'NOT_IN_QUARANTINE');
    },
  );
}
