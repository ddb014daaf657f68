import { errorCode } from '../../base/coded-error.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { legToAskAbout } from '../../domain/call/stuck.ts';
import type { StuckCall, StuckCalls } from '../../domain/call/stuck-call.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { OverdueCalls } from '../watching/overdue.ts';
import type { Findings } from './findings.ts';

type StuckDeps = {
  readonly recorder: Pick<Recorder, 'parked' | 'load'>;
  readonly overdue: Pick<OverdueCalls, 'list' | 'since'>;
  readonly findings: Pick<Findings, 'status'>;
};

/** Each is read once more, as another instance may have gone on with it. More than these are no case for one by one. */
const MOST = 200;

/**
 * Calls that nothing moves on by itself: set aside, overdue, or led by a release that may not run any more.
 * @throws LogError
 */
export async function stuckCalls(deps: StuckDeps): Promise<StuckCalls> {
  const parked = deps.recorder.parked();
  const open = [...new Set([...deps.overdue.list(), ...deps.findings.status().foreign])];
  const calls: StuckCall[] = parked.slice(0, MOST).map(parkedCall);
  for (const callSessionId of open.slice(0, Math.max(0, MOST - calls.length))) {
    const call = await stuckCall(deps, callSessionId);
    if (call) calls.push(call);
  }
  return { calls, more: parked.length + open.length > MOST };
}

async function stuckCall(deps: StuckDeps, callSessionId: string): Promise<StuckCall | null> {
  const state = await deps.recorder.load(callSessionId).catch((error: unknown) => {
    if (errorCode(error) !== 'CALL_PARKED') throw error;
    return 'parked' as const;
  });
  if (state === 'parked') return parkedCall(callSessionId);
  if (!state || hasEnded(state)) return null;
  const since = deps.overdue.since(state);
  return since !== null || state.foreign ? openCall(state, since) : null;
}

const PARKED: StuckCall['next'] =
  'what is written of it cannot be handled: callistra audit replay names what; calls check tries it again; calls close gives it up, and its member may be called anew';

function parkedCall(callSessionId: string): StuckCall {
  return { callSessionId, why: 'parked', at: null, since: null, canCheck: true, canClose: true, next: PARKED };
}

function openCall(state: CallState, since: string | null): StuckCall {
  const { callSessionId, position, foreign } = state;
  const canCheck = !foreign && legToAskAbout(state) !== undefined;
  const common = { callSessionId, at: position.at, since, canCheck, canClose: since !== null };
  if (foreign) return { ...common, why: 'later-release', next: since === null ? FOREIGN : FOREIGN_OVER };
  return { ...common, why: 'overdue', next: canCheck ? ASK : CLOSE };
}

const FOREIGN = 'a later release has begun it or gone on with it: start that release again, and it goes on';
const FOREIGN_OVER =
  'a later release leads it, and the provider has ended it by now: start that release again, or close it';
const ASK = 'ask the provider about it (calls check); if it is still here a minute later, close it (calls close)';
const CLOSE = 'the provider has named no connection to ask about: close it (calls close)';
