import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import type { HelpResult } from '../../app/api.ts';
import { foldUuid } from '../../base/uuid.ts';
import { recordLook } from '../look.ts';
import { type ProblemCode, sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { CallParams, MaybeText } from './call-schemas.ts';
import { type CallDeps, type CallServer, typed } from './typed-server.ts';

const CHECK = '/api/calls/:callSessionId/check';
const CLOSE = '/api/calls/:callSessionId/close';

/** Where calls that are stuck are helped to their end. */
export const HELP_ROUTES: readonly string[] = [CHECK, CLOSE];

const ReasonBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500, description: 'Why; it stays in the log of the call' }) },
  { additionalProperties: false },
);
const Helped = Type.Object({
  callSessionId: Type.String(),
  status: Type.String({ description: 'Checking, Closed, or Resumed for a call that had been set aside and goes on' }),
});
const Stuck = Type.Object({
  callSessionId: Type.String(),
  why: Type.String({ description: 'parked, overdue or later-release' }),
  at: MaybeText,
  since: MaybeText,
  canCheck: Type.Boolean(),
  canClose: Type.Boolean(),
  next: Type.String({ description: 'What to do, in words' }),
});
const StuckList = Type.Object({
  calls: Type.Array(Stuck),
  more: Type.Boolean({ description: 'Others are shown when these are done with' }),
});

const tags = ['operation'];

/** The operators' routes to calls that nothing moves on by itself. Nothing of a member is shown. */
export function stuckRoutes(server: FastifyInstance, deps: CallDeps): void {
  const routes = typed(server);
  listRoute(routes, deps);
  const { app } = deps;
  helpRoute(routes, deps, { url: CHECK, summary: 'Ask the provider about a call now', help: app.check });
  helpRoute(routes, deps, { url: CLOSE, summary: 'Close an overdue call as unknown', help: app.closeCall });
}

function listRoute(routes: CallServer, { app, audit, config }: CallDeps): void {
  routes.get(
    '/api/calls/stuck',
    {
      schema: { summary: 'Calls that are set aside or overdue', tags, response: { 200: StuckList } },
      onRequest: requireStaff(config.staff, ['Operator']),
    },
    async (request) => {
      const { calls, more } = await app.stuck();
      const shown = calls.map(({ callSessionId }) => callSessionId);
      await recordLook(request, audit.access, { action: 'list', calls: shown, members: [], fields: ['stuck'] });
      return { calls: [...calls], more };
    },
  );
}

type HelpRoute = {
  readonly url: string;
  readonly summary: string;
  readonly help: CallDeps['app']['check'];
};

function helpRoute(routes: CallServer, { config }: CallDeps, { url, summary, help }: HelpRoute): void {
  routes.post(
    url,
    {
      schema: { summary, tags, params: CallParams, body: ReasonBody, response: { 202: Helped } },
      onRequest: requireStaff(config.staff, ['Operator']),
    },
    async (request, reply) => {
      const callSessionId = foldUuid(request.params.callSessionId);
      const result = await help({ callSessionId, actor: request.actor, reason: request.body.reason });
      return answer(reply, callSessionId, result);
    },
  );
}

const REFUSALS: Readonly<Partial<Record<HelpResult, ProblemCode>>> = {
  'unknown-call': 'CALL_NOT_FOUND',
  'already-ended': 'CALL_ENDED',
  'not-overdue': 'CALL_NOT_OVERDUE',
  'no-leg': 'CALL_WITHOUT_CONNECTION',
  foreign: 'CALL_OF_LATER_RELEASE',
};

function answer(reply: FastifyReply, callSessionId: string, result: HelpResult) {
  const refused = REFUSALS[result];
  if (refused) return sendProblem(reply, refused);
  const status = `${result.charAt(0).toUpperCase()}${result.slice(1)}`;
  return reply.code(202).send({ callSessionId, status });
}
