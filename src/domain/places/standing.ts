import { type CallState, hasEnded, nextDial } from '../call/call.ts';

/** What the log says of a call to whoever counts places. */
export type Standing = {
  /** The attempt that it waits to make; null: none. */
  readonly waitsFor: number | null;
  /** Attempts that were made. */
  readonly dials: number;
  /** Nothing of the attempts up to this one can stand at the provider any more; Infinity: of any. */
  readonly overTo: number;
  /**
   * We closed it, and the provider has not said what became of its leg. When what was asked for has rung out all of them are
   * over, and nobody is told.
   */
  readonly isUntold: boolean;
};

/** One for all calls of which it is true, as of most. */
const DIALLED_ONCE: Standing = { waitsFor: null, dials: 1, overTo: 0, isUntold: false };

/**
 * Of no time: an entry bears when it was decided, by the clock of whoever decided it. It may be stored long after, and be read by
 * another clock.
 */
export function standingOf(state: CallState): Standing {
  const { dials } = state;
  const waitsFor = state.foreign ? null : nextDial(state);
  const overTo = wasRefused(state) ? dials : 0;
  if (!hasEnded(state) && waitsFor === null && dials === 1 && overTo === 0) return DIALLED_ONCE;
  if (!hasEnded(state)) return { waitsFor, dials, overTo, isUntold: false };
  // A leg that is not the call's own is being hung up.
  if (state.deadline !== null) return { waitsFor: null, dials, overTo: 0, isUntold: false };
  const isUntold = state.untoldLegAt !== null;
  return { waitsFor: null, dials, overTo: isUntold ? 0 : Number.POSITIVE_INFINITY, isUntold };
}

/** The newest attempt was, and no request before it under the same id is unanswered. */
function wasRefused({ position, deadline }: CallState): boolean {
  return position.at === 'placing' && !position.uncertain && deadline?.missing === 'retry';
}
