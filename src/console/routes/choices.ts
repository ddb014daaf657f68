import type { FastifyReply, FastifyRequest } from 'fastify';

/** What somebody has chosen for how this browser shows the console. Nothing of it is secret, or decides what they may do. */
export type Choices = {
  /** An IANA name. */
  readonly zone: string;
  readonly shortcuts?: 'off';
};

const ZONE_COOKIE = 'callistra-zone';
const SHORTCUTS_COOKIE = 'callistra-shortcuts';
const YEAR_SECONDS = 365 * 86_400;
const OPTIONS = { path: '/', httpOnly: true, sameSite: 'lax', maxAge: YEAR_SECONDS } as const;

/** All that the platform knows, and the one that is no place. */
export const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const KNOWN = new Set(ZONES);

export function choicesOf({ cookies }: FastifyRequest): Choices {
  const zone = cookies[ZONE_COOKIE] ?? '';
  return {
    zone: KNOWN.has(zone) ? zone : 'UTC',
    ...(cookies[SHORTCUTS_COOKIE] === 'off' && { shortcuts: 'off' }),
  };
}

/** @returns whether the zone is one */
export function keepChoices(reply: FastifyReply, zone: string, hasShortcuts: boolean): boolean {
  if (!KNOWN.has(zone)) return false;
  reply.setCookie(ZONE_COOKIE, zone, OPTIONS);
  if (hasShortcuts) reply.clearCookie(SHORTCUTS_COOKIE, { path: '/' });
  else reply.setCookie(SHORTCUTS_COOKIE, 'off', OPTIONS);
  return true;
}
