import { errorCode } from '../../base/coded-error.ts';
import type { CallState } from '../../domain/call/call.ts';
import { LONGEST_CALL_MS } from '../../domain/call/timing.ts';
import type { Place, PlacesRow } from '../../domain/places/row.ts';
import { type Dialling, isSameTurn } from './dialling.ts';
import { isHeld, learn, learnGone, learnParked } from './learning.ts';

/** A holder that nothing was heard of for so long is looked at: most calls say something more often, and a look is a request. */
const UNHEARD_MS = 10_000;
/** A place whose turn is over for so long, and whose call was not dialled: who had the turn is dead, or frozen. */
const STALLED_MS = 5_000;
/** So many calls are read in one pass. */
const LOOKS_MAX = 5;
/** So often so many holders are, those that were not heard of for longest: every instance with a waiting call does it. */
const UNHEARD_LOOKS = { everyMs: 5_000, most: 2 } as const;

/** A row of an instance that is alone is looked through so often, and not at every change. */
const SEEN_EVERY_MS = 1_000;

/** What is held as it was before keeps its time. Who is alone looks only at turns that are not known to be used: thousands may stand. */
export function noteHeld(dialling: Dialling, { held, waiting }: PlacesRow): void {
  const { places, known } = dialling;
  const nowMs = dialling.clock.monotonicMs();
  if (!places.isShared && nowMs - dialling.seenMs < SEEN_EVERY_MS) return;
  dialling.seenMs = nowMs;
  const storeMs = places.now();
  const before = dialling.seen;
  const seen: Dialling['seen'] = new Map();
  for (const place of held) {
    const { callSessionId, attempt } = place;
    if (!places.isShared && (known.get(callSessionId)?.standing.dials ?? 0) >= attempt) continue;
    const was = before.get(callSessionId);
    const dueMs = nowMs + Math.max(0, place.turnMs - storeMs) + STALLED_MS;
    const isSame = was !== undefined && isSameTurn(was.place, place);
    seen.set(callSessionId, isSame ? { ...was, place } : { place, sinceMs: nowMs, dueMs });
  }
  dialling.seen = seen;
  if (!places.isShared) return;
  // Who stops leaves its turns to others.
  const there = new Set([...held, ...waiting].map(({ callSessionId }) => callSessionId));
  for (const { place } of before.values())
    if (!there.has(place.callSessionId) && isOthers(dialling, place)) letGo(dialling, place.callSessionId);
}

/** Whether it was another instance that gave this place back, or has to tell what became of it. */
function isOthers({ legs, waiting, turns, me }: Dialling, { callSessionId, attempt, by }: Place): boolean {
  if (turns.has(callSessionId)) return false;
  const due = waiting.get(callSessionId);
  // What is due here for this attempt was dialled by whoever had the place: another dial would be refused.
  return legs.has(callSessionId) || (due !== undefined && due.attempt <= attempt && by !== me);
}

function letGo(dialling: Dialling, callSessionId: string): void {
  dialling.legs.delete(callSessionId);
  dialling.breaker.passed(callSessionId);
  dialling.letGo(callSessionId);
}

/** Reads the calls of the row that nobody here can tell anything of: they may be over, or nobody may be dialling them. */
export async function lookIntoLog(dialling: Dialling): Promise<void> {
  const isFull = (dialling.stored?.row.held.length ?? 0) >= mostOf(dialling);
  const stalled = stalledOf(dialling);
  // Who is alone knows all there is.
  const others = dialling.places.isShared ? [...unread(dialling), ...(isFull ? unheardOf(dialling) : [])] : [];
  const looks = [...new Set([...stalled, ...others])].slice(0, LOOKS_MAX);
  await Promise.all(looks.map((callSessionId) => look(dialling, callSessionId)));
  for (const callSessionId of looks) judgeStalled(dialling, callSessionId);
  for (const callSessionId of looks) if (isLeg(dialling, callSessionId)) dialling.placeless.add(callSessionId);
}

