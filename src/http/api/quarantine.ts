import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { named, Time } from './described.ts';
import { type CallDeps, typed } from './typed-server.ts';

const ItemParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) });
const DiscardBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500 }) },
  { additionalProperties: false },
);
const Item = Type.Object({
  id: Type.String(),
  callSessionId: Type.Optional(Type.String({ description: 'Absent: Event Grid does not name it' })),
  eventId: Type.String(),
  eventType: Type.String(),
  receivedAt: Time,
  source: Type.Optional(Type.Literal(EVENT_GRID)),
  correlationId: Type.Optional(Type.String()),
  serverCallId: Type.Optional(Type.String()),
  flaw: Type.Optional(Type.String({ description: 'Why it can only be discarded' })),
});

const tags = ['operation'];

/** The operators' routes to callbacks whose call the log does not know. What the callbacks say is not shown. */
export function quarantineRoutes(server: FastifyInstance, { app, audit, config }: CallDeps): void {
  const routes = typed(server);
  const onRequest = requireStaff(config.staff, ['Operator']);

  routes.get(
    '/api/quarantine',
    {
      schema: {
        summary: 'Callbacks that wait for their call to be known',
        tags,
        response: { 200: Type.Object({ items: Type.Array(named('QuarantineItem', Item)) }) },
      },
      onRequest,
    },
    async (request) => {
      const items = [...(await app.quarantined())];
      const calls = new Set(items.flatMap(({ callSessionId }) => callSessionId ?? []));
      await recordLook(request, audit.access, { action: 'quarantine', calls: [...calls], members: [] });
      return { items };
    },
  );

  routes.post(
    '/api/quarantine/:id/release',
    { schema: { summary: 'Hand a callback to its call', tags, params: ItemParams }, onRequest },
    async (request, reply) => {
      const result = await app.releaseQuarantined(request.params.id, request.actor);
      if (result === 'not-found') return sendProblem(reply, 'NOT_IN_QUARANTINE');
      if (result === 'call-unknown') return sendProblem(reply, 'CALL_STILL_UNKNOWN');
      return reply.send({ status: 'Released' });
    },
  );

  routes.post(
    '/api/quarantine/:id/discard',
    {
      schema: { summary: 'Give a callback up; it stays in the log', tags, params: ItemParams, body: DiscardBody },
      onRequest,
    },
    async (request, reply) => {
      const done = await app.discardQuarantined(request.params.id, request.actor, request.body.reason);
      return done ? reply.send({ status: 'Discarded' }) : sendProblem(reply, 'NOT_IN_QUARANTINE');
    },
  );
}
