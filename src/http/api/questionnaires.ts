import type { FastifyInstance } from 'fastify';
import { deedsIn } from '../../domain/call/rehearsal.ts';
import type { Role } from '../../identity/staff.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import {
  HashParams,
  RehearsalQuery,
  Rehearsed,
  rehearsalOf,
  Script,
  ScriptList,
  scriptOf,
  summaryOf,
} from './questionnaire-schemas.ts';
import { type CallDeps, typed } from './typed-server.ts';

const EVERYBODY: readonly Role[] = ['Coordinator', 'Compliance', 'Operator'];
const tags = ['questionnaires'];

/** The scripts that were ever in force, and going through one without a call. They hold nothing of anybody. */
export function questionnaireRoutes(server: FastifyInstance, { app, config }: Pick<CallDeps, 'app' | 'config'>): void {
  const routes = typed(server);
  const onRequest = requireStaff(config.staff, EVERYBODY);
  const params = HashParams;

  routes.get(
    '/api/questionnaires',
    { schema: { summary: 'Scripts, the one in force first', tags, response: { 200: ScriptList } }, onRequest },
    async () => {
      const { scripts, isWhole } = await app.scripts();
      return { questionnaires: scripts.map(summaryOf), isWhole };
    },
  );

  routes.get(
    '/api/questionnaires/:hash',
    { schema: { summary: 'A script, and what was found in it', tags, params, response: { 200: Script } }, onRequest },
    async (request, reply) => {
      const script = await app.script(request.params.hash);
      return script ? scriptOf(script) : sendProblem(reply, 'QUESTIONNAIRE_NOT_FOUND');
    },
  );

  routes.get(
    '/api/questionnaires/:hash/rehearsal',
    {
      schema: {
        summary: 'Go through a script without a call; nothing of it is kept',
        tags,
        params,
        querystring: RehearsalQuery,
        response: { 200: Rehearsed },
      },
      onRequest,
    },
    async (request, reply) => {
      const rehearsal = await app.rehearse(request.params.hash, deedsIn(request.query.did ?? '') ?? []);
      return rehearsal ? rehearsalOf(rehearsal) : sendProblem(reply, 'QUESTIONNAIRE_NOT_FOUND');
    },
  );
}
