import Type from 'typebox';
import type { RecordedExport } from '../../../audit/export/entries.ts';
import { exportsLookedAt } from '../../../audit/export/looked-at.ts';
import { recordLook } from '../../look.ts';
import { sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import { MaybeText } from '../call-schemas.ts';
import { Time } from '../described.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';

const Ended = Type.Object({
  at: Time,
  streams: Type.Integer(),
  entries: Type.Integer(),
  calls: Type.Integer(),
  withheld: Type.Integer(),
  left: Type.Integer(),
  bytes: Type.Integer(),
  digest: Type.String(),
});
const Told = {
  exportId: Type.String(),
  at: Time,
  actor: Type.String(),
  scope: Type.Unsafe<RecordedExport['begin']['scope']>({ type: 'object', additionalProperties: true }),
  recipient: Type.Unsafe<RecordedExport['begin']['recipient']>({ type: 'object', additionalProperties: true }),
  purpose: Type.String(),
  reason: MaybeText,
  end: Type.Unsafe<Type.Static<typeof Ended> | null>({
    ...Ended,
    type: ['object', 'null'],
    description: 'Null: it was broken off, or goes on',
  }),
};
const ListQuery = Type.Object(
  {
    until: Type.Optional(Type.String({ maxLength: 10, description: 'The last day, UTC; absent: today' })),
  },
  { additionalProperties: false },
);
const ListAnswer = Type.Object({ exports: Type.Array(Type.Object(Told)) });
const OneAnswer = Type.Object({
  ...Told,
  firstLine: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'To begin its file again; null: it was another key’s',
  }),
});

const tags = ['audit'];

/** What was exported: to whom, what for, and whether it came to its end. */
export function exportsToldRoutes(server: CallServer, { audit, config }: AuditDeps): void {
  const onRequest = requireStaff(config.staff, ['Compliance']);
  server.route({
    method: 'GET',
    url: '/api/audit/exports',
    schema: {
      summary: 'What was exported within a month that ends with a day, newest first',
      tags,
      querystring: ListQuery,
      response: { 200: ListAnswer },
    },
    onRequest,
    async handler(request, reply) {
      if (!audit.exports) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      const exports = await audit.exports.recent(request.query.until ?? null);
      if (typeof exports === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: exports });
      await recordLook(request, audit.access, exportsLookedAt(exports));
      return { exports: exports.map(told) };
    },
  });
  server.route({
    method: 'GET',
    url: '/api/audit/exports/:exportId',
    schema: {
      summary: 'An export, with its first line again',
      tags,
      params: Type.Object({ exportId: Type.String({ maxLength: 64 }) }),
      response: { 200: OneAnswer },
    },
    onRequest,
    async handler(request, reply) {
      if (!audit.exports) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      const exportId = request.params.exportId.toLowerCase();
      const recorded = await audit.exports.find(exportId);
      if (!recorded) return sendProblem(reply, 'EXPORT_NOT_FOUND');
      const again = await audit.exports.again(exportId);
      await recordLook(request, audit.access, exportsLookedAt([recorded]));
      return { ...told(recorded), firstLine: typeof again === 'string' ? null : again.firstLine };
    },
  });
}

function told({ at, actor, begin, end }: RecordedExport) {
  const { exportId, scope, recipient, purpose, reason = null } = begin;
  return { exportId, at, actor, scope, recipient, purpose, reason, end: end && withoutId(end) };
}

function withoutId({ exportId: _named, ...end }: NonNullable<RecordedExport['end']>) {
  return end;
}
