import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorNamed, type Person } from '../audit/sessions/entries.ts';
import type { Role } from '../identity/staff.ts';
import type { PageDeps, SignIn } from './deps.ts';
import { giveTicket, readTicket, SESSION_COOKIE } from './ticket.ts';

export type SignInDeps = PageDeps & { readonly signIn: SignIn };

type Begun = { readonly person: Person; readonly roles: readonly Role[]; readonly key: string | null };

/** A new session, whatever the browser brought: one that somebody put there before is no one's any more. */
export async function beginSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { audit, clock, signIn }: SignInDeps,
  { person, roles, key }: Begun,
): Promise<void> {
  const before = await readTicket(signIn.seals.session, request.cookies[SESSION_COOKIE]);
  const ref = await audit.sessions.begin(person, { roles, address: request.address });
  if (before) await audit.sessions.end(before.ref, 'signed-out', actorNamed(person.name, roles));
  await giveTicket(reply, signIn.seals.session, { ref, activeMs: clock.now(), key });
}
