import Type from 'typebox';
import { CALL_STATUSES, type CallStatus } from '../../domain/call/call.ts';
import type { Role } from '../../identity/staff.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { MaybeDisposition } from './call-schemas.ts';
import { named, Time } from './described.ts';
import { readTimes } from './times.ts';
import type { CallDeps, CallServer } from './typed-server.ts';

const READERS: readonly Role[] = ['Coordinator', 'Compliance', 'Operator'];
/** A longer time would be an answer of megabytes. */
const LONGEST_MS = 31 * 86_400_000;

const FiguresQuery = Type.Object(
  {
    from: Type.String({ maxLength: 40, description: 'Hours that begin at or after, ISO 8601' }),
    to: Type.String({ maxLength: 40, description: 'and before; 31 days later at most' }),
  },
  { additionalProperties: false },
);

const Figure = Type.Object({
  hour: Time,
  status: Type.Unsafe<CallStatus>({ type: 'string', enum: CALL_STATUSES }),
  disposition: MaybeDisposition,
  questionnaire: Type.String(),
  calls: Type.Integer({ description: 'How many were created in this hour and stand so now' }),
});
const Figures = Type.Object({ figures: Type.Array(named('Figure', Figure)) });

/** `GET /api/calls/figures`: how many calls there are of each kind, for every role: nothing of a member is in it. */
export function figuresRoute(server: CallServer, { app, config }: CallDeps): void {
  server.route({
    method: 'GET',
    url: '/api/calls/figures',
    schema: {
      summary: 'How many calls, by hour, outcome and script',
      description: 'Of whole hours of UTC.',
      tags: ['calls'],
      querystring: FiguresQuery,
      response: { 200: Figures },
    },
    onRequest: requireStaff(config.staff, READERS),
    async handler(request, reply) {
      const times = readTimes(request.query);
      if (!times?.from || !times.to)
        return sendProblem(reply, 'BAD_REQUEST', { detail: 'from and to take ISO 8601 times' });
      if (Date.parse(times.to) - Date.parse(times.from) > LONGEST_MS) {
        return sendProblem(reply, 'BAD_REQUEST', { detail: 'from and to are 31 days apart at most' });
      }
      const figures = await app.figures(times.from, times.to);
      return { figures: [...figures].sort((a, b) => (a.hour < b.hour ? -1 : 1)) };
    },
  });
}
