import { bundleOf } from '../../../audit/fhir/bundle.ts';
import { recordLook } from '../../look.ts';
import { requireStaff } from '../../staff-auth.ts';
import { readPlace } from '../access-place.ts';
import { EventsQuery } from '../access-schemas.ts';
import { encodeCursor } from '../cursor.ts';
import type { CallServer } from '../typed-server.ts';
import type { AuditDeps } from './deps.ts';

const URL = '/api/audit/fhir/audit-events';
const FHIR = 'application/fhir+json';

/** `GET /api/audit/fhir/audit-events`. */
export function fhirRoute(server: CallServer, { audit, config }: AuditDeps): void {
  server.route({
    method: 'GET',
    url: URL,
    schema: {
      summary: 'Who looked and what was disclosed, as a Bundle of FHIR R4 AuditEvents; newest first',
      description: 'Looking here is a look, too. The link `next` leads to the next page.',
      tags: ['audit'],
      produces: [FHIR],
      querystring: EventsQuery,
    },
    onRequest: requireStaff(config.staff, ['Compliance']),
    async handler(request, reply) {
      const { member, ...place } = request.query;
      const asked = readPlace(reply, place);
      if (asked === null) return reply;
      const { times, ...behind } = asked;
      const filter = { ...(member && { member }), ...times };
      const { events, calls, members, next } = await audit.auditEvents({ filter, ...behind });
      await recordLook(request, audit.access, { action: 'access', calls, members, fields: Object.keys(filter) });
      const query = new URLSearchParams({ ...filter, ...(next !== null && { cursor: encodeCursor(next) }) });
      const bundle = bundleOf(events, next === null ? null : `${config.publicBaseUrl}${URL}?${query}`);
      // As bytes: to text Fastify adds a charset, and FHIR's JSON is always UTF-8.
      return reply.header('content-type', FHIR).send(Buffer.from(JSON.stringify(bundle)));
    },
  });
}
