import type { FastifyInstance } from 'fastify';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Member } from '../pages/member.tsx';
import { Members } from '../pages/members.tsx';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forReaders } from './for-roles.ts';

const PAGE = 50;
const CALLS = 20;
/** Ids are the plan's own, so they may be any text. */
const MEMBER_ID = /^[^\p{Cc}]{1,128}$/u;

/** `GET /console/members` and `GET /console/members/:id`. */
export function memberPages(server: FastifyInstance, deps: PageDeps): void {
  listPage(server, deps);
  memberPage(server, deps);
}

type ListQuery = { Querystring: { search?: unknown; after?: unknown } };

function listPage(server: FastifyInstance, { app, audit }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get<ListQuery>('/console/members', options, async (request, reply) => {
    const search = textIn(request.query.search);
    const after = textIn(request.query.after);
    const page = { limit: PAGE + 1, ...(search !== '' && { search }), ...(after !== '' && { after }) };
    const found = await app.members(page);
    const members = found.slice(0, PAGE);
    const ids = members.map(({ memberId }) => memberId);
    const fields = search === '' ? [] : ['search'];
    if (ids.length > 0)
      await recordLook(request, audit.access, { action: 'members-list', calls: [], members: ids, fields });
    const last = found.length > PAGE ? ids.at(-1) : undefined;
    const query = { ...(search !== '' && { search }), after: last ?? '' };
    const next = last === undefined ? null : `/console/members?${new URLSearchParams(query)}`;
    return sendPage(reply, Members({ visit: visitOf(request), search, members, next }));
  });
}

function textIn(value: unknown): string {
  return typeof value === 'string' && MEMBER_ID.test(value.trim()) ? value.trim() : '';
}

type OneMember = { Params: { id: string } };

function memberPage(server: FastifyInstance, { app, audit, freshId, telephones }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get<OneMember>('/console/members/:id', options, async (request, reply) => {
    const { id } = request.params;
    const member = MEMBER_ID.test(id) ? await app.member(id) : null;
    if (!member) {
      return sendTrouble(request, reply, 404, {
        title: 'No such member',
        words: 'No member has this id: it may have been removed, or was never imported.',
        link: { href: '/console/members', words: 'All members' },
      });
    }
    const calls = await app.list({ filter: { memberId: member.memberId }, limit: CALLS });
    await recordLook(request, audit.access, {
      action: 'member',
      calls: calls.map(({ callSessionId }) => callSessionId),
      members: [member.memberId],
    });
    return sendPage(
      reply,
      Member({ visit: visitOf(request), member, calls, key: freshId(), hasPhone: telephones !== null }),
    );
  });
}
