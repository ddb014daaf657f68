import { type Step, step, type View } from '../../domain/places/step.ts';
import type { StoredPlaces } from '../ports.ts';
import type { Dialling, Read } from './dialling.ts';
import { paceOf } from './hurry.ts';
import { isHeld } from './learning.ts';
import { look, lookIntoLog, mostOf } from './log-looks.ts';
import { hasTurnIn, nextLookMs } from './look-times.ts';
import { isLikelyOthers, isOutOfDate, lose, noteWritten, read } from './stored-row.ts';
import { takeTurn } from './turns.ts';

/** What was read so lately is not read again before somebody moves. */
const NEW_MS = 1_000;

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
  let isRead = false;
  const reads = new Map<string, Read>();
  for (;;) {
    isRead ||= dialling.stored === null;
    const stored = dialling.stored ?? (await read(dialling));
    if (!stored) return;
    // A change under a tag that is out of date is refused, and then the row is read: nobody has to look before.
    const isFresh = !isOutOfDate(dialling);
    // Waited for in any case: what comes within the same turn of the loop is one change.
    await (isFresh ? lookIntoLog(dialling) : undefined);
    const view = viewOf(dialling);
    const first = (dialling.step ?? step)(stored.row, view);
    const pace = paceOf(dialling, { row: stored.row, isFresh, isRead }, first, view);
    if (pace === 'none') return settle(dialling, first, view, reads);
    if (pace !== 'now') return;
    if (!isRead && isLikelyOthers(dialling)) {
      dialling.stored = null;
      continue;
    }
    const next = await stepped(dialling, stored, view, { first, reads });
    if (next.row === stored.row && !isFresh) {
      dialling.stored = null;
      continue;
    }
    if (!(await write(dialling, stored, { next, isRead }))) return;
    if (dialling.stored) return settle(dialling, next, view, reads);
  }
}

/** `isRead`: the row was read just before. */
type Change = { readonly next: Step; readonly isRead: boolean };

/** @returns whether it is known what became of it: the row is as `next` has it, or has to be read again */
async function write(dialling: Dialling, stored: StoredPlaces, { next, isRead }: Change): Promise<boolean> {
  const { row } = next;
  if (row === stored.row) return true;
  const answer = await dialling.places.write(dialling.line, row, stored.etag);
  dialling.stored = null;
  if (answer === 'conflict') return true;
  if ('lost' in answer) {
    lose(dialling, answer.lost);
    return false;
  }
  noteWritten(dialling, { row, etag: answer.etag }, isRead);
  return true;
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

/**
 * Of a call that is due here it is known; if another instance has dialled it meanwhile, the append finds out. What was heard of
 * others before somebody changed the row may be out of date.
 */
function waitsFor(
  { known, waiting, places, othersMs, clock }: Dialling,
  callSessionId: string,
): number | null | undefined {
  const call = known.get(callSessionId);
  const due = waiting.get(callSessionId);
  if (due) return due.attempt;
  const isNew = call && (!places.isShared || call.heardMs >= othersMs || clock.monotonicMs() - call.heardMs < NEW_MS);
  return isNew ? call.standing.waitsFor : undefined;
}

/** Calls that were read because they are next: of one pass, as a write that is refused does not make them read again. */
type Reads = Map<string, Read>;

type Begun = { readonly first: Step; readonly reads: Reads };

/** The next row; who is next is read first where nobody knows of it here. */
async function stepped(dialling: Dialling, { row }: StoredPlaces, view: View, { first, reads }: Begun): Promise<Step> {
  const asked = new Set<string>();
  let next = first;
  while (next.ask !== null) {
    asked.add(next.ask);
    const state = await look(dialling, next.ask);
    if (state) reads.set(next.ask, { state, heard: dialling.known.get(next.ask) });
    next = (dialling.step ?? step)(row, {
      ...view,
      // Unreadable for now: whoever can read it brings it again.
      waitsFor(callSessionId) {
        const attempt = view.waitsFor(callSessionId);
        return attempt === undefined && asked.has(callSessionId) ? null : attempt;
      },
    });
  }
  return next;
}

/** The row is as `next` has it. */
function settle(dialling: Dialling, next: Step, view: View, reads: ReadonlyMap<string, Read>): void {
  const { over, anew, unused, known, placeless, breaker } = dialling;
  dialling.change = null;
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
    takeTurn(dialling, place, reads.get(place.callSessionId));
  }
}

function lookLater(dialling: Dialling): void {
  const nextMs = nextLookMs(dialling, movesOf(dialling) > 0);
  if (!Number.isFinite(nextMs)) return;
  dialling.callOff();
  dialling.callOff = dialling.clock.after(nextMs, dialling.poke);
}
