import type { Clock } from '../../base/clock.ts';
import { type CallState, hasEnded } from '../../domain/call/call.ts';
import { LONGEST_CALL_MS } from '../../domain/call/timing.ts';
import { isCallStream } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import type { Journal } from '../ports.ts';
import type { Recorder } from '../recording/recorder.ts';
import { loadOrPark } from './catch-up.ts';

export type OpenCallsDeps = {
  readonly log: Pick<CallEventLog, 'registered'>;
  readonly recorder: Pick<Recorder, 'load' | 'parked'>;
  readonly journal: Journal;
};

/** Every call of the log that is open, or whose leg may stand although it was closed. @throws LogError */
export async function openCalls(deps: OpenCallsDeps, clock: Pick<Clock, 'now'>): Promise<readonly CallState[]> {
  const open: CallState[] = [];
  for await (const stream of deps.log.registered(new Date(clock.now() - LONGEST_CALL_MS))) {
    const state = isCallStream(stream) ? await loadOrPark(deps, stream) : null;
    if (state && (!hasEnded(state) || state.deadline !== null || state.untoldLegAt !== null)) open.push(state);
  }
  return open;
}
