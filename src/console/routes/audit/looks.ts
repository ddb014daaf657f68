import type { FastifyInstance } from 'fastify';
import type { AccessFilter } from '../../../../projections/access.ts';
import { foldUuid } from '../../../base/uuid.ts';
import { decodeCursor, encodeCursor } from '../../../http/api/cursor.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendPage } from '../../page.ts';
import { Looks } from '../../pages/audit/looks.tsx';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';
import { daysAsked, type Fields, fieldsIn } from './asked.ts';

const PAGE = 50;
const NAMES = ['member', 'call', 'actor', 'from', 'to'];
const MOST: Readonly<Record<string, number>> = { member: 128, call: 64, actor: 200 };
const RECORD_ID = /^[0-9TZ:.a-f-]{1,48}$/;

type Query = { Querystring: Readonly<Record<string, unknown>> };

/** `GET /console/audit/looks`: who looked at a member or a call, and what somebody looked at. Looking here is a look, too. */
export function looksPage(server: FastifyInstance, { audit }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forCompliance };
  server.get<Query>('/console/audit/looks', options, async (request, reply) => {
    const visit = visitOf(request);
    const asked = fieldsIn(request.query, NAMES);
    const filter = filterIn(asked);
    if (typeof filter === 'string') {
      return sendPage(
        reply,
        Looks({ visit, asked, flaw: filter, looks: null, next: null, nameOf: audit.staffName }),
        400,
      );
    }
    const { before: cursor } = request.query;
    const before = typeof cursor === 'string' ? decodeCursor(cursor, RECORD_ID) : null;
    // One more than is shown tells whether there is another page.
    const found = await audit.looks({ filter, limit: PAGE + 1, ...(before !== null && { before }) });
    const looks = found.slice(0, PAGE);
    await recordLook(request, audit.access, {
      action: 'access',
      calls: [...new Set(looks.flatMap(({ calls }) => calls))],
      members: [...new Set(looks.flatMap(({ members }) => members))],
      fields: Object.keys(filter),
    });
    const last = found.length > PAGE ? looks.at(-1) : undefined;
    const query = new URLSearchParams({ ...asked, before: last ? encodeCursor(last.recordId) : '' });
    const next = last ? `/console/audit/looks?${query}` : null;
    return sendPage(reply, Looks({ visit, asked, flaw: null, looks, next, nameOf: audit.staffName }));
  });
}

function filterIn(asked: Fields): AccessFilter | string {
  if (Object.entries(asked).some(([name, text]) => text.length > (MOST[name] ?? text.length)))
    return 'This is too long.';
  const days = daysAsked(asked);
  if (typeof days === 'string') return days;
  const { member, call, actor } = asked;
  return {
    ...days,
    ...(member !== undefined && { member }),
    ...(call !== undefined && { call: foldUuid(call) }),
    ...(actor !== undefined && { actor }),
  };
}
