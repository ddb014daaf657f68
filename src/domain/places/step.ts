import { firstOf, joined, normalsAfter, type Place, type PlacesRow, type Waiting } from './row.ts';

/** What an instance knows and wants when it changes the row. */
export type View = {
  /** This life of the instance, in the places that it takes. */
  readonly me: string;
  /** The store's time. */
  readonly nowMs: number;
  /** Between two turns. */
  readonly spacingMs: number;
  /** While fewer are held, somebody may move. */
  readonly most: number;
  /** How many may move at once, in this instance's own judgement of the provider; 0: nobody does. */
  readonly moves: number;
  /** Up to which attempt nothing of a call can stand at the provider any more, by the log. */
  readonly over: ReadonlyMap<string, number>;
  /** Legs that the log shows, read after a row in which they have no place. */
  readonly legs: readonly Pick<Place, 'callSessionId' | 'attempt'>[];
  /** Calls that are due, the best of each part. */
  readonly due: readonly Waiting[];
  /** For which attempt a call waits by the log; null: for none, or nobody can tell; undefined: it has to be read. */
  readonly waitsFor: (callSessionId: string) => number | null | undefined;
  /** Held and, by the log, not begun: they get a new turn, and this instance has it. */
  readonly anew: ReadonlySet<string>;
  /** Turns of its own that this instance does not use, and who waits again instead; null: nobody does. */
  readonly unused: ReadonlyMap<string, Waiting | null>;
  /** The provider has asked not to be called before. */
  readonly pauseUntilMs: number;
};

export type Step = {
  /** The same object when there is nothing to change. */
  readonly row: PlacesRow;
  /** The turns that this instance has, once the row is written. */
  readonly taken: readonly Place[];
  /** The call that has to be read before somebody can move; null: none. */
  readonly ask: string | null;
};

type Draft = { row: PlacesRow; readonly taken: Place[]; ask: string | null };

/**
 * Turns are given out so far ahead: far enough that several are with one write, and near enough that a call that somebody
 * waits for does not stand behind hundreds.
 */
export const AHEAD_MS = 500;

/**
 * The next row: the one function by which it ever changes, whatever an instance wants of it. A place leaves only when the log
 * says that nothing of its attempt can stand, for the next attempt of its call, or by the hand of the only one who ever had a
 * turn for it. Checked by a model: test/domain/places/model.ts.
 */
export function step(row: PlacesRow, view: View): Step {
  const draft: Draft = { row, taken: [], ask: null };
  if (view.pauseUntilMs > row.pausedUntilMs) draft.row = { ...row, pausedUntilMs: view.pauseUntilMs };
  give(draft, view);
  giveUpUnused(draft, view);
  addLegs(draft, view);
  renew(draft, view);
  goOn(draft, view);
  wait(draft, view);
  move(draft, view);
  return draft;
}

function give(draft: Draft, { over }: View): void {
  if (over.size === 0) return;
  const isOver = ({ callSessionId, attempt }: Pick<Place, 'callSessionId' | 'attempt'>): boolean =>
    (over.get(callSessionId) ?? 0) >= attempt;
  const { held, waiting } = draft.row;
  if (held.some(isOver)) draft.row = { ...draft.row, held: held.filter((place) => !isOver(place)) };
  if (waiting.some(isOver)) draft.row = { ...draft.row, waiting: waiting.filter((one) => !isOver(one)) };
}

function giveUpUnused(draft: Draft, { me, unused, nowMs, spacingMs }: View): void {
  for (const [callSessionId, again] of unused) {
    const place = placeOf(draft, callSessionId);
    if (place?.by !== me || place.isShared) continue;
    const { row } = draft;
    const isLast = place.turnMs > nowMs && row.nextMs === place.turnMs + spacingMs;
    draft.row = {
      ...row,
      held: row.held.filter((other) => other !== place),
      nextMs: isLast ? place.turnMs : row.nextMs,
      waiting: again ? joined(row.waiting, [again]) : row.waiting,
    };
  }
}

function addLegs(draft: Draft, { me, legs, nowMs }: View): void {
  for (const { callSessionId, attempt } of legs) {
    const place = placeOf(draft, callSessionId);
    if (place && place.attempt >= attempt) continue;
    put(draft, { callSessionId, attempt, turnMs: nowMs, by: me, isShared: true });
  }
}

function renew(draft: Draft, view: View): void {
  for (const callSessionId of view.anew) {
    const place = placeOf(draft, callSessionId);
    if (place) take(draft, view, { ...place, isShared: place.isShared || place.by !== view.me });
  }
}

/** While a request is unanswered its call keeps its place, and dials once more in it. */
function goOn(draft: Draft, view: View): void {
  for (const { callSessionId, attempt } of view.due) {
    const place = placeOf(draft, callSessionId);
    if (place && place.attempt < attempt) take(draft, view, { callSessionId, attempt, isShared: false });
  }
}

function wait(draft: Draft, { due }: View): void {
  const wanting = due.filter(({ callSessionId }) => !placeOf(draft, callSessionId));
  const waiting = joined(draft.row.waiting, wanting);
  if (waiting !== draft.row.waiting) draft.row = { ...draft.row, waiting };
}

function move(draft: Draft, view: View): void {
  let { moves } = view;
  while (moves > 0 && draft.row.held.length < view.most) {
    const first = firstOf(draft.row);
    if (!first || turnOf(draft.row, view) > view.nowMs + AHEAD_MS) return;
    const { callSessionId, attempt } = first;
    const waitsFor = view.waitsFor(callSessionId);
    if (waitsFor === undefined) {
      draft.ask = callSessionId;
      return;
    }
    draft.row = { ...draft.row, waiting: draft.row.waiting.filter((one) => one !== first) };
    if (waitsFor !== attempt || placeOf(draft, callSessionId)) continue;
    draft.row = { ...draft.row, normals: normalsAfter(draft.row.normals, first) };
    take(draft, view, { callSessionId, attempt, isShared: false });
    moves -= 1;
  }
}

/** The next turn, for this attempt. */
function take(draft: Draft, view: View, attempt: Pick<Place, 'callSessionId' | 'attempt' | 'isShared'>): void {
  const place = {
    callSessionId: attempt.callSessionId,
    attempt: attempt.attempt,
    turnMs: turnOf(draft.row, view),
    by: view.me,
    isShared: attempt.isShared,
  };
  put(draft, place);
  draft.row = { ...draft.row, nextMs: place.turnMs + view.spacingMs };
  draft.taken.push(place);
}

function put(draft: Draft, place: Place): void {
  const others = draft.row.held.filter(({ callSessionId }) => callSessionId !== place.callSessionId);
  const waiting = draft.row.waiting.filter(({ callSessionId }) => callSessionId !== place.callSessionId);
  draft.row = { ...draft.row, held: [...others, place], waiting };
}

export function turnOf({ nextMs, pausedUntilMs }: PlacesRow, { nowMs }: Pick<View, 'nowMs'>): number {
  return Math.max(nowMs, nextMs, pausedUntilMs);
}

function placeOf({ row }: Draft, callSessionId: string): Place | undefined {
  return row.held.find((place) => place.callSessionId === callSessionId);
}
