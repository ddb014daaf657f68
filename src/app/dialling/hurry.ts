import type { PlacesRow } from '../../domain/places/row.ts';
import type { Step, View } from '../../domain/places/step.ts';
import type { Dialling } from './dialling.ts';

/** So long a change by which nobody gets a turn waits for one by which somebody does: then both are one write. */
const UNHURRIED_MS = 300;
/** The same of who gets in line behind as many as there are places: their turn is far. */
const FAR_MS = 2_000;
/** However few places there are. */
const AHEAD_LEAST = 4;
/**
 * Between two writes of an instance, for each place and at most: what comes meanwhile is one write, and others are refused less
 * often. Less than turns are given out ahead, so that the pace is kept.
 */
const SPACING_MS = { place: 100, most: 400 } as const;

/** `none`: there is no change. `later`: it waits, for nobody gets a turn by it, or the last write is too near. */
export type Pace = 'none' | 'now' | 'later';

/**
 * `isFresh`: what is known of the row says all; else it is to be read, which is hurried as a change is that may follow it. `isRead`:
 * it has just been; a change that waited would need it read again.
 */
type Asked = { readonly row: PlacesRow; readonly isFresh: boolean; readonly isRead: boolean };

/** When a change is to be made; when it waits, `change` says until when. Whoever stops has no better moment to wait for. */
export function paceOf(dialling: Dialling, { row, isFresh, isRead }: Asked, next: Step, view: View): Pace {
  if (isFresh && next.row === row && next.ask === null) return 'none';
  const { places, clock, isOpen } = dialling;
  if (!places.isShared || !isOpen) return 'now';
  const nowMs = clock.monotonicMs();
  const spacedMs = dialling.wroteMs + Math.min(SPACING_MS.place * view.most, SPACING_MS.most);
  const sinceMs = dialling.change?.sinceMs ?? nowMs;
  const waitMs = !isFresh || isRead || isHurried(row, next, view) ? 0 : isFar(row, next, view) ? FAR_MS : UNHURRIED_MS;
  const dueMs = waitMs === 0 ? spacedMs : Math.max(spacedMs, sinceMs + waitMs);
  dialling.change = { sinceMs, dueMs };
  return nowMs >= dueMs ? 'now' : 'later';
}

/** Somebody gets a turn, or could: a change that says only that calls wait, or that there is more room, is none of these. */
function isHurried({ held, pausedUntilMs }: PlacesRow, { row, taken, ask }: Step, view: View): boolean {
  if (taken.length > 0 || ask !== null) return true;
  if (view.legs.length > 0 || view.unused.size > 0 || row.pausedUntilMs !== pausedUntilMs) return true;
  return held.length >= view.most && row.held.length < held.length;
}

/** Nobody but calls that get in line, behind so many that it is long until one of them is next. */
function isFar({ held, waiting }: PlacesRow, { row }: Step, { most }: View): boolean {
  if (row.held.length < held.length || row.waiting.length < waiting.length) return false;
  const ahead = Math.max(most, AHEAD_LEAST);
  return waiting.length >= ahead && waiting.slice(0, ahead).every((one, index) => row.waiting[index] === one);
}
