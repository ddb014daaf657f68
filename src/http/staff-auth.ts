import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ActorKind } from '../audit/access/look.ts';
import { hostName, isLoopbackAddress, isLoopbackHost } from '../base/loopback.ts';
import { type ApiKey, type EntraVerifier, ROLES, type Role, type StaffConfig } from '../identity/staff.ts';
import { bearerToken } from './bearer.ts';
import { type ProblemCode, sendProblem } from './problem.ts';
import { type Purposeful, purposeOf } from './purpose.ts';

/** Somebody of the staff: `actor` is `<role>:<name>`. */
export type Known = { readonly actor: string; readonly by?: ActorKind; readonly roles: readonly Role[] };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, `<role>:<name>`; set on staff routes only. */
    actor: string;
    /** The same with all that they may do, and what they say they want it for; set on staff routes only. */
    staff: (Known & Purposeful) | null;
    /** Who was not let in to a staff route, as far as that is known. */
    turnedAway: Known | null;
  }
}

type Verdict = Known | { readonly refusal: ProblemCode; readonly known?: Known };

type Authenticate = (request: FastifyRequest) => Verdict | Promise<Verdict>;

type Headers = FastifyRequest['headers'];

/** Headers that a proxy or tunnel adds: behind one, the peer is on loopback and the person may be anywhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

/** Lets in whoever has one of the roles, before the body is read. */
export function requireStaff(staff: StaffConfig, roles: readonly Role[]) {
  const authenticate = authenticator(staff, roles);
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const conclude = (verdict: Verdict): void => {
      if ('refusal' in verdict) {
        request.turnedAway = verdict.known ?? NOBODY;
        sendProblem(reply, verdict.refusal);
        return;
      }
      const purpose = purposeOf(request.headers);
      if ('problem' in purpose) {
        sendProblem(reply, purpose.problem);
        return;
      }
      request.actor = verdict.actor;
      request.staff = { ...verdict, ...purpose };
      // Answers hold a member's data.
      reply.header('cache-control', 'no-store');
      done();
    };
    const verdict = authenticate(request);
    if (verdict instanceof Promise) verdict.then(conclude, done);
    else conclude(verdict);
  };
}

/** Whoever has not proven who they are. */
export const NOBODY: Known = { actor: 'anonymous', roles: [] };

const FORBIDDEN: Verdict = { refusal: 'FORBIDDEN' };
const UNAUTHENTICATED: Verdict = { refusal: 'UNAUTHENTICATED' };

function authenticator(staff: StaffConfig, roles: readonly Role[]): Authenticate {
  switch (staff.mode) {
    case 'loopback':
      return byLoopback(roles);
    case 'api-keys':
      return byApiKey(staff.keys, roles);
    case 'entra':
      return byEntra(staff.verifier, byApiKey(staff.keys, roles), roles);
  }
}

/** Somebody with the roles `held`, on a route for `allowed`. */
function admit(name: string, by: ActorKind, held: readonly Role[], allowed: readonly Role[]): Verdict {
  const role = allowed.find((each) => held.includes(each));
  if (role) return { actor: `${role.toLowerCase()}:${name}`, by, roles: held };
  const actor = `${held[0]?.toLowerCase() ?? 'nobody'}:${name}`;
  return { refusal: 'FORBIDDEN', known: { actor, by, roles: held } };
}

/**
 * Everybody on this machine, but no web page that happens to be open on it: a foreign page's requests carry its Origin,
 * and one that has bound its name to 127.0.0.1 carries that name as Host.
 */
function byLoopback(roles: readonly Role[]): Authenticate {
  const local = admit('local', 'loopback', ROLES, roles);
  return ({ headers, socket }) => {
    if (!isLoopbackAddress(socket.remoteAddress)) return FORBIDDEN;
    if (!isLoopbackHost(hostName(headers.host))) return FORBIDDEN;
    if (FORWARDED.some((name) => headers[name] !== undefined)) return FORBIDDEN;
    return isOfAnotherSite(headers) ? FORBIDDEN : local;
  };
}

function isOfAnotherSite(headers: Headers): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return !URL.canParse(origin) || new URL(origin).host !== host;
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

function byApiKey(keys: readonly ApiKey[], roles: readonly Role[]) {
  const known = keys.map((key) => ({
    hash: Buffer.from(key.sha256, 'hex'),
    verdict: admit(key.name, 'api-key', key.roles, roles),
  }));
  return ({ headers }: FastifyRequest): Verdict => {
    const key = bearerToken(headers.authorization) ?? headers['x-api-key'];
    if (typeof key !== 'string') return UNAUTHENTICATED;
    const hash = createHash('sha256').update(key).digest();
    return known.find((each) => timingSafeEqual(each.hash, hash))?.verdict ?? UNAUTHENTICATED;
  };
}

/** Three parts with dots between: a signed token, which no API key looks like. */
const SIGNED_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function byEntra(entra: EntraVerifier, otherwise: (request: FastifyRequest) => Verdict, roles: readonly Role[]) {
  return async (request: FastifyRequest): Promise<Verdict> => {
    const token = bearerToken(request.headers.authorization);
    if (token === null || !SIGNED_TOKEN.test(token)) return otherwise(request);
    const verified = await entra.verify(token);
    if ('staff' in verified) {
      const { name, roles: held, isApp } = verified.staff;
      return admit(name, isApp ? 'app' : 'person', held, roles);
    }
    return verified.refusal === 'keys-unavailable' ? { refusal: 'UNAVAILABLE' } : UNAUTHENTICATED;
  };
}
