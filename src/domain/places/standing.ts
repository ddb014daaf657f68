import { type CallState, hasEnded, nextDial } from '../call/call.ts';

/** What the log says of a call to whoever counts places. */
export type Standing = {
  /** The attempt that it waits to make; null: none. */
  readonly waitsFor: number | null;
  /** Attempts that were made. */
  readonly dials: number;
  /** Nothing of the attempts up to this one can stand at the provider any more; Infinity: of any. */
  readonly overTo: number;
  /** From when on that will be so of all of them, milliseconds since 1970; null: nobody knows yet, or it is so. */
  readonly overAtMs: number | null;
};

/**
 * @param ringMs for how long what the provider was asked for may still become a leg
 */
export function standingOf(state: CallState, nowMs: number, ringMs: number): Standing {
  const { dials } = state;
  const waitsFor = state.foreign ? null : nextDial(state);
  if (!hasEnded(state)) return { waitsFor, dials, overTo: wasRefused(state) ? dials : 0, overAtMs: null };
  // A leg that is not the call's own is being hung up.
  if (state.deadline !== null) return { waitsFor: null, dials, overTo: 0, overAtMs: null };
  const overAtMs = state.untoldLegAt === null ? 0 : Date.parse(state.untoldLegAt) + ringMs;
  if (overAtMs > nowMs) return { waitsFor: null, dials, overTo: 0, overAtMs };
  return { waitsFor: null, dials, overTo: Number.POSITIVE_INFINITY, overAtMs: null };
}

/** The newest attempt was, and no request before it under the same id is unanswered. */
function wasRefused({ position, deadline }: CallState): boolean {
  return position.at === 'placing' && !position.uncertain && deadline?.missing === 'retry';
}
