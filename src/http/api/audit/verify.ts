import Type from 'typebox';
import { verificationLookedAt } from '../../../audit/verify/looked-at.ts';
import type { LastVerification } from '../../../audit/verify/results.ts';
import { recordLook } from '../../look.ts';
import { requireStaff } from '../../staff-auth.ts';
import { Time } from '../described.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';

const Count = Type.Integer({ minimum: 0 });
const Finding = Type.Object({
  stream: Type.String(),
  version: Count,
  kind: Type.String(),
  detail: Type.Optional(Type.String()),
});
const RestsOn = Type.Object({
  key: Type.String({ description: '`own`: it convinces the owner of the server only' }),
  known: Count,
  cosignedBy: Type.Array(Type.String()),
  witnesses: Count,
  size: Count,
});
const Last = Type.Object({
  at: Time,
  actor: Type.String(),
  scope: Type.String({ description: '`all`, or `recent`: what was registered within two days' }),
  streams: Count,
  entries: Count,
  simulatedCalls: Type.Optional(Count),
  findingCount: Count,
  noteCount: Count,
  findings: Type.Array(Finding, { description: 'the first of them' }),
  restsOn: Type.Union([RestsOn, Type.Null()]),
});
const UnderWay = Type.Object({ streams: Count, entries: Count, findingCount: Count });
const Answer = Type.Object({
  underWay: Type.Union([UnderWay, Type.Null()]),
  last: Type.Union([Last, Type.Null()]),
});
const Begun = Type.Object({ status: Type.Literal('Verifying') });

const tags = ['audit'];
const URL = '/api/audit/verify';

/** `POST` and `GET /api/audit/verify`: compliance needs no rights on the storage. */
export function verifyRoutes(server: CallServer, { audit, config }: AuditDeps): void {
  const onRequest = requireStaff(config.staff, ['Compliance']);
  server.route({
    method: 'POST',
    url: URL,
    schema: { summary: 'Check that nothing of the log was altered, in the background', tags, response: { 202: Begun } },
    onRequest,
    async handler(request, reply) {
      // One that is under way already checks what this one would.
      audit.verifications.begin(request.actor);
      return reply.code(202).header('location', URL).send({ status: 'Verifying' });
    },
  });
  server.route({
    method: 'GET',
    url: URL,
    schema: { summary: 'What is being checked, and what the last check found', tags, response: { 200: Answer } },
    onRequest,
    async handler(request) {
      const { underWay, last } = audit.verifications.status();
      await recordLook(request, audit.access, { action: 'verify', ...verificationLookedAt(last) });
      const progress = underWay && {
        streams: underWay.streams,
        entries: underWay.entries,
        findingCount: underWay.findingCount,
      };
      return { underWay: progress, last: last && shown(last) };
    },
  });
}

function shown({ findings, restsOn, ...last }: LastVerification) {
  return {
    ...last,
    findings: [...findings],
    restsOn: restsOn && { ...restsOn, cosignedBy: [...restsOn.cosignedBy] },
  };
}
