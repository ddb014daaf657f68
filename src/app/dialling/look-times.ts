import { PARTS, type Waiting } from '../../domain/places/row.ts';
import { turnOf } from '../../domain/places/step.ts';
import type { StoredPlaces } from '../ports.ts';
import type { Dialling } from './dialling.ts';
import { mostOf } from './log-looks.ts';

/** How often whoever knows a waiting call looks at the row: whoever was to dial it may be dead. */
const LOOK_MS = 5_000;
/** A line in which nobody had a turn for so long may stand: then nobody can say who is next in it. */
const STANDING_MS = 60_000;
/** Where fewer of a part stand in the row, there is room for those who are left, and whoever has brought them would have used it. */
const LONG = 25;
/** The first turn is given out so much before its time. */
const EARLY_MS = 50;
/** After one lost answer soon, after many seldom: twice as long each time. */
const LOST_AGAIN_MS = { least: 250, most: 5_000 } as const;

/** Whose place for this attempt, or a later one, is held: others may be dialling them, and what is to come must not wait behind them. */
export function hasTurnIn({ places, stored }: Dialling): (waiting: Waiting) => boolean {
  if (!places.isShared) return () => false;
  const held = new Map(stored?.row.held.map(({ callSessionId, attempt }) => [callSessionId, attempt]));
  return ({ callSessionId, attempt }) => (held.get(callSessionId) ?? 0) >= attempt;
}

/**
 * How long it is until the row is looked at again, if nothing happens before; Infinity: it need not be.
 * @param moves whether somebody may be dialled, in this instance's own judgement of the provider
 */
export function nextLookMs(dialling: Dialling, moves: boolean): number {
  const { clock, waiting, breaker, stored, storedMs, lostInARow, change } = dialling;
  if (lostInARow > 0) return Math.min(LOST_AGAIN_MS.most, LOST_AGAIN_MS.least * 2 ** (lostInARow - 1));
  const nowMs = clock.monotonicMs();
  const times: number[] = [];
  if (waiting.size() > 0)
    times.push(Math.max(storedMs + lookMs(dialling) - nowMs, EARLY_MS), laterThan(nowMs, breaker.pause()?.untilMs));
  if (stored && dialling.isOpen && stored.row.waiting.length > 0 && stored.row.held.length < mostOf(dialling)) {
    if (moves) times.push(turnMsLeft(dialling, stored));
  }
  if (change) times.push(Math.max(change.dueMs - nowMs, 1));
  return Math.min(...times);
}

function laterThan(nowMs: number, untilMs = 0): number {
  return untilMs > nowMs ? untilMs - nowMs : Number.POSITIVE_INFINITY;
}

function turnMsLeft({ places, me }: Dialling, { row }: StoredPlaces): number {
  const nowMs = places.now();
  // Instances that came at the same moment would be in each other's way.
  const stepMs = places.isShared ? Number.parseInt(me.slice(0, 2), 16) % EARLY_MS || 1 : 1;
  return Math.max(turnOf(row, { nowMs }) - nowMs - EARLY_MS, 0) + stepMs;
}

/** Sooner where calls are left that found no room among the next ones: before those are through. */
export function lookMs(dialling: Dialling): number {
  const { places, stored, waiting, policy, breaker } = dialling;
  if (!places.isShared || !stored || stored.row.held.length >= mostOf(dialling)) return LOOK_MS;
  if (breaker.pause() !== null || dialling.held() !== null) return LOOK_MS;
  const next = new Set(stored.row.waiting.map(({ callSessionId }) => callSessionId));
  const hasTurn = hasTurnIn(dialling);
  if (waiting.first((one) => next.has(one.callSessionId) || hasTurn(one)).length === 0) return LOOK_MS;
  const nowMs = places.now();
  const throughMs = turnOf(stored.row, { nowMs }) - nowMs + (next.size * 1_000) / policy.callsPerSecond;
  return Math.min(LOOK_MS, Math.max(EARLY_MS, throughMs / 2));
}

/**
 * Whether a call is among the next of a line that moves, and this instance looks: whoever gives a place has it dialled, whether or
 * not the one lives that has brought it.
 */
export function isNext(dialling: Dialling, callSessionId: string): boolean {
  return nextInMoving(dialling).some((one) => one.callSessionId === callSessionId);
}

/**
 * Whether a call that waits stands behind the next of a long line that moves: nobody has to know of it yet but who has brought it. An
 * older one would stand among them, if whoever has brought it were alive: ids tell when calls were made. Of which part it is nobody can
 * tell who has not read it, so a dead one's call may be taken for one behind another part's: the sweep reads some all the same.
 */
export function isBehind(dialling: Dialling, callSessionId: string): boolean {
  const next = nextInMoving(dialling);
  return PARTS.some((part) => {
    const ofPart = next.filter((one) => one.part === part);
    return ofPart.length >= LONG && ofPart.at(-1)!.callSessionId < callSessionId;
  });
}

/** Who is next, as far as this instance looks, and somebody had a turn of late. */
function nextInMoving({ places, stored, storedMs, waiting, clock }: Dialling): readonly Waiting[] {
  if (!places.isShared || !stored || waiting.size() === 0) return [];
  const isMoving = clock.monotonicMs() - storedMs <= 2 * LOOK_MS && places.now() - stored.row.nextMs <= STANDING_MS;
  return isMoving ? stored.row.waiting : [];
}
