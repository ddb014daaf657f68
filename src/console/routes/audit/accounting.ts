import type { FastifyInstance } from 'fastify';
import { MEMBER_ID } from '../../../audit/replay/asked.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendPage } from '../../page.ts';
import { Accounting } from '../../pages/audit/accounting.tsx';
import { sendTrouble } from '../../troubles.ts';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';

type OneMember = { Params: { id: string } };

/** `GET /console/audit/members/:id/disclosures`: whom a member's data was told, six years back. */
export function accountingPage(server: FastifyInstance, { audit }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forCompliance };
  server.get<OneMember>('/console/audit/members/:id/disclosures', options, async (request, reply) => {
    const { id } = request.params;
    const found = MEMBER_ID.test(id) ? await audit.disclosures.accounting(id, {}) : null;
    if (!found || typeof found === 'string') {
      return sendTrouble(request, reply, 404, {
        title: 'No such member',
        words: 'Nobody knows a member with this id, and no call was ever made to one.',
        link: { href: '/console/audit', words: 'Search' },
      });
    }
    await recordLook(request, audit.access, { action: 'disclosures', calls: [], members: [id], fields: [] });
    return sendPage(reply, Accounting({ visit: visitOf(request), accounting: found }));
  });
}
