import { EMPTY_HEAD, type Entry, type Head, headOf } from '../entries.ts';
import type { CallState } from './call.ts';
import { evolve } from './evolve.ts';
import { fromEntry } from './recorded.ts';

/** A call as its stream has it, and where the stream ends. */
export type FoldedCall = { readonly state: CallState | null; readonly head: Head };

/** A call of which nothing is known yet. */
export const UNKNOWN_CALL: FoldedCall = { state: null, head: EMPTY_HEAD };

/**
 * The state and head of a call's stream.
 * @param from what is known already of the entries before these
 */
export function foldStream(
  callSessionId: string,
  entries: readonly Entry[],
  from: FoldedCall = UNKNOWN_CALL,
): FoldedCall {
  return { state: foldCall(callSessionId, from.state, entries), head: headOf(entries, from.head) };
}

/** The state of a call after these entries, the next of its stream; null when it has none yet. */
export function foldCall(callSessionId: string, before: CallState | null, entries: readonly Entry[]): CallState | null {
  let state = before;
  for (const entry of entries) state = evolve(callSessionId, state, fromEntry(entry));
  return state;
}
