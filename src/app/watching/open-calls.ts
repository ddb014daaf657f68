import type { Clock } from '../../base/clock.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { LONGEST_CALL_MS, type Timing } from '../../domain/call/timing.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Journal } from '../ports.ts';
import type { Recorder } from '../recording/recorder.ts';
import { loadOrPark } from './catch-up.ts';

export type OpenCallsDeps = {
  readonly log: Pick<CallEventLog, 'registered'>;
  readonly recorder: Pick<Recorder, 'load' | 'parked'>;
  readonly timing: Pick<Timing, 'queueMs'>;
  readonly journal: Journal;
};

/**
 * Every call of the log that is open, or whose leg may stand although it was closed. A call is registered when it is opened, and may
 * have waited before it was dialled. @throws LogError
 */
export async function openCalls(deps: OpenCallsDeps, clock: Pick<Clock, 'now'>): Promise<readonly CallState[]> {
  const open: CallState[] = [];
  const since = new Date(clock.now() - deps.timing.queueMs - LONGEST_CALL_MS);
  for await (const stream of deps.log.registered(since)) {
    const state = isCallStream(stream) ? await loadOrPark(deps, stream) : null;
    if (state && (!hasEnded(state) || state.deadline !== null || state.untoldLegAt !== null)) open.push(state);
  }
  return open;
}
