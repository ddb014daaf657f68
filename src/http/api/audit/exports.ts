import { Readable } from 'node:stream';
import Type from 'typebox';
import { PURPOSES, type Purpose } from '../../../audit/access/look.ts';
import type { ExportRefusal } from '../../../audit/export/exports.ts';
import { recordLook } from '../../look.ts';
import { type ProblemCode, sendProblem } from '../../problem.ts';
import { requireStaff } from '../../staff-auth.ts';
import { MemberId } from '../call-schemas.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';

const Text = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^(?=.*\\S)[^\\u0000-\\u001f\\u007f]+$' });

const ExportBody = Type.Object(
  {
    callSessionId: Type.Optional(Type.String({ maxLength: 64 })),
    memberId: Type.Optional(MemberId),
    from: Type.Optional(Type.String({ maxLength: 40, description: 'Calls begun at or after, ISO 8601' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'Calls begun before, ISO 8601' })),
    recipient: Type.Object(
      { name: Text(200), address: Type.Optional(Text(300)) },
      { additionalProperties: false, description: 'Who is given it' },
    ),
    purpose: Type.Unsafe<Purpose>({ title: 'PurposeOfUse', type: 'string', enum: PURPOSES }),
    withhold: Type.Optional(
      Type.Array(Type.Object({ entries: Text(700), reason: Text(200) }, { additionalProperties: false }), {
        maxItems: 100,
        description: 'Entries that stay here: a type, or {stream}/{version}',
      }),
    ),
  },
  { additionalProperties: false },
);

const Begun = Type.Object({ exportId: Type.String(), firstLine: Type.String() });
const PartsBody = Type.Object(
  { after: Type.String({ maxLength: 1024 ** 2, description: 'The last note of the export so far' }) },
  { additionalProperties: false },
);

const REFUSALS: Readonly<Record<ExportRefusal, ProblemCode>> = {
  unknown: 'EXPORT_NOT_FOUND',
  'not-ours': 'EXPORT_NOTE',
  'begin-again': 'EXPORT_BEGIN_AGAIN',
};

/** A hundred reasons; and a note that names the streams of a part, and all scripts so far. */
const BEGIN_BYTES = 256 * 1024;
const NOTE_BYTES = 2 * 1024 ** 2;
const NDJSON = 'application/x-ndjson';
/** Platforms cut a request at 240 s; the last part that is begun has as long as that. */
const REQUEST_MS = 60_000;
const tags = ['audit'];

/** `POST /api/audit/exports`, and the lines of one. Platforms cut long requests, so they come in parts. */
export function exportRoutes(server: CallServer, { audit, config }: AuditDeps): void {
  const onRequest = requireStaff(config.staff, ['Compliance']);

  server.route({
    method: 'POST',
    url: '/api/audit/exports',
    bodyLimit: BEGIN_BYTES,
    schema: {
      summary: 'Begin an export of a call, a member or a period, as it is at a checkpoint that is made for it',
      tags,
      body: ExportBody,
      response: { 201: Begun },
    },
    onRequest,
    async handler(request, reply) {
      const { exports } = audit;
      if (!exports) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      const { recipient, purpose, withhold = [], ...asked } = request.body;
      const { reason, by, roles = [] } = request.staff ?? {};
      if (purpose === 'BTG' && reason === undefined) return sendProblem(reply, 'REASON_REQUIRED');
      const begun = await exports.begin(asked, {
        recipient,
        purpose,
        withhold,
        actor: request.actor,
        roles,
        requestId: request.id,
        address: request.address,
        ...(reason !== undefined && { reason }),
        ...(by !== undefined && { by }),
      });
      if (typeof begun === 'string') return sendProblem(reply, 'BAD_REQUEST', { detail: begun });
      if (begun) return reply.code(201).send(begun);
      return sendProblem(reply, asked.callSessionId !== undefined ? 'CALL_NOT_FOUND' : 'MEMBER_NOT_FOUND');
    },
  });

  server.route({
    method: 'POST',
    url: '/api/audit/exports/:exportId/parts',
    bodyLimit: NOTE_BYTES,
    schema: {
      summary: 'The lines of an export behind a note of it; whoever has no last line asks again',
      tags,
      params: Type.Object({ exportId: Type.String({ maxLength: 64 }) }),
      body: PartsBody,
      produces: [NDJSON],
    },
    onRequest,
    async handler(request, reply) {
      const { exports } = audit;
      if (!exports) return sendProblem(reply, 'CHECKPOINT_UNAVAILABLE');
      const parts = await exports.parts(request.params.exportId.toLowerCase(), request.body.after, (shown) =>
        recordLook(request, audit.access, shown),
      );
      if (typeof parts === 'string') return sendProblem(reply, REFUSALS[parts]);
      // Before anything is answered, so that what cannot be given is a problem and no broken answer.
      const first = await parts.next();
      const lines = Readable.from(forSoLong(first, parts), { objectMode: false });
      return reply.header('content-type', NDJSON).send(lines);
    },
  });
}

/** Ends behind a part when the request has taken long: the next one goes on from there. */
async function* forSoLong(first: IteratorResult<Buffer>, parts: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const untilMs = performance.now() + REQUEST_MS;
  try {
    for (let part = first; part.done !== true; part = await parts.next()) {
      yield part.value;
      if (performance.now() >= untilMs) return;
    }
  } finally {
    await parts.return(undefined);
  }
}
