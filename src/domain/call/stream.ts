import { EMPTY_HEAD, type Entry, type Head, headOf } from '../entries.ts';
import type { CallState } from './call.ts';
import { asForeign, evolve } from './evolve.ts';
import { type Provider, readingOf } from './provider.ts';
import { fromEntry, type Recorded } from './recorded.ts';

/** A call as its stream has it, and where the stream ends. */
export type FoldedCall = { readonly state: CallState | null; readonly head: Head };

/** A call of which nothing is known yet. */
export const UNKNOWN_CALL: FoldedCall = { state: null, head: EMPTY_HEAD };

/**
 * The state and head of a call's stream.
 * @param providers by whose rules what their calls hold is read
 * @param from what is known already of the entries before these
 */
export function foldStream(
  providers: readonly Provider[],
  callSessionId: string,
  entries: readonly Entry[],
  from: FoldedCall = UNKNOWN_CALL,
): FoldedCall {
  return { state: foldCall(providers, callSessionId, from.state, entries), head: headOf(entries, from.head) };
}

/** The state of a call after these entries, the next of its stream; null when it has none yet. */
export function foldCall(
  providers: readonly Provider[],
  callSessionId: string,
  before: CallState | null,
  entries: readonly Entry[],
): CallState | null {
  let state = before;
  let reading = state && readingOf(providers, state.initiate);
  for (const entry of entries) {
    const begins = state === null;
    const after: CallState = evolve(callSessionId, state, fromEntry(entry, reading));
    if (begins) reading = readingOf(providers, after.initiate);
    state = reading ? after : asForeign(after);
  }
  return state;
}

/** The entries of a call's whole stream with their data read. */
export function readEntries(providers: readonly Provider[], entries: readonly Entry[]): readonly Recorded[] {
  const [first, ...rest] = entries;
  if (!first) return [];
  const opening = fromEntry(first, null);
  const reading =
    opening.type === 'InitiateCall' && opening.kind === 'command' ? readingOf(providers, opening.body) : null;
  return [opening, ...rest.map((entry) => fromEntry(entry, reading))];
}
