import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../base/coded-error.ts';
import { recordLook } from '../../http/look.ts';
import { reasonIn } from '../../http/purpose.ts';
import type { PageDeps } from '../deps.ts';
import { sendPage } from '../page.ts';
import { MemberRemove } from '../pages/member-remove.tsx';
import { awayWords, sendTrouble } from '../troubles.ts';
import { visitOf } from '../visitor.ts';
import { forRoles } from './for-roles.ts';
import { memberOf, noSuchMember } from './member.ts';

/** Who may change members. */
export const forKeepers = forRoles(['Coordinator'], 'Members are imported and removed by Coordinators.');

type OneMember = { Params: { id: string } };
type Removal = OneMember & { Body: Readonly<Record<string, string>> };

/** `/console/members/:id/remove`: asks once more, and does it. */
export function memberRemovePage(server: FastifyInstance, deps: PageDeps): void {
  const options = { schema: { hide: true }, onRequest: forKeepers };
  server.get<OneMember>('/console/members/:id/remove', options, async (request, reply) => {
    const member = await memberOf(deps, request.params.id);
    if (!member) return noSuchMember(request, reply);
    if (deps.desk.readOnly !== null) return sayReadOnly(request, reply, deps.desk.readOnly);
    const { memberId } = member;
    await recordLook(request, deps.audit.access, { action: 'member', calls: [], members: [memberId] });
    return sendPage(reply, MemberRemove({ visit: visitOf(request), memberId, failed: null }));
  });
  server.post<Removal>('/console/members/:id/remove', options, async (request, reply) => {
    const member = await memberOf(deps, request.params.id);
    return member ? removeMember(request, reply, deps, member.memberId) : noSuchMember(request, reply);
  });
}

async function removeMember(
  request: FastifyRequest<Removal>,
  reply: FastifyReply,
  { desk, audit }: PageDeps,
  memberId: string,
): Promise<FastifyReply> {
  if (desk.readOnly !== null) return sayReadOnly(request, reply, desk.readOnly);
  const given = request.body['reason'] ?? '';
  const reason = reasonIn(given);
  const refuse = (status: number, words: string): FastifyReply =>
    sendPage(reply, MemberRemove({ visit: visitOf(request), memberId, failed: { words, reason: given } }), status);
  if (reason === null && given.trim() !== '')
    return refuse(422, 'A reason is one line of at most 500 characters. Nothing was removed.');
  const why = reason === null ? {} : { reason };
  try {
    await recordLook(request, audit.access, { action: 'member-removed', calls: [], members: [memberId], ...why });
    await desk.remove(memberId);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    if (error.code === 'MEMBERS_READ_ONLY') return sayReadOnly(request, reply, error.message);
    reply.header('retry-after', '5');
    return refuse(503, awayWords(error));
  }
  return reply.redirect('/console/members?removed=1', 303);
}

/** @param words why */
export function sayReadOnly(request: FastifyRequest, reply: FastifyReply, words: string): FastifyReply {
  return sendTrouble(request, reply, 409, {
    title: 'Members are only read here',
    words: `Nothing was changed: ${words}.`,
    link: { href: '/console/members', words: 'All members' },
  });
}
