import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken } from './callback-auth.ts';
import type { ApiKey, Role, StaffConfig } from './config.ts';
import { hostName, isLoopbackAddress, isLoopbackHost } from './loopback.ts';
import { type ProblemCode, sendProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, `coordinator:<name>`; set on staff routes only. */
    actor: string;
  }
}

type Verdict = { readonly actor: string } | { readonly refusal: ProblemCode };

type Headers = FastifyRequest['headers'];

/** Headers that a proxy or tunnel adds: behind one, the peer is on loopback and the person may be anywhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

/** Lets in whoever has one of the roles, before the body is read. */
export function requireStaff(staff: StaffConfig, roles: readonly Role[]) {
  const authenticate = staff.mode === 'loopback' ? byLoopback : byApiKey(staff.keys, roles);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const verdict = authenticate(request);
    if ('refusal' in verdict) {
      sendProblem(reply, verdict.refusal);
      return;
    }
    request.actor = verdict.actor;
    // Answers hold a member's data.
    reply.header('cache-control', 'no-store');
    done();
  };
}

const LOCAL: Verdict = { actor: 'coordinator:local' };
const FORBIDDEN: Verdict = { refusal: 'FORBIDDEN' };
const UNAUTHENTICATED: Verdict = { refusal: 'UNAUTHENTICATED' };

/**
 * Everybody on this machine, but no web page that happens to be open on it: a foreign page's requests carry its Origin,
 * and one that has bound its name to 127.0.0.1 carries that name as Host.
 */
function byLoopback(request: FastifyRequest): Verdict {
  const { headers } = request;
  if (!isLoopbackAddress(request.socket.remoteAddress)) return FORBIDDEN;
  if (!isLoopbackHost(hostName(headers.host))) return FORBIDDEN;
  if (FORWARDED.some((name) => headers[name] !== undefined)) return FORBIDDEN;
  return isOfAnotherSite(headers) ? FORBIDDEN : LOCAL;
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
    verdict: key.roles.some((role) => roles.includes(role)) ? { actor: `coordinator:${key.name}` } : FORBIDDEN,
  }));
  return ({ headers }: FastifyRequest): Verdict => {
    const key = bearerToken(headers.authorization) ?? headers['x-api-key'];
    if (typeof key !== 'string') return UNAUTHENTICATED;
    const hash = createHash('sha256').update(key).digest();
    return known.find((each) => timingSafeEqual(each.hash, hash))?.verdict ?? UNAUTHENTICATED;
  };
}
