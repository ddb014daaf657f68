import Type from 'typebox';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import { MaybeText } from '../call-schemas.ts';
import { Time } from '../described.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';

const Count = Type.Integer({ minimum: 0 });
const Newest = Type.Unsafe<{ size: number; at: string } | null>({
  ...Type.Object({ size: Count, at: Time }),
  type: ['object', 'null'],
});
const Witness = Type.Object({
  name: Type.String(),
  cosignedSize: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
});

const StatusAnswer = Type.Object({
  fork: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Who knows another log than this one; nothing is signed until it is opened again',
  }),
  trouble: MaybeText,
  uncoveredMs: Type.Integer({ minimum: 0, description: 'Age of the oldest entry that no checkpoint covers' }),
  treeSize: Count,
  newest: Newest,
  witnesses: Type.Array(Witness),
  everyMs: Type.Integer({ minimum: 0, description: 'So often one is made while something moves' }),
});

/** `GET /api/audit/checkpoint`: it shows nothing of a member, so it is no look. */
export function checkpointRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: '/api/audit/checkpoint',
    schema: {
      summary: 'How checkpoints and witnesses stand',
      tags: ['audit'],
      response: { 200: StatusAnswer },
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(_request, reply) {
      if (!audit.proofs) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      const { newest, witnesses, uncoveredMs, ...status } = audit.proofs.status();
      const whole = { ...status, uncoveredMs: Math.round(uncoveredMs) };
      return { ...whole, newest: newest && { size: newest.size, at: newest.at }, witnesses: [...witnesses] };
    },
  });
}
