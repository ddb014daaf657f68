import { errorCode } from '../../base/coded-error.ts';
import { EMPTY_ROW, type Place } from '../../domain/places/row.ts';
import { standingOf } from '../../domain/places/standing.ts';
import { type Step, step, turnOf, type View } from '../../domain/places/step.ts';
import type { StoredPlaces } from '../ports.ts';
import { type Dialling, keyOf } from './dialling.ts';
import { isHeld } from './learning.ts';
import { look, lookIntoLog, mostOf, noteHeld, notePlaceless } from './log-looks.ts';
import { EARLY_MS, hasTurnIn, lookMs } from './look-times.ts';
import { takeTurn } from './turns.ts';

/** After one lost answer soon, after many seldom: twice as long each time. */
const LOST_AGAIN_MS = { least: 250, most: 5_000 } as const;
/** For as long nobody dials on a row that was lost: who had a turn in it may be just before the append. */
const LOST_ROW_PAUSE_MS = 15_000;

/** Has the row looked at, and changed if there is something to change. One pass at a time. */
export function poke(dialling: Dialling): void {
  dialling.isPoked = true;
  dialling.running ??= run(dialling).finally(() => {
    dialling.running = null;
    if (dialling.isPoked) poke(dialling);
  });
}

async function run(dialling: Dialling): Promise<void> {
  dialling.callOff();
  while (dialling.isPoked) {
    dialling.isPoked = false;
    await pass(dialling);
  }
  lookLater(dialling);
}

async function pass(dialling: Dialling): Promise<void> {
  for (;;) {
    const stored = dialling.stored ?? (await read(dialling));
    if (!stored) return;
    // A change under a tag that is out of date is refused, and then the row is read: nobody has to look before.
    const isFresh = !isOutOfDate(dialling);
    if (isFresh) await lookIntoLog(dialling);
    const view = viewOf(dialling);
    const next = await stepped(dialling, stored, view);
    if (next.row === stored.row) {
      if (isFresh) return settle(dialling, next, view);
      dialling.stored = null;
      continue;
    }
    const answer = await dialling.places.write(dialling.line, next.row, stored.etag);
    if (answer !== 'conflict' && 'etag' in answer) {
      keep(dialling, { row: next.row, etag: answer.etag });
      return settle(dialling, next, view);
    }
    dialling.stored = null;
    if (answer !== 'conflict') return lose(dialling, answer.lost);
  }
}

/** The row as it is now; null when it cannot be had. */
async function read(dialling: Dialling): Promise<StoredPlaces | null> {
  const { places, line } = dialling;
  const answer = await places.read(line);
  if (answer === 'absent') return insert(dialling);
  if ('lost' in answer) return loseRow(dialling, answer.lost);
  if (answer.etag !== dialling.etag) dialling.othersMs = dialling.clock.monotonicMs();
  keep(dialling, answer);
  notePlaceless(dialling);
  for (const place of answer.row.held) adopt(dialling, place);
  return answer;
}

function isOutOfDate(dialling: Dialling): boolean {
  const { places, clock, storedMs, waiting, over } = dialling;
  if (!places.isShared) return false;
  if (waiting.size() > 0 && clock.monotonicMs() - storedMs >= lookMs(dialling)) return true;
  // Others may have taken the place that is over.
  for (const [callSessionId, { sinceMs }] of over)
    if (sinceMs >= storedMs && !isHeld(dialling, callSessionId)) return true;
  return false;
}

function keep(dialling: Dialling, stored: StoredPlaces): void {
  dialling.stored = stored;
  dialling.etag = stored.etag;
  dialling.storedMs = dialling.clock.monotonicMs();
  if (dialling.places.isShared || dialling.waiting.size() > 0) noteHeld(dialling, stored.row.held);
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
  const { places, line, me, openCalls, clock, timing } = dialling;
  const calls = places.isShared ? await openCalls().catch((error: unknown) => ({ lost: errorCode(error) })) : [];
  if ('lost' in calls) return loseRow(dialling, calls.lost);
  const nowMs = places.now();
  const own = calls.filter(({ initiate }) => initiate.callerId === line);
  const held = own
    .map((state) => [state, standingOf(state, clock.now(), timing.ringMs)] as const)
    .filter(([, { dials, overTo }]) => dials > overTo)
    .map(([{ callSessionId }, { dials }]) => ({
      callSessionId,
      attempt: dials,
      turnMs: nowMs,
      by: me,
      isShared: true,
    }));
  const isQuiet = !places.isShared || own.length === 0;
  const row = { ...EMPTY_ROW, held, pausedUntilMs: isQuiet ? 0 : nowMs + LOST_ROW_PAUSE_MS };
  const answer = await places.insert(line, row);
  if (answer === 'exists') return read(dialling);
  if ('lost' in answer) return loseRow(dialling, answer.lost);
  keep(dialling, { row, etag: answer.etag });
  notePlaceless(dialling);
  return dialling.stored;
}

function loseRow(dialling: Dialling, code: string): null {
  lose(dialling, code);
  return null;
}

