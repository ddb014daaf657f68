import { type CallState, hasEnded } from './call.ts';
import type { Recorded } from './recorded.ts';
import { LONG_OVER_MS } from './timing.ts';

/** So many late events are kept: as many as a whole call has, in case all of it comes late. */
const LATE_KEPT = 32;

/**
 * Whether a call had ended more than a day before `at`, by the times of its own stream, so that every instance and every replay
 * says the same. Not one that a later release leads: its end may be another.
 */
export function isLongOver(state: CallState, at: string): boolean {
  if (!hasEnded(state) || state.foreign || !state.ending) return false;
  return Date.parse(at) - Date.parse(state.ending.at) > LONG_OVER_MS;
}

/** Whether an event that comes now is acknowledged and nothing else: somebody who repeats himself for ever fills no stream. */
export function isTooLate(state: CallState, at: string): boolean {
  return state.late >= LATE_KEPT && isLongOver(state, at);
}

/** How many late events a call has with this entry, whole ones and those of which only the coming is kept. */
export function lateAfter(before: CallState, { kind, type, at }: Recorded): number {
  const isEvent = kind === 'callback' || type === 'CountEvent';
  return isEvent && isLongOver(before, at) ? before.late + 1 : before.late;
}
