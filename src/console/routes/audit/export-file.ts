import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ExportLook } from '../../../audit/export/exports.ts';
import { attach } from '../../../http/attachment.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import type { ExportRuns } from '../../export-runs.ts';
import { sendTrouble } from '../../troubles.ts';
import { forCompliance } from '../for-roles.ts';
import { type ExportsOf, noSuchExport, type OneExport } from './one-export.ts';

const BEGIN_AGAIN = {
  title: 'Begin it again',
  words:
    'The log is signed with another key, or has another tree, than when this export was begun. One file bears one key: ' +
    'make a new export of the same.',
  link: { href: '/console/audit/exports', words: 'Exports' },
} as const;

type Giving = { readonly exports: ExportsOf; readonly runs: ExportRuns };

/**
 * `POST /console/audit/exports/:exportId/file`: all of an export in one file, part by part, each of which is recorded before it
 * leaves. The same bytes each time: whoever's download broke off takes it again.
 */
export function exportFile(server: FastifyInstance, { audit }: PageDeps, { exports, runs }: Giving): void {
  const options = { schema: { hide: true }, onRequest: forCompliance };
  server.post<OneExport>('/console/audit/exports/:exportId/file', options, async (request, reply) => {
    const { exportId } = request.params;
    const begun = await exports.again(exportId);
    if (begun === 'unknown') return noSuchExport(request, reply);
    if (begun === 'begin-again') return sendTrouble(request, reply, 409, BEGIN_AGAIN);
    let calls = 0;
    const look = async (shown: ExportLook): Promise<void> => {
      await recordLook(request, audit.access, shown);
      calls += shown.calls.length;
    };
    const { note } = JSON.parse(begun.firstLine) as { note: string };
    const parts = await exports.parts(exportId, note, look);
    if (typeof parts === 'string') return sendTrouble(request, reply, 409, BEGIN_AGAIN);
    // Before anything is answered, so that what cannot be given is said in words and is no broken file.
    const first = await parts.next();
    const whole = behind(Buffer.from(begun.firstLine), first, parts);
    const lines = Readable.from(
      runs.watched(exportId, whole, () => calls),
      { objectMode: false },
    );
    return attach(reply, `callistra-export-${exportId}.ndjson`).send(lines);
  });
}

/** The first line goes with the first part: so that a part more is a part more. */
async function* behind(
  firstLine: Buffer,
  first: IteratorResult<Buffer>,
  parts: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    if (first.done !== true) yield Buffer.concat([firstLine, first.value]);
    yield* parts;
  } finally {
    await parts.return(undefined);
  }
}
