/** What a call that has ended says about the provider; `refused`: a network would not carry calls from our number. */
export type CallVerdict = 'served' | 'failed' | 'refused';

export type Breaker = {
  /** Counts a call, once, when it has ended. */
  count(callSessionId: string, verdict: CallVerdict, nowMs: number): void;
  /** The provider takes no calls for a long time: nothing is dialled but one call an hour that finds out. */
  bar(nowMs: number): void;
  /** Whether a call may be dialled now. */
  allows(nowMs: number): boolean;
  /** Tells that this call is dialled; while the breaker tries the provider out it is the only one. */
  dialled(callSessionId: string): void;
  /** Tells that this call was not dialled after all, or refused for now: it says nothing about the provider. */
  passed(callSessionId: string): void;
  /** Why dialling is paused and until when, null when it is not. */
  pause(): { readonly reason: string; readonly untilMs: number } | null;
};

export type BreakerPolicy = {
  readonly windowMs: number;
  /** Fewer calls than these say nothing. */
  readonly callsMin: number;
  /** The share of failed calls that opens it. */
  readonly failedShare: number;
  readonly pauseMs: number;
  /** The pause after the provider has said that it takes nothing for a long time. */
  readonly barredMs: number;
};

export const BREAKER: BreakerPolicy = {
  windowMs: 120_000,
  callsMin: 5,
  failedShare: 0.5,
  pauseMs: 30_000,
  barredMs: 3_600_000,
};

const BARRED = 'the provider takes no more calls this month; one is tried every hour';

type Phase =
  | { readonly is: 'closed' }
  | { readonly is: 'open'; readonly untilMs: number; readonly reason: string }
  | { readonly is: 'trying'; readonly untilMs: number; readonly reason: string; readonly trial: string | null };

/**
 * Stops dialling when the provider fails call after call, and lets a single call find out whether it works again. Members
 * would otherwise be rung by a system that cannot speak to them.
 */
export function createBreaker(policy: BreakerPolicy = BREAKER): Breaker {
  let phase: Phase = { is: 'closed' };
  let counted: { readonly atMs: number; readonly verdict: CallVerdict }[] = [];
  let failed = 0;

  const open = (nowMs: number, reason: string, pauseMs = policy.pauseMs): void => {
    phase = { is: 'open', untilMs: nowMs + pauseMs, reason };
    counted = [];
    failed = 0;
  };

  const forgetBefore = (atMs: number): void => {
    while (counted[0] && counted[0].atMs <= atMs) if (counted.shift()?.verdict === 'failed') failed -= 1;
  };

  const countTrial = (callSessionId: string, verdict: CallVerdict, nowMs: number): void => {
    if (phase.is !== 'trying' || phase.trial !== callSessionId) return;
    if (verdict !== 'served') open(nowMs, phase.reason);
    else phase = { is: 'closed' };
  };

  return {
    count(callSessionId, verdict, nowMs) {
      if (phase.is === 'trying') return countTrial(callSessionId, verdict, nowMs);
      if (phase.is === 'open') return;
      counted.push({ atMs: nowMs, verdict });
      if (verdict === 'failed') failed += 1;
      forgetBefore(nowMs - policy.windowMs);
      // One line after the other may refuse us; that all do says that our number is marked, or that we call too much at once.
      const inARow = counted.slice(-policy.callsMin).filter((call) => call.verdict === 'refused').length;
      if (inARow === policy.callsMin) return open(nowMs, `networks refused the last ${inARow} calls from our number`);
      if (counted.length < policy.callsMin || failed / counted.length < policy.failedShare) return;
      open(nowMs, `${failed} of the last ${counted.length} calls failed at the provider`);
    },
    bar: (nowMs) => open(nowMs, BARRED, policy.barredMs),
    allows(nowMs) {
      if (phase.is === 'open' && nowMs >= phase.untilMs) phase = { ...phase, is: 'trying', trial: null };
      return phase.is === 'closed' || (phase.is === 'trying' && phase.trial === null);
    },
    dialled(callSessionId) {
      if (phase.is === 'trying' && phase.trial === null) phase = { ...phase, trial: callSessionId };
    },
    passed(callSessionId) {
      if (phase.is === 'trying' && phase.trial === callSessionId) phase = { ...phase, trial: null };
    },
    pause: () => (phase.is === 'closed' ? null : { reason: phase.reason, untilMs: phase.untilMs }),
  };
}
