import type { FastifyInstance } from 'fastify';
import { MEMBER_ID } from '../../http/api/member-schemas.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { FoundMembers, Members } from '../pages/members.tsx';
import type { ImportedCounts } from '../parts/imported.tsx';
import { visitOf } from '../visitor.ts';
import { forReaders } from './for-roles.ts';
import { memberPage } from './member.ts';
import { memberImportPages } from './member-import.ts';
import { memberRemovePage } from './member-remove.ts';

const PAGE = 50;

/** Members: the list, the search, each of them, and what changes them. */
export function memberPages(server: FastifyInstance, deps: PageDeps): void {
  listPage(server, deps);
  searchPage(server, deps);
  memberPage(server, deps);
  memberRemovePage(server, deps);
  memberImportPages(server, deps);
}

type ListQuery = { Querystring: Readonly<Record<string, unknown>> };

function listPage(server: FastifyInstance, { app, audit, desk }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get<ListQuery>('/console/members', options, async (request, reply) => {
    const search = textIn(request.query['search']);
    const after = textIn(request.query['after']);
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
    const done = doneIn(request.query);
    const { readOnly } = desk;
    return sendPage(
      reply,
      Members({ visit: visitOf(request), search, isFirst: after === '', members, next, done, readOnly }),
    );
  });
}

function textIn(value: unknown): string {
  return typeof value === 'string' && MEMBER_ID.test(value.trim()) ? value.trim() : '';
}

/** What a form has done that led here: numbers only, for they stand in the address. */
function doneIn(query: Readonly<Record<string, unknown>>): ImportedCounts | 'removed' | null {
  if (query['removed'] === '1') return 'removed';
  const [fresh, changed, unchanged, skipped] = ['new', 'changed', 'unchanged', 'skipped'].map((name) => {
    const given = query[name];
    return typeof given === 'string' && /^\d{1,7}$/.test(given) ? Number(given) : null;
  });
  if (fresh == null || changed == null || unchanged == null || skipped == null) return null;
  return { new: fresh, changed, unchanged, skipped };
}

type Search = { Body: Readonly<Record<string, string>> };

/** What is searched for stands in no address. So it is no page to come back to: whoever does is shown the list. */
function searchPage(server: FastifyInstance, { app, audit }: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get('/console/members/search', options, (_request, reply) => reply.redirect('/console/members', 303));
  server.post<Search>('/console/members/search', options, async (request, reply) => {
    const { q = '', after = '' } = request.body;
    const place = textIn(after);
    const page = { text: q, limit: PAGE + 1, ...(place !== '' && { after: place }) };
    const { members: found, isPartial, fields } = await app.searchMembers(page);
    const members = found.slice(0, PAGE);
    const ids = members.map(({ memberId }) => memberId);
    if (fields.length > 0)
      await recordLook(request, audit.access, { action: 'members-list', calls: [], members: ids, fields });
    const next = found.length > PAGE ? (ids.at(-1) ?? null) : null;
    const isSearched = fields.length > 0;
    return sendPage(reply, FoundMembers({ visit: visitOf(request), q, isSearched, isPartial, members, next }));
  });
}
