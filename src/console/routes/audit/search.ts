import type { FastifyInstance } from 'fastify';
import type { SearchPage } from '../../../audit/replay/api.ts';
import { filterOf, MEMBER_ID } from '../../../audit/replay/asked.ts';
import { lookAtSearch } from '../../../audit/replay/looked-at.ts';
import { foldUuid } from '../../../base/uuid.ts';
import { DISPOSITIONS } from '../../../domain/call/disposition.ts';
import { isCallStream } from '../../../domain/streams.ts';
import { decodeCursor, encodeCursor } from '../../../http/api/cursor.ts';
import { recordLook } from '../../../http/look.ts';
import type { PageDeps } from '../../deps.ts';
import { sendPage } from '../../page.ts';
import { Search } from '../../pages/audit/search.tsx';
import { visitOf } from '../../visitor.ts';
import { forCompliance } from '../for-roles.ts';
import { daysAsked, type Fields, fieldsIn } from './asked.ts';

const PAGE = 50;
const NAMES = ['memberId', 'from', 'to', 'staff', 'disposition', 'connectionId'];
const STAFF = /^[\x21-\x7e]{1,128}$/;
const CONNECTION = /^[\x21-\x7e]{1,1024}$/;

type Query = { Querystring: Readonly<Record<string, unknown>> };

/** `GET /console/audit`: calls by member, days, staff, outcome or an id of the provider's. */
export function searchPage(server: FastifyInstance, { audit }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forCompliance };
  server.get<Query>('/console/audit', options, async (request, reply) => {
    const visit = visitOf(request);
    const asked = fieldsIn(request.query, NAMES);
    const own = foldUuid(asked['connectionId'] ?? '');
    // The log knows it by that, whether or not there is a row of it.
    if (isCallStream(own)) return reply.redirect(`/console/calls/${own}`, 303);
    const filter = Object.keys(asked).length === 0 ? null : filterIn(asked);
    if (filter === null || typeof filter === 'string') {
      return sendPage(
        reply,
        Search({ visit, asked, flaw: filter, found: null, next: null }),
        filter === null ? 200 : 400,
      );
    }
    const { after } = request.query;
    const behind = typeof after === 'string' ? decodeCursor(after) : null;
    const found = await audit.replays.search(filter, { limit: PAGE, ...(behind !== null && { after: behind }) });
    await recordLook(request, audit.access, lookAtSearch(found, asked));
    return sendPage(reply, Search({ visit, asked, flaw: null, found, next: nextOf(asked, found) }));
  });
}

function filterIn(asked: Fields): Parameters<PageDeps['audit']['replays']['search']>[0] | string {
  const { memberId, staff, connectionId, disposition: named } = asked;
  if (memberId !== undefined && !MEMBER_ID.test(memberId)) return 'This is no id of a member.';
  if (staff !== undefined && !STAFF.test(staff))
    return 'Staff are named as the log names them: coordinator:anna, or anna.';
  if (connectionId !== undefined && !CONNECTION.test(connectionId)) return 'This is no id of a call.';
  const days = daysAsked(asked);
  if (typeof days === 'string') return days;
  const hasHalf = (days.from === undefined) !== (days.to === undefined);
  if (hasHalf) return 'A period has a first and a last day.';
  const disposition = DISPOSITIONS.find((each) => each === named);
  const filter = filterOf({
    ...days,
    ...(memberId !== undefined && { memberId }),
    ...(staff !== undefined && { staff }),
    ...(connectionId !== undefined && { connectionId }),
    ...(disposition && { disposition }),
  });
  return typeof filter === 'string' ? `This cannot be searched for: ${filter}.` : filter;
}

function nextOf(asked: Fields, { next }: SearchPage): string | null {
  return next === null ? null : `/console/audit?${new URLSearchParams({ ...asked, after: encodeCursor(next) })}`;
}
