import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Person } from '../audit/sessions/entries.ts';
import { LIFE_MS, type SessionRef } from '../audit/sessions/sessions.ts';
import type { Seal } from '../identity/seal.ts';

/** What a browser keeps of somebody who is signed in: which session it is. Whether that goes on, the log says. */
export type Ticket = {
  readonly ref: SessionRef;
  /** When somebody had a hand on the console last, as far as this browser tells; milliseconds since 1970. */
  readonly activeMs: number;
  /** The first digits of the key's hash, where a key lets in: another key of the same name is another holder. */
  readonly key: string | null;
};

/** `__Host-`: of this host alone, over TLS (a browser takes it on its own machine without), for all paths. */
export const SESSION_COOKIE = '__Host-callistra-session';
export const FLOW_COOKIE = '__Host-callistra-flow';

const OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

export async function giveTicket(reply: FastifyReply, seal: Seal, ticket: Ticket): Promise<void> {
  const { ref, activeMs, key } = ticket;
  const { person, month, id } = ref;
  const value = await seal.seal({ by: person.by, name: person.name, month, id, activeMs, key });
  reply.setCookie(SESSION_COOKIE, value, { ...OPTIONS, maxAge: LIFE_MS / 1_000 });
}

export async function readTicket(seal: Seal, cookie: string | undefined): Promise<Ticket | null> {
  const value = cookie === undefined ? null : await seal.open(cookie);
  if (!value) return null;
  const { by, name, month, id, activeMs, key } = value;
  if (by !== 'person' && by !== 'api-key') return null;
  if (![name, month, id].every((each) => typeof each === 'string') || typeof activeMs !== 'number') return null;
  const person: Person = { by, name: name as string };
  return {
    ref: { person, month: month as string, id: id as string },
    activeMs,
    key: typeof key === 'string' ? key : null,
  };
}

/** @param value sealed */
export function giveFlow(reply: FastifyReply, value: string, lifeMs: number): void {
  reply.setCookie(FLOW_COOKIE, value, { ...OPTIONS, maxAge: lifeMs / 1_000 });
}

export function takeAway(reply: FastifyReply, name: string): void {
  reply.clearCookie(name, OPTIONS);
}

/** As much of a key's hash as tells it from others. @param sha256 hex */
export function keyMark(sha256: string): string {
  return sha256.toLowerCase().slice(0, 16);
}

/** Tells one person from another, and to nobody who. */
export function personMark({ by, name }: Person): string {
  return createHash('sha256').update(`${by} ${name}`).digest('base64url').slice(0, 16);
}
