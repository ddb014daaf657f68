import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ActorKind } from '../audit/access/look.ts';
import { hostName, isLoopbackAddress, isLoopbackHost } from '../base/loopback.ts';
import { type ApiKey, type EntraVerifier, ROLES, type Role, type StaffConfig } from '../identity/staff.ts';
import { bearerToken } from './bearer.ts';
import type { TurnedAway } from './door.ts';
import { sendProblem } from './problem.ts';
import { type Purposeful, purposeOf } from './purpose.ts';

/** Somebody of the staff: `actor` is `<role>:<name>`. */
export type Known = { readonly actor: string; readonly by?: ActorKind | undefined; readonly roles: readonly Role[] };

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

/** Why somebody is not let in; `keys-unavailable`: nobody can tell now. */
type Refused = {
  readonly refusal: Pick<TurnedAway, 'reason' | 'problem'> | 'keys-unavailable';
  readonly known?: Known;
};

export type Verdict = Known | Refused;

type Authenticate = (request: FastifyRequest) => Verdict | Promise<Verdict>;

type Headers = FastifyRequest['headers'];

/** Headers that a proxy or tunnel adds: behind one, the peer is on loopback and the person may be anywhere. */
const FORWARDED = [
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'],
  ...['x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'x-original-for'],
] as const;

/** Lets in whoever has one of the roles, before the body is read. It bears the roles, for the description of the route. */
export function requireStaff(staff: StaffConfig, roles: readonly Role[]) {
  const authenticate = authenticator(staff, roles);
  const guard = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const conclude = (given: Verdict): void => {
      const verdict = withheld(request, given);
      if ('refusal' in verdict) {
        turnAway(request, reply, verdict);
        return;
      }
      const purpose = purposeOf(request.headers);
      if ('problem' in purpose) {
        sendProblem(reply, purpose.problem);
        return;
      }
      request.actor = verdict.actor;
      // Name by name: what a spread makes has a hidden class of its own each time, and is slow to read.
      const { by, roles } = verdict;
      request.staff = { actor: verdict.actor, by, roles, purpose: purpose.purpose, reason: purpose.reason };
      // Answers hold a member's data.
      reply.header('cache-control', 'no-store');
      done();
    };
    const verdict = authenticate(request);
    if (verdict instanceof Promise) verdict.then(conclude, done);
    else conclude(verdict);
  };
  return Object.assign(guard, { roles });
}

/**
 * Tells whether a request comes from somebody with one of the roles, on a route that also answers others. What cannot be
 * right is taken note of all the same: else keys could be guessed here.
 */
export function recognise(staff: StaffConfig, roles: readonly Role[]) {
  const authenticate = authenticator(staff, roles);
  return async (request: FastifyRequest): Promise<boolean> => {
    const credential = credentialOf(request.headers);
    if (staff.mode !== 'loopback' && credential === undefined) return false;
    const verdict = withheld(request, await authenticate(request));
    if (!('refusal' in verdict)) return true;
    const { refusal, known } = verdict;
    if (credential !== undefined && refusal !== 'keys-unavailable' && (!known || refusal === WAIT))
      request.server.door.note(request, { of: 'staff', ...refusal, credential });
    return false;
  };
}

/** Any key is not believed from where somebody guesses; a signed token cannot be guessed. */
function withheld(request: FastifyRequest, verdict: Verdict): Verdict {
  if ('refusal' in verdict || verdict.by !== 'api-key') return verdict;
  const credential = credentialOf(request.headers);
  if (credential === undefined) return verdict;
  return request.server.door.mayUse(request, credential) ? verdict : { refusal: WAIT, known: verdict };
}

function turnAway(request: FastifyRequest, reply: FastifyReply, { refusal, known }: Refused): void {
  if (refusal === 'keys-unavailable') {
    sendProblem(reply, 'UNAVAILABLE');
    return;
  }
  request.turnedAway = known ?? NOBODY;
  const credential = credentialOf(request.headers);
  request.server.door.refuse(request, reply, {
    of: 'staff',
    ...refusal,
    ...(credential !== undefined && { credential }),
  });
}

/** Whoever has not proven who they are. */
export const NOBODY: Known = { actor: 'anonymous', roles: [] };

const forbidden = (reason: string) => ({ refusal: { reason, problem: 'FORBIDDEN' } }) as const satisfies Verdict;
const unauthenticated = (reason: string) =>
  ({ refusal: { reason, problem: 'UNAUTHENTICATED' } }) as const satisfies Verdict;

const WAIT = unauthenticated('wait').refusal;

/** Tells who asks, and whether they have one of the roles. */
export function authenticator(staff: StaffConfig, roles: readonly Role[]): Authenticate {
  switch (staff.mode) {
    case 'loopback':
      return byLoopback(roles);
    case 'api-keys':
      return byApiKey(staff, roles);
    case 'entra':
      return byEntra(staff.verifier, byApiKey(staff, roles), roles);
  }
}

/** Somebody with the roles `held`, on a route for `allowed`. */
function admit(name: string, by: ActorKind, held: readonly Role[], allowed: readonly Role[]): Verdict {
  const role = allowed.find((each) => held.includes(each));
  if (role) return { actor: `${role.toLowerCase()}:${name}`, by, roles: held };
  const actor = `${held[0]?.toLowerCase() ?? 'nobody'}:${name}`;
  return { ...forbidden('role'), known: { actor, by, roles: held } };
}

/**
 * Everybody on this machine, but no web page that happens to be open on it: a foreign page's requests carry its Origin,
 * and one that has bound its name to 127.0.0.1 carries that name as Host.
 */
function byLoopback(roles: readonly Role[]): Authenticate {
  const local = admit('local', 'loopback', ROLES, roles);
  return ({ headers, socket }) => {
    if (!isLoopbackAddress(socket.remoteAddress)) return forbidden('address');
    if (!isLoopbackHost(hostName(headers.host))) return forbidden('host');
    if (FORWARDED.some((name) => headers[name] !== undefined)) return forbidden('proxy');
    return isOfAnotherSite(headers) ? forbidden('site') : local;
  };
}

function isOfAnotherSite(headers: Headers): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return !URL.canParse(origin) || new URL(origin).host !== host;
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

function byApiKey(staff: { readonly keys: readonly ApiKey[] }, roles: readonly Role[]) {
  const verdictsOf = (keys: readonly ApiKey[]) =>
    keys.map((key) => ({
      hash: Buffer.from(key.sha256, 'hex'),
      verdict: admit(key.name, 'api-key', key.roles, roles),
    }));
  let { keys } = staff;
  let known = verdictsOf(keys);
  return ({ headers }: FastifyRequest): Verdict => {
    if (staff.keys !== keys) {
      ({ keys } = staff);
      known = verdictsOf(keys);
    }
    const key = credentialOf(headers);
    if (key === undefined) return unauthenticated('no-credential');
    const hash = createHash('sha256').update(key).digest();
    return known.find((each) => timingSafeEqual(each.hash, hash))?.verdict ?? unauthenticated('unknown-key');
  };
}

/** What staff present: a token or a key. */
function credentialOf(headers: Headers): string | undefined {
  const given = bearerToken(headers.authorization) ?? headers['x-api-key'];
  return typeof given === 'string' ? given : undefined;
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
    const { refusal } = verified;
    return refusal === 'keys-unavailable' ? { refusal } : unauthenticated(`token-${refusal}`);
  };
}
