import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'callistra-last-here';
/** Whoever was here within so long has not been away. */
const AWAY_MS = 30 * 60_000;
const KEPT_SECONDS = 30 * 86_400;
/** It is a day of figures that is read, not a year. */
const LONGEST_MS = 7 * 86_400_000;

/**
 * When a visitor was here before this visit, in milliseconds since 1970, a week ago at most; null: not that we know. A browser
 * keeps it, in times only. Updates of a page that is open are no visit.
 */
export function lastHere(request: FastifyRequest, reply: FastifyReply, nowMs: number): number | null {
  const { before, seen } = readCookie(request.cookies[COOKIE], nowMs);
  const isBack = seen !== null && nowMs - seen >= AWAY_MS;
  const since = isBack ? seen : before;
  if (request.headers['x-callistra-live'] === undefined) {
    const value = `${since ?? ''}-${nowMs}`;
    reply.setCookie(COOKIE, value, { path: '/console', httpOnly: true, sameSite: 'lax', maxAge: KEPT_SECONDS });
  }
  return since === null ? null : Math.max(since, nowMs - LONGEST_MS);
}

function readCookie(text: string | undefined, nowMs: number) {
  const [, before = '', seen = ''] = /^(\d{1,15})?-(\d{1,15})$/.exec(text ?? '') ?? [];
  // A clock that was set back, or a value that is not ours, tells nothing.
  const past = (digits: string): number | null => (digits !== '' && Number(digits) <= nowMs ? Number(digits) : null);
  return { before: past(before), seen: past(seen) };
}
