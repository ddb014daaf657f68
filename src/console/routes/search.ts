import type { FastifyInstance } from 'fastify';
import { ANY_CALL_ID } from '../../audit/replay/asked.ts';
import type { ConsoleDeps } from '../deps.ts';
import { forReaders } from './for-roles.ts';

/** Ids are the plan's own, so they may be any text. */
const MEMBER_ID = /^[^\p{Cc}]{1,128}$/u;

type Search = { Body: Readonly<Record<string, string>> };

/**
 * `POST /console/search`: the box on every page. An id leads to what it names, whose page records the look; everything else is
 * searched for among the members.
 */
export function searchRoute(server: FastifyInstance, deps: ConsoleDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.post<Search>('/console/search', options, async (request, reply) => {
    const wanted = (request.body['q'] ?? '').trim();
    if (wanted === '') return reply.redirect('/console/members', 303);
    const named = await pageOf(deps, wanted);
    if (named !== null) return reply.redirect(named, 303);
    // Sent on as it came: by what is searched stands in no address.
    return reply.redirect('/console/members/search', 307);
  });
}

/** Path of the page of what this id names, a member's or one of a call's; null: it names nothing. */
async function pageOf({ app, audit }: ConsoleDeps, id: string): Promise<string | null> {
  const member = MEMBER_ID.test(id) ? await app.member(id) : null;
  if (member) return `/console/members/${encodeURIComponent(member.memberId)}`;
  if (!ANY_CALL_ID.test(id)) return null;
  const call = await app.status(id);
  if (call) return `/console/calls/${call.session.callSessionId}`;
  const [found] = (await audit.replays.search({ connectionId: id }, { limit: 1 })).calls;
  return found ? `/console/calls/${found.callSessionId}` : null;
}
