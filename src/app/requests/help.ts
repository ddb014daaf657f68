import type { Clock } from '../../base/clock.ts';
import type { Ids } from '../../base/ids.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import type { Help } from '../../domain/call/stuck.ts';
import { LogError } from '../../log/port.ts';
import type { HelpRequest, HelpResult } from '../api.ts';
import type { Journal } from '../ports.ts';
import { CallParkedError, type Closing } from '../recording/parked.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { OverdueCalls } from '../watching/overdue.ts';

export type HelpDeps = {
  readonly recorder: Pick<Recorder, 'record' | 'load' | 'parked' | 'tryAgain' | 'giveUp'>;
  readonly overdue: Pick<OverdueCalls, 'since'>;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly journal: Journal;
};

/**
 * Helps a call that is stuck: the provider is asked about it, or it is closed as unknown. Nobody is dialled by either. A call that
 * is set aside is tried again first; only where it still cannot be handled is it given up as it stands.
 * @throws LogError; CallParkedError when the call can neither be handled nor given up
 */
export async function help(deps: HelpDeps, type: Help, request: HelpRequest): Promise<HelpResult> {
  const { recorder, ids, clock } = deps;
  const { callSessionId, actor, reason, key = ids.uuid() } = request;
  const by = { id: key, at: new Date(clock.now()).toISOString(), actor, reason };
  const wasParked = recorder.parked().includes(callSessionId);
  const state = wasParked ? await tryAgain(deps, type, callSessionId, by) : await recorder.load(callSessionId);
  if (state === 'given-up') return 'closed';
  if (!state) return 'unknown-call';
  if (hasEnded(state)) return wasParked ? 'resumed' : 'already-ended';
  const result = await record(deps, type, state, by);
  return wasParked && result === 'not-overdue' ? 'resumed' : result;
}

async function record(deps: HelpDeps, type: Help, state: CallState, by: Closing): Promise<HelpResult> {
  const since = deps.overdue.since(state);
  // By the wall it may be overdue: a clock that was set forward must not end what somebody is saying.
  if (type === 'CloseCall' && since === null) return 'not-overdue';
  // Nor does one that was set back keep an overdue call from being helped.
  const at = since !== null && since > by.at ? since : by.at;
  const { verdict } = await deps.recorder.record(state.callSessionId, { ...by, type, at });
  switch (verdict) {
    case 'unknown-call':
    case 'already-ended':
    case 'not-overdue':
    case 'no-leg':
    case 'foreign':
      return verdict;
    default:
      return type === 'CheckCall' ? 'checking' : 'closed';
  }
}

/** What set the call aside may be over. If it is not, a call that somebody closes is given up. */
async function tryAgain(
  { recorder, journal }: HelpDeps,
  type: Help,
  callSessionId: string,
  by: Closing,
): Promise<CallState | 'given-up' | null> {
  try {
    const state = await recorder.tryAgain(callSessionId);
    journal.info({ call: callSessionId }, 'a call that was set aside goes on');
    return state;
  } catch (error) {
    if (type === 'CheckCall' || !(error instanceof CallParkedError)) throw error;
    if (!error.isClosed) await giveUp(recorder, callSessionId, by, error);
    return 'given-up';
  }
}

/** A stream that the log cannot read to its end cannot be written to either. */
async function giveUp(recorder: Pick<Recorder, 'giveUp'>, callSessionId: string, by: Closing, parked: CallParkedError) {
  try {
    await recorder.giveUp(callSessionId, by);
  } catch (error) {
    throw error instanceof LogError && error.code === 'LOG_CORRUPT' ? parked : error;
  }
}
