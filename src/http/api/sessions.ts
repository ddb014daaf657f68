import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { endAllOf, nameMeant, sessionsOf } from '../../audit/sessions/of-somebody.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import type { AuditDeps } from './audit/deps.ts';
import { MaybeText } from './call-schemas.ts';
import { typed } from './typed-server.ts';

const tags = ['operation'];
const NO_NAME = 'a name is that of an API key or an object id of Entra ID, such as anna or coordinator:anna';

const Params = Type.Object({
  name: Type.String({ maxLength: 80, description: 'As the log names them, with the role before it or without' }),
});
const EndBody = Type.Object(
  { reason: Type.String({ pattern: '\\S', maxLength: 500, description: 'Why; it stays in the log' }) },
  { additionalProperties: false },
);
const Sessions = Type.Object({
  name: Type.String(),
  sessions: Type.Array(
    Type.Object({
      beganAt: Type.String(),
      expiresAt: Type.String(),
      roles: Type.Array(Type.String()),
      address: MaybeText,
    }),
  ),
});
const Ended = Type.Object({
  name: Type.String(),
  ended: Type.Integer({ description: 'How many there were; every instance heeds it within 15 seconds' }),
});

/** Who is signed in to the console under a name, and the end of that: the operators' routes. */
export function sessionRoutes(server: FastifyInstance, { audit, config }: AuditDeps): void {
  const onRequest = requireStaff(config.staff, ['Operator']);
  const routes = typed(server);
  routes.get(
    '/api/sessions/:name',
    {
      schema: {
        summary: 'Where somebody is signed in to the console',
        tags,
        params: Params,
        response: { 200: Sessions },
      },
      onRequest,
    },
    async (request, reply) => {
      const name = nameMeant(request.params.name);
      if (name === null) return sendProblem(reply, 'BAD_REQUEST', { detail: NO_NAME });
      const found = await sessionsOf(audit.sessions, name);
      const sessions = found.map(({ beganAt, expiresAt, roles, address }) => {
        return { beganAt, expiresAt, roles: [...roles], address };
      });
      return { name, sessions };
    },
  );
  routes.post(
    '/api/sessions/:name/end',
    {
      schema: {
        summary: 'Sign somebody out everywhere',
        tags,
        params: Params,
        body: EndBody,
        response: { 200: Ended },
      },
      onRequest,
    },
    async (request, reply) => {
      const name = nameMeant(request.params.name);
      if (name === null) return sendProblem(reply, 'BAD_REQUEST', { detail: NO_NAME });
      const asked = { name, actor: request.actor, reason: request.body.reason.trim() };
      return { name, ended: await endAllOf(audit.sessions, asked) };
    },
  );
}
