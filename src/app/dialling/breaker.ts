/** What a call that has ended says about the provider. */
export type CallVerdict = 'served' | 'failed';

export type Breaker = {
  /** Counts a call, once, when it has ended. */
  count(callSessionId: string, verdict: CallVerdict, nowMs: number): void;
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
};

export const BREAKER: BreakerPolicy = { windowMs: 120_000, callsMin: 5, failedShare: 0.5, pauseMs: 30_000 };

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

  const open = (nowMs: number, reason: string): void => {
    phase = { is: 'open', untilMs: nowMs + policy.pauseMs, reason };
    counted = [];
  };

  const countTrial = (callSessionId: string, verdict: CallVerdict, nowMs: number): void => {
    if (phase.is !== 'trying' || phase.trial !== callSessionId) return;
    if (verdict === 'failed') open(nowMs, phase.reason);
    else phase = { is: 'closed' };
  };

  return {
    count(callSessionId, verdict, nowMs) {
      if (phase.is === 'trying') return countTrial(callSessionId, verdict, nowMs);
      if (phase.is === 'open') return;
      counted = [...counted.filter((call) => call.atMs > nowMs - policy.windowMs), { atMs: nowMs, verdict }];
      const failed = counted.filter((call) => call.verdict === 'failed').length;
      if (counted.length < policy.callsMin || failed / counted.length < policy.failedShare) return;
      open(nowMs, `${failed} of the last ${counted.length} calls failed at the provider`);
    },
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