/** How many calls may be held before somebody moves. */
export function mostOf({ policy, limit, places }: Dialling): number {
  return Math.min(policy.concurrentCalls, limit.current(), places.heldMax);
}

/** Reads a call and learns from it; of one that cannot be read now nothing is learnt. */
export async function look(dialling: Dialling, callSessionId: string): Promise<CallState | null> {
  try {
    const state = await dialling.load(callSessionId);
    // What was counted here of another line is counted there, where it is met.
    if (state?.initiate.callerId !== dialling.line) {
      learnGone(dialling, callSessionId);
      return null;
    }
    // Asked after reading: it may have become due meanwhile.
    const wasDue = dialling.waiting.get(callSessionId) !== undefined;
    learn(dialling, state, [], 'look');
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

/** Who has the call to dial looks; where there is no room, others come upon it among those that they have not heard of. */
function stalledOf(dialling: Dialling): readonly string[] {
  const { seen, turns, waiting, places, me } = dialling;
  const stalled: string[] = [];
  for (const [callSessionId, { place }] of seen) {
    const isOurs = !places.isShared || place.by === me || waiting.get(callSessionId) !== undefined;
    if (isOurs && !turns.get(callSessionId)?.isUnderWay && isStalled(dialling, callSessionId))
      stalled.push(callSessionId);
  }
  return stalled;
}

/** A while after its turn nothing is known here of the dial. */
function isStalled({ seen, known, clock }: Dialling, callSessionId: string): boolean {
  const stands = seen.get(callSessionId);
  const standing = known.get(callSessionId)?.standing;
  if (!stands || clock.monotonicMs() < stands.dueMs) return false;
  return standing === undefined || standing.dials < stands.place.attempt;
}

function judgeStalled(dialling: Dialling, callSessionId: string): void {
  const { seen, known, anew, clock, over, places } = dialling;
  const stands = seen.get(callSessionId);
  if (!stands || clock.monotonicMs() < stands.dueMs) return;
  const call = known.get(callSessionId);
  seen.set(callSessionId, { ...stands, dueMs: clock.monotonicMs() + STALLED_MS });
  if (call?.standing.waitsFor === stands.place.attempt && dialling.isOpen) anew.add(callSessionId);
  // No call lasts longer.
  const isOld = places.now() - stands.place.turnMs > LONGEST_CALL_MS;
  if (call?.isParked && isOld)
    over.set(callSessionId, { attempt: Number.POSITIVE_INFINITY, sinceMs: clock.monotonicMs() });
}

/** That stands, by the log, and has no place. */
function isLeg(dialling: Dialling, callSessionId: string): boolean {
  const standing = dialling.known.get(callSessionId)?.standing;
  return standing !== undefined && standing.dials > standing.overTo && !isHeld(dialling, callSessionId);
}

/** Legs without a place that were not read after the row. */
function unread({ placeless, known, storedMs }: Dialling): readonly string[] {
  return [...placeless].filter((callSessionId) => (known.get(callSessionId)?.heardMs ?? 0) < storedMs);
}

function unheardOf(dialling: Dialling): readonly string[] {
  const { seen, known, clock } = dialling;
  const nowMs = clock.monotonicMs();
  if (nowMs - dialling.lookedMs < UNHEARD_LOOKS.everyMs) return [];
  const unheard = [...seen]
    .map(
      ([callSessionId, { sinceMs }]) =>
        [callSessionId, Math.max(sinceMs, known.get(callSessionId)?.heardMs ?? 0)] as const,
    )
    .filter(([id, heardMs]) => nowMs - heardMs >= UNHEARD_MS || isStalled(dialling, id))
    .sort(([, a], [, b]) => a - b)
    .slice(0, UNHEARD_LOOKS.most)
    .map(([callSessionId]) => callSessionId);
  if (unheard.length > 0) dialling.lookedMs = nowMs;
  return unheard;
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
