import type { FastifyInstance } from 'fastify';
import type { MembersImport } from '../../members/import.ts';
import { recordLook } from '../look.ts';
import { sendProblem } from '../problem.ts';
import { requireStaff } from '../staff-auth.ts';
import { MemberParams } from './call-schemas.ts';
import { Imported, ImportQuery, Removed } from './member-schemas.ts';
import { type CallServer, type MemberDeps, typed } from './typed-server.ts';

/** Some 40,000 members, which are saved in one go while calls wait; a larger file is for the command line. */
export const IMPORT_BYTES = 2 * 1024 * 1024;

/** `DELETE /api/members/:memberId`: who did it is in the log before it is done. */
export function removeRoute(server: CallServer, { app, desk, audit, config }: MemberDeps): void {
  server.route({
    method: 'DELETE',
    url: '/api/members/:memberId',
    schema: {
      summary: 'Remove a member, who cannot be called from then on',
      description:
        'Calls that were made stay in the log. A call that waits to be dialled is cancelled when its turn comes; one that is under way goes on: cancel it.',
      tags: ['members'],
      params: MemberParams,
      response: { 200: Removed },
    },
    onRequest: requireStaff(config.staff, ['Coordinator']),
    async handler(request, reply) {
      if (desk.readOnly !== null) return sendProblem(reply, 'MEMBERS_READ_ONLY', { detail: desk.readOnly });
      const { memberId } = request.params;
      if ((await app.member(memberId)) === null) return sendProblem(reply, 'MEMBER_NOT_FOUND');
      await recordLook(request, audit.access, { action: 'member-removed', calls: [], members: [memberId] });
      await desk.remove(memberId);
      return { memberId, status: 'removed' as const };
    },
  });
}

/** `POST /api/members/import`, a CSV file as it is. Needs a scope of its own, for the kinds of body it takes. */
export function importRoute(scope: FastifyInstance, { desk, audit, config }: MemberDeps): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    ['text/csv', 'application/octet-stream'],
    { parseAs: 'buffer', bodyLimit: IMPORT_BYTES },
    (_request, body, done) => done(null, body),
  );
  typed(scope).route({
    method: 'POST',
    url: '/api/members/import',
    bodyLimit: IMPORT_BYTES,
    schema: {
      summary: 'Import a CSV file of members, all of it or nothing',
      description:
        'The body is the file, at most 2 MiB. A preview saves nothing. A column that the file does not have leaves its values alone.',
      tags: ['members'],
      consumes: ['text/csv'],
      querystring: ImportQuery,
      response: { 200: Imported },
    },
    onRequest: requireStaff(config.staff, ['Coordinator']),
    async handler(request, reply) {
      const { country } = request.query;
      const [preview, skipBad] = [request.query.preview === 'true', request.query.skipBad === 'true'];
      if (!preview && desk.readOnly !== null) {
        return sendProblem(reply, 'MEMBERS_READ_ONLY', { detail: desk.readOnly });
      }
      // An empty body comes as an empty object.
      const bytes = Buffer.isBuffer(request.body) ? [request.body] : [];
      const record = (): Promise<void> =>
        recordLook(request, audit.access, { action: 'members-import', calls: [], members: [] });
      const options = { preview, skipBad, ...(country !== undefined && { country }) };
      const done = await desk.importCsv(bytes, options, record);
      if (done === 'unknown-country') return sendProblem(reply, 'BAD_REQUEST', { detail: 'country is not known' });
      if (done.isRefused) return sendProblem(reply, 'MEMBERS_NOT_IMPORTED', { problems: inWords(done) });
      const { imported, counts, badRecords, groups } = done;
      const { new: fresh, changed, unchanged } = counts ?? { new: 0, changed: 0, unchanged: 0 };
      return {
        preview,
        imported,
        new: fresh,
        changed,
        unchanged,
        badRecords,
        problems: groups.map((group) => ({ ...group, lines: [...group.lines] })),
      };
    },
  });
}

function inWords({ groups }: MembersImport): string[] {
  return groups.map(({ message, count, lines }) => {
    const more = count > lines.length ? ` and ${count - lines.length} more` : '';
    return `${count === 1 ? 'line' : 'lines'} ${lines.join(', ')}${more}: ${message}`;
  });
}
