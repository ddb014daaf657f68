import type { Entry } from '../entries.ts';

/** `OpenCall`, the entry of a member's stream: from here on the member has this call. Stored for years. */
export type OpenCallBody = {
  readonly callSessionId: string;
  /** The number that the call is for, E.164: the member may get another before the call has begun. Entries of old lack it. */
  readonly phoneNumber?: string;
  /** SHA-256 of the coordinator's Idempotency-Key. */
  readonly idempotencyKeyHash?: string;
  /** SHA-256 of the request, to notice a key used again for another one. */
  readonly requestHash?: string;
};

/**
 * A member's stream, `member:{id}`: which calls were opened for the member, one after the other. Whether the newest is
 * still open is asked of that call's own stream, so no second entry has to tell it and none can be missing.
 */
export type MemberState = {
  readonly newest: (Pick<OpenCallBody, 'callSessionId' | 'phoneNumber'> & { readonly openedAt: string }) | null;
  /** By the SHA-256 of the Idempotency-Key. */
  readonly byKey: ReadonlyMap<string, OpenCallBody>;
};

export const NEW_MEMBER: MemberState = { newest: null, byKey: new Map() };

/** The state of a member after these entries, the next of the member's stream. */
export function foldMember(before: MemberState, entries: readonly Entry[]): MemberState {
  return entries.reduce<MemberState>((state, entry) => {
    if (entry.type !== 'OpenCall') return state;
    const body: OpenCallBody = JSON.parse(entry.data);
    const byKey = body.idempotencyKeyHash ? new Map(state.byKey).set(body.idempotencyKeyHash, body) : state.byKey;
    const { callSessionId, phoneNumber } = body;
    const newest = { callSessionId, openedAt: entry.at, ...(phoneNumber !== undefined && { phoneNumber }) };
    return { newest, byKey };
  }, before);
}
