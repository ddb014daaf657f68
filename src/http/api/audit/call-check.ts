import Type from 'typebox';
import { type CallCheck, VERDICTS, type Verdict } from '../../../audit/verify/one-call.ts';
import { checkInWords } from '../../../audit/verify/one-call-words.ts';
import { findingInWords } from '../../../audit/verify/words.ts';
import { foldUuid } from '../../../base/uuid.ts';
import { attach } from '../../attachment.ts';
import { recordLook, type Shown } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import { Time } from '../described.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';
import { AnyId } from './schemas.ts';

const tags = ['audit'];
const Count = Type.Integer({ minimum: 0 });
const Words = Type.Array(Type.String());
const Checkpoint = Type.Unsafe<{ size: number; at: string } | null>({
  ...Type.Object({ size: Count, at: Time }),
  type: ['object', 'null'],
});

const CheckAnswer = Type.Object({
  callSessionId: Type.String(),
  verdict: Type.Unsafe<Verdict>({ title: 'Verdict', type: 'string', enum: VERDICTS }),
  words: Words,
  findings: Words,
  entries: Count,
  coveredTo: Type.Integer({ minimum: 0, description: 'Up to which entry the newest checkpoint covers it' }),
  checkpoint: Checkpoint,
});

/** `GET /api/audit/calls/:id/check` and `.../proof`: one call, without a walk of the whole log. */
export function callCheckRoutes(server: CallServer, { audit, config }: AuditDeps): void {
  const onRequest = requireStaff(config.staff, ['Compliance']);
  server.route({
    method: 'GET',
    url: '/api/audit/calls/:id/check',
    schema: {
      summary: 'Whether a call is as the newest checkpoint has sealed it, checked now',
      tags,
      params: AnyId,
      response: { 200: CheckAnswer },
    },
    onRequest,
    async handler(request, reply) {
      const callSessionId = foldUuid(request.params.id);
      const check = await audit.callChecks.check(callSessionId);
      if (!check) return sendProblem(reply, 'CALL_NOT_FOUND');
      request.call = callSessionId;
      await recordLook(request, audit.access, lookAtCheck(callSessionId, check));
      const { verdict, entries, coveredTo, checkpoint } = check;
      const words = [...checkInWords(check)];
      return {
        callSessionId,
        verdict,
        words,
        findings: check.findings.map(findingInWords),
        entries,
        coveredTo,
        checkpoint,
      };
    },
  });

  server.route({
    method: 'GET',
    url: '/api/audit/calls/:id/proof',
    schema: {
      summary: 'That a call stands in the newest checkpoint, to be given away (C2SP tlog-proof)',
      description: '`extra` holds the leaf, whose hash the proof leads from.',
      tags,
      params: AnyId,
      produces: ['application/octet-stream'],
    },
    onRequest,
    async handler(request, reply) {
      const callSessionId = foldUuid(request.params.id);
      const proof = await audit.callChecks.proof(callSessionId);
      if (proof === null) return sendProblem(reply, 'PROOF_NOT_FOUND');
      await recordLook(request, audit.access, lookAtCheck(callSessionId, proof));
      return attach(reply, `${callSessionId}.tlog-proof`).send(proof.text);
    },
  });
}

/** It shows less of the call than its replay does. */
function lookAtCheck(callSessionId: string, { memberId }: Pick<CallCheck, 'memberId'>): Shown {
  return { action: 'replay', calls: [callSessionId], members: memberId === null ? [] : [memberId] };
}
