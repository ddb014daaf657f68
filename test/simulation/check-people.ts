import type { Check } from './check.ts';

/** An answer 2xx to a coordinator. */
export type Promised = {
  readonly callSessionId: string;
  readonly memberId: string;
  readonly idempotencyKey: string | undefined;
};

/** What people are told. */
export type People = {
  /** Somebody was told that a call is initiated. */
  promised(promised: Promised): void;
  /** Somebody was told that the member has this call open; asked at that time. */
  refused(callSessionId: string, askedAtMs: number): void;
  cancelling(callSessionId: string): void;
};

/** The call stands in the log, for that member, and a key used again means the same call. */
export function checkInitiated(
  { sim, log, ledger }: Check,
  { callSessionId, memberId, idempotencyKey }: Promised,
): void {
  ledger.promised.add(callSessionId);
  const [first] = log.peek(callSessionId);
  const isThere = first?.type === 'InitiateCall' && JSON.parse(first.data).memberId === memberId;
  if (!isThere)
    sim.fail('a 2xx means durably recorded', `${callSessionId} was promised, and its stream does not begin`);
  if (idempotencyKey === undefined) return;
  const key = `${memberId} ${idempotencyKey}`;
  const earlier = ledger.byKey.get(key) ?? callSessionId;
  ledger.byKey.set(key, callSessionId);
  if (earlier === callSessionId) return;
  sim.fail('an Idempotency-Key stands for one call', `${key} was answered ${earlier} and then ${callSessionId}`);
}

/** Who is told 409 must have been in the way of a call that was open when asked. */
export function checkRefused({ sim, ledger }: Check, callSessionId: string, askedAtMs: number): void {
  const endedAtMs = ledger.endedAtMs.get(callSessionId);
  if (endedAtMs === undefined || endedAtMs >= askedAtMs) return;
  const agoS = Math.round((askedAtMs - endedAtMs) / 1_000);
  sim.fail(
    'a 409 names an open call',
    `${callSessionId} had ended ${agoS} s before somebody asked, and was called open`,
  );
}
