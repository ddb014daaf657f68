import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessRecord } from '../../../projections/access.ts';
import type { Audit } from '../../audit/api.ts';
import { lookWords } from '../../audit/replay/looks.ts';
import { nameStaff, whoOf } from '../../audit/replay/who.ts';
import { CodedError } from '../../base/coded-error.ts';
import type { Member as MemberData } from '../../domain/member/members.ts';
import { MEMBER_ID } from '../../http/api/member-schemas.ts';
import { recordLook } from '../../http/look.ts';
import { reasonIn } from '../../http/purpose.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Member } from '../pages/member.tsx';
import { MemberNumber } from '../pages/member-number.tsx';
import type { SeenBy } from '../parts/member-looks.tsx';
import { awayWords, sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { newestShown } from './calls-page.ts';
import { forReaders } from './for-roles.ts';

const CALLS = 20;
const LOOKS = 10;

type OneMember = { Params: { id: string } };
type Reasoned = OneMember & { Body: Readonly<Record<string, string>> };

/** `GET /console/members/:id`, and the whole number for a reason. */
export function memberPage(server: FastifyInstance, deps: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get<OneMember>('/console/members/:id', options, async (request, reply) => {
    const member = await memberOf(deps, request.params.id);
    return member ? showMember(request, reply, deps, member) : noSuchMember(request, reply);
  });
  server.post<Reasoned>('/console/members/:id/number', options, async (request, reply) => {
    const member = await memberOf(deps, request.params.id);
    return member ? showNumber(request, reply, deps, member) : noSuchMember(request, reply);
  });
}

/** Null: there is none, or can be none. */
export async function memberOf({ app }: Pick<PageDeps, 'app'>, id: string): Promise<MemberData | null> {
  return MEMBER_ID.test(id) ? app.member(id) : null;
}

/** Says what may have happened, with a way to what is left of somebody who was removed. */
export function noSuchMember(request: FastifyRequest<OneMember>, reply: FastifyReply): FastifyReply {
  const { id } = request.params;
  const ofCalls = { href: `/console/calls?${new URLSearchParams({ memberId: id })}`, words: 'Calls to this id' };
  return sendTrouble(request, reply, 404, {
    title: 'No such member',
    words:
      'No member has this id. It may have been removed or was never imported, or the id was copied in part: M-1 and m-1 are two. Calls that were made to a member who was removed are still there.',
    link: MEMBER_ID.test(id) ? ofCalls : { href: '/console/members', words: 'All members' },
  });
}

async function showMember(
  request: FastifyRequest,
  reply: FastifyReply,
  { app, audit, desk, clock, freshId, telephones }: PageDeps,
  member: MemberData,
): Promise<FastifyReply> {
  const visit = visitOf(request);
  const { memberId } = member;
  const [found, records] = await Promise.all([
    app.listWhole({ filter: { memberId }, limit: CALLS + 1 }),
    visit.role === 'Compliance' ? audit.looks({ filter: { member: memberId }, limit: LOOKS }) : null,
  ]);
  const newest = newestShown(request);
  // What has come since the page was shown is only counted, as on every list.
  const known = found.filter(({ session }) => newest === undefined || session.callSessionId <= newest);
  const calls = known.slice(0, CALLS);
  const ids = calls.map(({ session }) => session.callSessionId);
  await recordLook(request, audit.access, { action: 'member', calls: ids, members: [memberId] });
  if (records) {
    await recordLook(request, audit.access, { action: 'access', calls: [], members: [memberId], fields: ['member'] });
  }
  const page = Member({
    visit,
    member,
    calls,
    fresh: found.length - known.length,
    newest: newest ?? calls[0]?.session.callSessionId ?? null,
    hasMore: found.length > CALLS,
    looks: records ? records.map((each) => seenBy(each, audit)) : null,
    now: new Date(clock.now()).toISOString(),
    key: freshId(),
    hasPhone: telephones !== null,
    readOnly: desk.readOnly,
  });
  return sendPage(reply, page);
}

function seenBy(record: AccessRecord, { staffName }: Pick<Audit, 'staffName'>): SeenBy {
  const { recordId, at, actor, purpose } = record;
  return {
    id: recordId,
    at,
    who: nameStaff(whoOf(actor, []), staffName).words,
    did: lookWords({ ...record, purpose: null }),
    purpose,
  };
}

async function showNumber(
  request: FastifyRequest<Reasoned>,
  reply: FastifyReply,
  { audit }: PageDeps,
  { memberId, phoneNumber }: MemberData,
): Promise<FastifyReply> {
  const visit = visitOf(request);
  const given = request.body['reason'] ?? '';
  const reason = reasonIn(given);
  const refuse = (status: number, refusal: string): FastifyReply =>
    sendPage(reply, MemberNumber({ visit, memberId, shown: { refusal, reason: given } }), status);
  if (reason === null) return refuse(422, 'Say why, in one line of at most 500 characters. Nothing was shown.');
  try {
    await recordLook(request, audit.access, { action: 'number-revealed', calls: [], members: [memberId], reason });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    reply.header('retry-after', '5');
    return refuse(503, awayWords(error));
  }
  return sendPage(reply, MemberNumber({ visit, memberId, shown: { phoneNumber } }));
}
