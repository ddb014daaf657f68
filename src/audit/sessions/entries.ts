import type { NewEntry } from '../../domain/entries.ts';
import type { Role } from '../../identity/staff.ts';

/**
 * What stands in the streams `sessions:{month}:{kind}:{name}`, written to disk and read back years later: add fields and types,
 * never rename one.
 */
export const SIGN_IN = 'SignIn';
export const REFUSE_SIGN_IN = 'RefuseSignIn';
export const SIGN_OUT = 'SignOut';
export const SIGN_OUT_EVERYWHERE = 'SignOutEverywhere';

/** Who may sign in: a person of Entra ID by their object id, or whoever holds an API key by its name. */
export type Person = { readonly by: 'person' | 'api-key'; readonly name: string };

/** As the log names them: by the first of their roles. */
export function actorNamed(name: string, roles: readonly Role[]): string {
  return `${roles[0]?.toLowerCase() ?? 'nobody'}:${name}`;
}

/** The entry's id is the session's. */
export type SignInBody = {
  readonly roles: readonly Role[];
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
  readonly address: string | null;
};

/** `roles`: they have none here. */
export type SignInRefusal = 'roles' | 'tenant';

export type RefuseSignInBody = { readonly reason: SignInRefusal; readonly address: string | null };

/** Why a session ended: somebody said so, or nobody was there any more. */
export const SIGN_OUT_REASONS = ['signed-out', 'idle'] as const;
export type SignOutReason = (typeof SIGN_OUT_REASONS)[number];

export type SignOutBody = { readonly session: string; readonly because: SignOutReason };

export type SessionEntry = { readonly id: string; readonly at: string; readonly actor: string };

export function signInEntry(entry: SessionEntry, body: SignInBody): NewEntry {
  return command(SIGN_IN, entry, body);
}

export function refuseSignInEntry(entry: SessionEntry, body: RefuseSignInBody): NewEntry {
  return command(REFUSE_SIGN_IN, entry, body);
}

export function signOutEntry(entry: SessionEntry, body: SignOutBody): NewEntry {
  return command(SIGN_OUT, entry, body);
}

/** `reason`: of whoever ended somebody else's; absent in those of older releases, and where somebody ended their own. */
export type SignOutEverywhereBody = { readonly reason?: string };

/** It ends every session that stands above it in its stream. */
export function signOutEverywhereEntry(entry: SessionEntry, body: SignOutEverywhereBody): NewEntry {
  return command(SIGN_OUT_EVERYWHERE, entry, body);
}

function command(type: string, { id, at, actor }: SessionEntry, body: object): NewEntry {
  return { kind: 'command', type, id, at, actor, cause: null, data: JSON.stringify(body) };
}
