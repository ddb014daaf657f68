import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Member } from '../../domain/member/members.ts';
import { recordLook } from '../../http/look.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { Phone } from '../pages/phone.tsx';
import type { PhoneDeed, Telephones } from '../telephones.ts';
import { sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forReaders } from './for-roles.ts';

const MEMBER_ID = /^[^\p{Cc}]{1,128}$/u;
const KEYS = /^[0-9*#]{1,20}$/;

type OneMember = { Params: { id: string } };
type Deed = OneMember & { Params: { deed: string }; Body: Readonly<Record<string, string>> };

export function phonePath(memberId: string): string {
  return `/console/members/${encodeURIComponent(memberId)}/phone`;
}

/** The telephone of a member, where a simulator places the calls: whoever opens it takes part as that member. */
export function phonePages(server: FastifyInstance, deps: PageDeps, telephones: Telephones): void {
  const options = { schema: { hide: true }, onRequest: forReaders };
  server.get<OneMember>('/console/members/:id/phone', options, async (request, reply) => {
    const member = await memberOf(deps, request.params.id);
    if (!member) return noSuchMember(request, reply);
    const [isTakenUp, call] = await Promise.all([
      telephones.isTakenUp(member.phoneNumber),
      telephones.newestCall(member.phoneNumber),
    ]);
    await recordLook(request, deps.audit.access, { action: 'member', calls: [], members: [member.memberId] });
    const { memberId } = member;
    return sendPage(reply, Phone({ visit: visitOf(request), memberId, isTakenUp, call, formKey: deps.freshId() }));
  });
  server.post<Deed>('/console/members/:id/phone/:deed', options, async (request, reply) => {
    const { id, deed } = request.params;
    const member = await memberOf(deps, id);
    if (!member) return noSuchMember(request, reply);
    const { call = '', keys = '' } = request.body;
    if (deed === 'take-up') await telephones.takeUp(member.phoneNumber);
    else if (deed === 'put-down') await telephones.putDown(member.phoneNumber);
    else {
      const asked = deedOf(deed, keys);
      // A call that is over meanwhile takes no key any more, and the page says that it is over.
      if (asked && call !== '') await telephones.act(call, asked);
    }
    return reply.redirect(phonePath(id), 303);
  });
}

function deedOf(name: string, keys: string): PhoneDeed | null {
  if (name === 'answer' || name === 'decline' || name === 'hang-up') return name;
  return name === 'keys' && KEYS.test(keys) ? { keys } : null;
}

async function memberOf({ app }: PageDeps, id: string): Promise<Member | null> {
  return MEMBER_ID.test(id) ? app.member(id) : null;
}

function noSuchMember(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendTrouble(request, reply, 404, {
    title: 'No such member',
    words: 'No member has this id: it may have been removed, or was never imported.',
    link: { href: '/console/members', words: 'All members' },
  });
}
