import { errorCode } from '../../base/coded-error.ts';
import { EMPTY_ROW, type Place } from '../../domain/places/row.ts';
import { type Standing, standingOf } from '../../domain/places/standing.ts';
import type { StoredPlaces } from '../ports.ts';
import { type Dialling, keyOf } from './dialling.ts';
import { noteHeld, notePlaceless } from './log-looks.ts';
import { lookMs } from './look-times.ts';
import { takeTurn } from './turns.ts';

/** For as long nobody dials on a row that was lost: who had a turn in it may be just before the append. */
const LOST_ROW_PAUSE_MS = 15_000;

/** So much weighs what was found before. It is sooner believed that others write than that they do not: to be refused costs more. */
const CROWD = { least: -2, most: 5 } as const;

/** The row as it is now; null when it cannot be had. */
export async function read(dialling: Dialling): Promise<StoredPlaces | null> {
  const { places, line } = dialling;
  const answer = await places.read(line);
  if (answer === 'absent') return insert(dialling);
  if ('lost' in answer) return loseRow(dialling, answer.lost);
  const isOthers = answer.etag !== dialling.etag;
  if (isOthers) dialling.othersMs = dialling.clock.monotonicMs();
  if (dialling.etag !== null) noteOthers(dialling, isOthers);
  keep(dialling, answer);
  notePlaceless(dialling);
  for (const place of answer.row.held) adopt(dialling, place);
  return answer;
}

/** Whether it has to be read before it says what there is to do. */
export function isOutOfDate(dialling: Dialling): boolean {
  const { places, clock, storedMs, waiting } = dialling;
  if (!places.isShared) return false;
  return (waiting.size() > 0 && clock.monotonicMs() - storedMs >= lookMs(dialling)) || hasStrangeEnd(dialling);
}

/** A place is over that was not in the row: others have taken it since. */
function hasStrangeEnd({ over, storedMs, stored }: Dialling): boolean {
  if (over.size === 0) return false;
  const held = new Set(stored?.row.held.map(({ callSessionId }) => callSessionId));
  return [...over].some(([callSessionId, { sinceMs }]) => sinceMs >= storedMs && !held.has(callSessionId));
}

/**
 * It is as it was written.
 * @param wasRead just before: that nobody was in between says nothing of others
 */
export function noteWritten(dialling: Dialling, stored: StoredPlaces, wasRead: boolean): void {
  if (!wasRead) noteOthers(dialling, false);
  dialling.wroteMs = dialling.clock.monotonicMs();
  keep(dialling, stored);
}

function noteOthers(dialling: Dialling, isOthers: boolean): void {
  dialling.crowd = Math.max(CROWD.least, Math.min(CROWD.most, dialling.crowd + (isOthers ? 1 : -1)));
}

/** Whether others have likely changed it: a write would be refused more often than not, and the row be read after all. */
export function isLikelyOthers(dialling: Dialling): boolean {
  return dialling.places.isShared && (dialling.crowd > 0 || hasStrangeEnd(dialling));
}

function keep(dialling: Dialling, stored: StoredPlaces): void {
  dialling.stored = stored;
  dialling.etag = stored.etag;
  dialling.storedMs = dialling.clock.monotonicMs();
  if (dialling.places.isShared || dialling.waiting.size() > 0) noteHeld(dialling, stored.row);
  dialling.lost = null;
  dialling.lostInARow = 0;
}

/** A write whose answer was lost has given this instance a turn all the same. */
function adopt(dialling: Dialling, place: Place): void {
  const { me, turns, known, unused, anew, had, isOpen } = dialling;
  if (!isOpen || place.by !== me || turns.has(place.callSessionId) || unused.has(place.callSessionId)) return;
  if (had.get(keyOf(place)) || (known.get(place.callSessionId)?.standing.dials ?? 0) >= place.attempt) return;
  anew.delete(place.callSessionId);
  takeTurn(dialling, place);
}

/** There is no row: the first to find that out makes one, of the legs that the log knows. */
async function insert(dialling: Dialling): Promise<StoredPlaces | null> {
  const { places, line, me, openCalls } = dialling;
  const calls = places.isShared ? await openCalls().catch((error: unknown) => ({ lost: errorCode(error) })) : [];
  if ('lost' in calls) return loseRow(dialling, calls.lost);
  const nowMs = places.now();
  const own = calls
    .filter(({ initiate }) => initiate.callerId === line)
    .map((state) => ({ callSessionId: state.callSessionId, ...standingOf(state) }));
  const held = own
    .filter(({ dials, overTo, isUntold }) => dials > overTo && !isUntold)
    .map(({ callSessionId, dials }) => ({ callSessionId, attempt: dials, turnMs: nowMs, by: me, isShared: true }));
  const row = { ...EMPTY_ROW, held, pausedUntilMs: own.length === 0 ? 0 : nowMs + pauseMs(dialling, own) };
  const answer = await places.insert(line, row);
  if (answer === 'exists') return read(dialling);
  if ('lost' in answer) return loseRow(dialling, answer.lost);
  keep(dialling, { row, etag: answer.etag });
  notePlaceless(dialling);
  return dialling.stored;
}

/** Which of those that were closed without word have rung out nobody can tell: all have when nobody was dialled for so long. */
function pauseMs({ timing }: Dialling, calls: readonly Standing[]): number {
  const isAnyUntold = calls.some(({ isUntold }) => isUntold);
  return isAnyUntold ? Math.max(timing.ringMs, LOST_ROW_PAUSE_MS) : LOST_ROW_PAUSE_MS;
}

function loseRow(dialling: Dialling, code: string): null {
  lose(dialling, code);
  return null;
}

/** The row cannot be had for now. */
export function lose(dialling: Dialling, code: string): void {
  dialling.stored = null;
  // One lost answer is no trouble to tell of.
  if (dialling.lostInARow > 0) dialling.lost = code;
  dialling.lostInARow += 1;
}