function lose(dialling: Dialling, code: string): void {
  dialling.stored = null;
  // One lost answer is no trouble to tell of.
  if (dialling.lostInARow > 0) dialling.lost = code;
  dialling.lostInARow += 1;
}

function viewOf(dialling: Dialling): View {
  const { me, places, policy, waiting, over, anew, unused, placeless, known, pauseUntilMs, isOpen, storedMs } =
    dialling;
  const legs = [...placeless].flatMap((callSessionId) => {
    const call = known.get(callSessionId);
    const isNewer = call && (!places.isShared || call.heardMs >= storedMs);
    return isNewer && call.standing.dials > call.standing.overTo
      ? [{ callSessionId, attempt: call.standing.dials }]
      : [];
  });
  return {
    me,
    nowMs: places.now(),
    spacingMs: 1_000 / policy.callsPerSecond,
    most: mostOf(dialling),
    moves: isOpen ? movesOf(dialling) : 0,
    over: new Map([...over].map(([callSessionId, { attempt }]) => [callSessionId, attempt])),
    legs,
    due: isOpen ? waiting.first(hasTurnIn(dialling)) : [],
    waitsFor: (callSessionId) => waitsFor(dialling, callSessionId),
    // One dial at a time.
    anew: new Set([...anew].filter((callSessionId) => !dialling.turns.get(callSessionId)?.isUnderWay)),
    unused: new Map(unused),
    pauseUntilMs,
  };
}

function movesOf({ breaker, clock, held }: Dialling): number {
  if (held() !== null || !breaker.allows(clock.monotonicMs())) return 0;
  return breaker.pause() ? 1 : Number.POSITIVE_INFINITY;
}

/** What was heard before others changed the row may be out of date. */
function waitsFor({ known, waiting, places, othersMs }: Dialling, callSessionId: string): number | null | undefined {
  const call = known.get(callSessionId);
  if (!call) return waiting.get(callSessionId)?.attempt;
  if (places.isShared && call.heardMs < othersMs) return undefined;
  return call.standing.waitsFor;
}

/** The next row; who is next is read first where nobody knows of it here. */
async function stepped(dialling: Dialling, stored: StoredPlaces, view: View): Promise<Step> {
  const asked = new Set<string>();
  for (;;) {
    const next = (dialling.step ?? step)(stored.row, {
      ...view,
      // Unreadable for now: whoever can read it brings it again.
      waitsFor: (callSessionId) =>
        view.waitsFor(callSessionId) ?? (asked.has(callSessionId) ? null : view.waitsFor(callSessionId)),
    });
    if (next.ask === null) return next;
    asked.add(next.ask);
    await look(dialling, next.ask);
  }
}

/** The row is as `next` has it. */
function settle(dialling: Dialling, next: Step, view: View): void {
  const { over, anew, unused, known, placeless, breaker } = dialling;
  for (const [callSessionId, attempt] of view.over) {
    if (over.get(callSessionId)?.attempt !== attempt) continue;
    over.delete(callSessionId);
    if (attempt === Number.POSITIVE_INFINITY) known.delete(callSessionId);
  }
  for (const callSessionId of view.anew) anew.delete(callSessionId);
  for (const callSessionId of view.unused.keys()) {
    if (!isHeld(dialling, callSessionId)) breaker.passed(callSessionId);
    unused.delete(callSessionId);
  }
  for (const callSessionId of placeless) {
    const call = known.get(callSessionId);
    if (isHeld(dialling, callSessionId) || !call || call.standing.dials <= call.standing.overTo)
      placeless.delete(callSessionId);
  }
  for (const place of next.taken) {
    // A call whose leg may stand says nothing new of the provider.
    const standing = known.get(place.callSessionId)?.standing;
    if (!standing || standing.dials <= standing.overTo) breaker.dialled(place.callSessionId);
    takeTurn(dialling, place);
  }
}

function lookLater(dialling: Dialling): void {
  const { clock, waiting, breaker, stored, storedMs, lostInARow } = dialling;
  const nowMs = clock.monotonicMs();
  if (lostInARow > 0) {
    const againMs = Math.min(LOST_AGAIN_MS.most, LOST_AGAIN_MS.least * 2 ** (lostInARow - 1));
    lookAt(dialling, againMs);
    return;
  }
  const times: number[] = [];
  if (waiting.size() > 0)
    times.push(Math.max(storedMs + lookMs(dialling) - nowMs, EARLY_MS), laterThan(nowMs, breaker.pause()?.untilMs));
  if (stored && dialling.isOpen && stored.row.waiting.length > 0 && stored.row.held.length < mostOf(dialling)) {
    if (movesOf(dialling) > 0) times.push(turnMsLeft(dialling, stored));
  }
  const nextMs = Math.min(...times);
  if (Number.isFinite(nextMs)) lookAt(dialling, nextMs);
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

function lookAt(dialling: Dialling, afterMs: number): void {
  dialling.callOff();
  dialling.callOff = dialling.clock.after(afterMs, dialling.poke);
}
