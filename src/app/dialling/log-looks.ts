import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import { LONGEST_CALL_MS } from '../../domain/call/timing.ts';
import type { Place } from '../../domain/places/row.ts';
import { type Dialling, keyOf } from './dialling.ts';
import { learn, learnGone, learnParked } from './learning.ts';

/** A holder that nothing was heard of for so long is looked at: most calls say something more often, and a look is a request. */
const UNHEARD_MS = 10_000;
/** A place whose turn is over for so long, and whose call was not dialled: who had the turn is dead, or frozen. */
const STALLED_MS = 5_000;
/** So many calls are read in one pass: those that were not heard of for longest. */
const LOOKS_MAX = 5;

/** A row of an instance that is alone is looked through so often, and not at every change. */
const SEEN_EVERY_MS = 1_000;

/** What is held as it was before keeps its time. */
export function noteHeld(dialling: Dialling, held: readonly Place[]): void {
  const nowMs = dialling.clock.monotonicMs();
  if (!dialling.places.isShared && nowMs - dialling.seenMs < SEEN_EVERY_MS) return;
  dialling.seenMs = nowMs;
  const storeMs = dialling.places.now();
  const before = dialling.seen;
  dialling.seen = new Map(
    held.map((place) => {
      const known = before.get(place.callSessionId);
      const isSame = known !== undefined && keyOf(known.place) === keyOf(place);
      const dueMs = nowMs + Math.max(0, place.turnMs - storeMs) + STALLED_MS;
      return [place.callSessionId, isSame ? { ...known, place } : { place, sinceMs: nowMs, dueMs }];
    }),
  );
}

/** Reads the calls of the row that nobody here can tell anything of: they may be over, or nobody may be dialling them. */
export async function lookIntoLog(dialling: Dialling): Promise<void> {
  const isFull = (dialling.stored?.row.held.length ?? 0) >= mostOf(dialling);
  const stalled = stalledOf(dialling);
  // Who is alone knows all there is.
  const others = dialling.places.isShared ? [...dialling.placeless, ...(isFull ? unheardOf(dialling) : [])] : [];
  const looks = [...stalled, ...others];
  await Promise.all([...new Set(looks)].slice(0, LOOKS_MAX).map((callSessionId) => look(dialling, callSessionId)));
  for (const callSessionId of stalled) judgeStalled(dialling, callSessionId);
}

/** How many calls may be held before somebody moves. */
export function mostOf({ policy, limit, places }: Dialling): number {
  return Math.min(policy.concurrentCalls, limit.current(), places.heldMax);
}

/** Reads a call and learns from it; of one that cannot be read now nothing is learnt. */
export async function look(dialling: Dialling, callSessionId: string): Promise<CallState | null> {
  const wasDue = dialling.waiting.get(callSessionId) !== undefined;
  try {
    const state = await dialling.load(callSessionId);
    // What was counted here of another line is counted there, where it is met.
    if (state?.initiate.callerId !== dialling.line) {
      learnGone(dialling, callSessionId);
      return null;
    }
    learn(dialling, state, []);
    // Another instance has dialled it, or it is over: here it is watched over as what it is now.
    const isDue = dialling.waiting.get(callSessionId) !== undefined;
    if (wasDue && !isDue) dialling.takeUp(state, 'watched');
    return state;
  } catch (error) {
    if (errorCode(error) !== 'CALL_PARKED') return null;
    const isClosed = error instanceof Error && 'isClosed' in error && error.isClosed === true;
    if (isClosed) learnGone(dialling, callSessionId);
    else learnParked(dialling, callSessionId);
    return null;
  }
}

function stalledOf({ seen, turns, known, clock }: Dialling): readonly string[] {
  const nowMs = clock.monotonicMs();
  const stalled: string[] = [];
  for (const [callSessionId, { place, dueMs }] of seen) {
    if (nowMs < dueMs || turns.get(callSessionId)?.isUnderWay) continue;
    const standing = known.get(callSessionId)?.standing;
    if (standing === undefined || standing.dials < place.attempt) stalled.push(callSessionId);
  }
  return stalled;
}

function judgeStalled(dialling: Dialling, callSessionId: string): void {
  const { seen, known, anew, clock, over, places } = dialling;
  const stands = seen.get(callSessionId);
  if (!stands) return;
  const call = known.get(callSessionId);
  seen.set(callSessionId, { ...stands, dueMs: clock.monotonicMs() + STALLED_MS });
  if (call?.standing.waitsFor === stands.place.attempt && dialling.isOpen) anew.add(callSessionId);
  // No call lasts longer.
  const isOld = places.now() - stands.place.turnMs > LONGEST_CALL_MS;
  if (call?.isParked && isOld)
    over.set(callSessionId, { attempt: Number.POSITIVE_INFINITY, sinceMs: clock.monotonicMs() });
}

function unheardOf({ seen, known, clock }: Dialling): readonly string[] {
  const nowMs = clock.monotonicMs();
  return [...seen]
    .map(
      ([callSessionId, { sinceMs }]) =>
        [callSessionId, Math.max(sinceMs, known.get(callSessionId)?.heardMs ?? 0)] as const,
    )
    .filter(([, heardMs]) => nowMs - heardMs >= UNHEARD_MS)
    .sort(([, a], [, b]) => a - b)
    .map(([callSessionId]) => callSessionId);
}

/** Legs that are known here and have no place in the row: they are read once more, as the row may be the newer word. */
export function notePlaceless(dialling: Dialling, callSessionId?: string): void {
  const { known, placeless, legs, stored } = dialling;
  if (!stored) return;
  const held = new Set(stored.row.held.map((place) => place.callSessionId));
  for (const leg of callSessionId === undefined ? legs : [callSessionId]) {
    if (legs.has(leg) && !held.has(leg) && known.has(leg)) placeless.add(leg);
  }
}
