import type { Entry } from '../../domain/entries.ts';
import type { Role } from '../../identity/staff.ts';
import { SIGN_IN, SIGN_OUT, SIGN_OUT_EVERYWHERE, type SignInBody, type SignOutBody } from './entries.ts';

/** A session as it was begun. */
export type Session = {
  readonly id: string;
  /** As they were when it was begun. */
  readonly roles: readonly Role[];
  /** ISO 8601 UTC. */
  readonly beganAt: string;
  readonly expiresAt: string;
  /** From where it was begun; null: nobody knows. */
  readonly address: string | null;
};

/** The sessions of a stream that nobody has ended, by id; they may have expired. */
export type OpenSessions = ReadonlyMap<string, Session>;

/** A copy: of two who read on from one state at once neither goes on in what the other reads. */
export function foldSessions(before: OpenSessions, entries: readonly Entry[]): OpenSessions {
  const open = new Map(before);
  for (const entry of entries) fold(open, entry);
  return open;
}

function fold(open: Map<string, Session>, { type, id, at, data }: Entry): void {
  if (type === SIGN_IN) {
    const { roles, expiresAt, address } = JSON.parse(data) as SignInBody;
    open.set(id, { id, roles, beganAt: at, expiresAt, address });
  }
  if (type === SIGN_OUT) open.delete((JSON.parse(data) as SignOutBody).session);
  if (type === SIGN_OUT_EVERYWHERE) open.clear();
}
