import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorNamed } from '../audit/sessions/entries.ts';
import type { Session } from '../audit/sessions/open-sessions.ts';
import type { Known } from '../http/staff-auth.ts';
import type { Role } from '../identity/staff.ts';
import type { PageDeps, SignIn } from './deps.ts';
import { giveTicket, keyMark, readTicket, SESSION_COOKIE, type Ticket } from './ticket.ts';

/** Why nobody is signed in: never was, what the browser shows is none, the time is over, somebody ended it, or who it is may not any more. */
export type SignedOutWhy = 'nobody' | 'unknown' | 'idle' | 'over' | 'withdrawn';

/** `known`: who it was. */
export type SignedOut = { readonly why: SignedOutWhy; readonly known?: Known };

/** Somebody who is signed in, with what they may do now. */
export type Admitted = { readonly ticket: Ticket; readonly session: Session; readonly roles: readonly Role[] };

/** The clocks of the browser and ours have this much to settle: what a page tells of its hands comes twice a minute. */
const IDLE_SLACK_MS = 60_000;
/** A ticket is written anew when somebody had a hand on the console so long after it was written. */
const RENEW_MS = 30_000;

type Deps = Pick<PageDeps, 'audit' | 'staff' | 'clock'> & { readonly signIn: SignIn };

/** Who makes this request, by the cookie it brings. @throws LogError when nobody can tell whether the session goes on */
export async function whoIs(request: FastifyRequest, deps: Deps): Promise<Admitted | SignedOut> {
  const { audit, signIn } = deps;
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie === undefined) return { why: 'nobody' };
  const ticket = await readTicket(signIn.seals.session, cookie);
  if (!ticket) return { why: 'unknown' };
  const session = await audit.sessions.find(ticket.ref);
  const { by, name } = ticket.ref.person;
  const was = session?.roles ?? [];
  const known = { by, actor: actorNamed(name, was), roles: was };
  if (!session) return { why: 'over', known };
  if (isIdle(ticket.activeMs, deps)) {
    await audit.sessions.end(ticket.ref, 'idle', known.actor);
    return { why: 'idle', known };
  }
  const roles = rolesNow(ticket, session, deps);
  return roles.length > 0 ? { ticket, session, roles } : { why: 'withdrawn', known };
}

export function isIdle(activeMs: number, { clock, signIn }: Pick<Deps, 'clock' | 'signIn'>): boolean {
  return clock.now() - activeMs > signIn.idleMs + IDLE_SLACK_MS;
}

/** A key that was taken away, or given other roles, counts so at once; what Entra ID says, it says when somebody signs in. */
function rolesNow({ ref, key }: Ticket, session: Session, { staff, signIn }: Deps): readonly Role[] {
  if (staff.mode === 'loopback') return [];
  if (ref.person.by === 'person') return signIn.entra ? session.roles : [];
  const held = staff.keys.find(({ name, sha256 }) => name === ref.person.name && keyMark(sha256) === key);
  return signIn.entra ? [] : (held?.roles ?? []);
}

/** Takes note that somebody has a hand on the console, where a request shows it. */
export async function noteHand(request: FastifyRequest, reply: FastifyReply, ticket: Ticket, deps: Deps) {
  const nowMs = deps.clock.now();
  if (!isOfHand(request) || nowMs - ticket.activeMs < RENEW_MS) return;
  await giveTicket(reply, deps.signIn.seals.session, { ...ticket, activeMs: nowMs });
}

/** Forms and navigation, by Turbo too; what scripts of ours fetch by themselves shows nobody. */
function isOfHand({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return true;
  const mode = headers['sec-fetch-mode'];
  return mode === undefined || mode === 'navigate' || headers['x-turbo-request-id'] !== undefined;
}
