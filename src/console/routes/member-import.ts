import { createHash } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../base/coded-error.ts';
import { IMPORT_BYTES } from '../../http/api/member-changes.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { MemberImport } from '../pages/member-import.tsx';
import { type ImportFile, MemberImportPreview } from '../pages/member-import-preview.tsx';
import { awayWords } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forKeepers, sayReadOnly } from './member-remove.ts';
import { UPLOAD_LIMITS, uploadOf } from './upload.ts';

/** A file in a form grows by a third, and a little stands beside it. */
const CONFIRM_BYTES = Math.ceil((IMPORT_BYTES * 4) / 3) + 10_000;

/**
 * `/console/members/import`: a file, what it would do, and then that. Between the two the file stands in the page and nowhere
 * else: nothing of members is kept here that nobody has agreed to.
 */
export function memberImportPages(server: FastifyInstance, deps: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forKeepers };
  server.get('/console/members/import', options, async (request, reply) =>
    sendPage(reply, MemberImport({ visit: visitOf(request), readOnly: deps.desk.readOnly, refusal: null })),
  );
  // A scope of its own, for the kind of body that it takes.
  server.register(async (scope) => {
    await scope.register(multipart, { limits: UPLOAD_LIMITS });
    scope.post('/console/members/import', options, (request, reply) => preview(request, reply, deps));
  });
  const confirming = { ...options, bodyLimit: CONFIRM_BYTES };
  server.post<Confirm>('/console/members/import/confirm', confirming, (request, reply) =>
    confirm(request, reply, deps),
  );
}

type Confirm = { Body: Readonly<Record<string, string>> };

async function preview(request: FastifyRequest, reply: FastifyReply, deps: PageDeps): Promise<FastifyReply> {
  const refuse = (status: number, refusal: string): FastifyReply =>
    sendPage(reply, MemberImport({ visit: visitOf(request), readOnly: null, refusal }), status);
  if (deps.desk.readOnly !== null) return sayReadOnly(request, reply, deps.desk.readOnly);
  const upload = await uploadOf(request);
  if (upload === 'too-large') {
    return refuse(
      413,
      'The file is larger than 2 MB, some 40,000 members. Split it, or import it by the command line on the server.',
    );
  }
  if (upload === null) return refuse(422, 'Choose a file that has something in it. Nothing was imported.');
  const { name, bytes, fields } = upload;
  return showPreview(request, reply, deps, { name, bytes, country: (fields['country'] ?? '').trim() }, null);
}

/** @param refusal why it was not imported, when it was to be */
async function showPreview(
  request: FastifyRequest,
  reply: FastifyReply,
  { desk }: PageDeps,
  file: ImportFile,
  refusal: { readonly status: number; readonly words: string } | null,
): Promise<FastifyReply> {
  const visit = visitOf(request);
  const options = { preview: true, skipBad: true, ...countryOf(file) };
  const done = await desk.importCsv([file.bytes], options, async () => undefined);
  if (done === 'unknown-country') {
    const words = 'No country has these two letters: write it like US. Nothing was imported; choose the file again.';
    return sendPage(reply, MemberImport({ visit, readOnly: null, refusal: words }), 422);
  }
  const page = MemberImportPreview({
    visit,
    file,
    sha256: hashOf(file.bytes),
    done,
    refusal: refusal?.words ?? null,
  });
  return sendPage(reply, page, refusal?.status ?? (done.isRefused ? 422 : 200));
}

async function confirm(request: FastifyRequest<Confirm>, reply: FastifyReply, deps: PageDeps): Promise<FastifyReply> {
  const { desk, audit } = deps;
  if (desk.readOnly !== null) return sayReadOnly(request, reply, desk.readOnly);
  const { name = '', file: text = '', sha256, country = '', skipBad } = request.body;
  const file = { name, bytes: Buffer.from(text, 'base64url'), country };
  if (hashOf(file.bytes) !== sha256) {
    const refusal = 'The file has not come back as it was looked at. Nothing was imported; choose it again.';
    return sendPage(reply, MemberImport({ visit: visitOf(request), readOnly: null, refusal }), 422);
  }
  const record = (): Promise<void> =>
    recordLook(request, audit.access, { action: 'members-import', calls: [], members: [] });
  try {
    const done = await desk.importCsv([file.bytes], { skipBad: skipBad === 'yes', ...countryOf(file) }, record);
    if (done === 'unknown-country' || done.counts === null) {
      const words = 'Nothing was imported: say that the bad rows are to be skipped, or mend the file.';
      return showPreview(request, reply, deps, file, { status: 422, words });
    }
    const counts = Object.entries({ ...done.counts, skipped: done.badRecords }).map(([key, count]) => [
      key,
      `${count}`,
    ]);
    return reply.redirect(`/console/members?${new URLSearchParams(counts)}`, 303);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    if (error.code === 'MEMBERS_READ_ONLY') return sayReadOnly(request, reply, error.message);
    reply.header('retry-after', '5');
    return showPreview(request, reply, deps, file, { status: 503, words: awayWords(error) });
  }
}

function countryOf({ country }: ImportFile): { readonly country?: string } {
  return country === '' ? {} : { country };
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
