import type { CheckCallBody } from './bodies.ts';
import { type CallState, hasEnded, waitsToDial } from './call.ts';
import { type Command, hangUpLeg, type Scene } from './commands.ts';
import type { Verdict } from './input.ts';
import { askAboutClaims } from './react-claims.ts';
import { LONGEST_CALL_MS, later, type Timing } from './timing.ts';

/** Longer than any instance takes to find out that a deadline has passed, and to ring it for one that is dead. */
const OVERDUE_MS = 60_000;

/** What is asked of a call that is stuck. */
export type Help = 'CheckCall' | 'CloseCall';

/**
 * From when on a call is overdue, milliseconds since 1970: by then its deadline should have moved it on. Null: it has ended. A
 * call that a later release leads has no deadline here; it is overdue when the provider has surely ended it.
 */
export function overdueMs(state: CallState, { queueMs }: Pick<Timing, 'queueMs'>): number | null {
  const { deadline, createdAt, updatedAt } = state;
  if (hasEnded(state)) return null;
  if (!deadline) return Date.parse(updatedAt) + LONGEST_CALL_MS;
  const dueMs = Date.parse(deadline.at);
  // A time that cannot be read is one that never comes.
  if (Number.isNaN(dueMs)) return Date.parse(updatedAt) + OVERDUE_MS;
  if (!waitsToDial(state)) return dueMs + OVERDUE_MS;
  // It may wait for its turn for hours, and for as long as it was told to.
  return Math.max(Date.parse(createdAt) + queueMs, dueMs) + OVERDUE_MS;
}

function isOverdue(state: CallState, at: string, timing: Timing): boolean {
  const overdue = overdueMs(state, timing);
  return overdue !== null && Date.parse(at) >= overdue;
}

/**
 * Why a call is not helped so; null: it is. Only an overdue call is closed: in any other somebody may be talking, and it ends by
 * itself. Whether a call that is connected still stands may be asked at any time, beside the flow. One that rings may not: what
 * the provider is still connecting it may not know yet, and that is no end.
 */
export function refuseHelp(state: CallState, help: Help, at: string, timing: Timing): Verdict | null {
  if (hasEnded(state)) return 'already-ended';
  const overdue = isOverdue(state, at, timing);
  if (help === 'CloseCall') return overdue ? null : 'not-overdue';
  if (state.foreign) return 'foreign';
  if (!overdue && !isConnected(state)) return 'not-overdue';
  return legToAskAbout(state) === undefined ? 'no-leg' : null;
}

/** What the check of a call asks that `refuseHelp` does not refuse. */
export function helpfulCheck(state: CallState, at: string, timing: Timing, reason: string): CheckCallBody {
  const common = { callConnectionId: legToAskAbout(state)!, attempt: 1, answerBy: later(at, timing.answerMs), reason };
  // Beside the flow the answer moves nothing but a call that is over: nobody is asked a question twice for it.
  return isOverdue(state, at, timing) ? common : { ...common, because: 'doubt' };
}

/** Of a call that staff have closed: a leg that still stands is hung up, one that may be its own is asked about. */
export function afterClosing(scene: Scene): readonly Command[] {
  const { callConnectionId } = scene.state;
  const own = callConnectionId === null ? [] : [hangUpLeg(scene, callConnectionId, 'already-closed')];
  return [...own, ...askAboutClaims(scene)];
}

function isConnected({ position }: CallState): boolean {
  return ['asking', 'saying', 'hanging-up'].includes(position.at);
}

/** The connection that the provider can be asked about; undefined while it has named none. */
export function legToAskAbout({ callConnectionId, claims }: CallState): string | undefined {
  return callConnectionId ?? claims.find(({ stands }) => stands !== 'refused')?.callConnectionId;
}
