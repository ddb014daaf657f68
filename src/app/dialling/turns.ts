import type { Place } from '../../domain/places/row.ts';
import { type Dialling, keyOf, type Read, type Turn } from './dialling.ts';
import { look } from './log-looks.ts';
import { partOf } from './waiting-calls.ts';

/** A turn that is missed by more is taken anew: the provider's pace has gone on. */
const MISSED_MS = 1_000;

/** A turn that the row gives this instance: the call is dialled when it comes. */
export function takeTurn(dialling: Dialling, place: Place, read: Read | null = null): void {
  const { turns, places, had } = dialling;
  turns.get(place.callSessionId)?.callOff();
  // Of a row in memory no answer is lost.
  if (places.isShared) had.set(keyOf(place), true);
  const turn: Turn = { place, read, isUnderWay: false, callOff() {} };
  turns.set(place.callSessionId, turn);
  awaitTurn(dialling, turn);
}

/** Turns are no whole milliseconds and the store's time is, and that may be set back: an alarm may ring before it. */
function awaitTurn(dialling: Dialling, turn: Turn): void {
  const { clock, places } = dialling;
  const { callSessionId, turnMs } = turn.place;
  turn.callOff = clock.after(Math.ceil(turnMs - places.now()), () => {
    if (places.now() < turnMs) awaitTurn(dialling, turn);
    else atTurn(dialling, callSessionId);
  });
}

/** Dials the call whose turn has come. */
export function atTurn(dialling: Dialling, callSessionId: string): void {
  const turn = dialling.turns.get(callSessionId);
  const lateMs = turn ? dialling.places.now() - turn.place.turnMs : -1;
  if (!turn || turn.isUnderWay || lateMs < 0) return;
  if (!dialling.isOpen) {
    giveUp(dialling, turn.place);
    return;
  }
  if (lateMs > MISSED_MS) {
    dialling.anew.add(callSessionId);
    dialling.poke();
    return;
  }
  const due = dialling.waiting.get(callSessionId);
  if (!due || due.attempt !== turn.place.attempt) return void fetch(dialling, callSessionId);
  turn.isUnderWay = true;
  dialling.waiting.leave(callSessionId);
  due.dial().then(
    (result) => afterDial(dialling, turn.place, result),
    () => afterDial(dialling, turn.place, 'unknown'),
  );
}

/** Another instance's call: it is dialled here, and looked after from now on. */
async function fetch(dialling: Dialling, callSessionId: string): Promise<void> {
  const turn = dialling.turns.get(callSessionId);
  const { read = null } = turn ?? {};
  // What was heard of it since then is newer; whether anybody has written to it the append finds out.
  const isNewest = read !== null && read.heard === dialling.known.get(callSessionId);
  const state = isNewest ? read.state : await look(dialling, callSessionId);
  if (!turn || dialling.turns.get(callSessionId) !== turn || turn.isUnderWay) return;
  const waitsFor = dialling.known.get(callSessionId)?.standing.waitsFor;
  if (state && waitsFor === turn.place.attempt) return dialling.takeUp(state, 'us');
  // It is over, or nobody can tell: then the place is looked at again.
  dialling.turns.delete(callSessionId);
  dialling.poke();
}

function afterDial(dialling: Dialling, place: Place, result: 'settled' | 'unknown'): void {
  const turn = dialling.turns.get(place.callSessionId);
  // It was dialled, or is over.
  if (turn?.place !== place) return;
  dialling.turns.delete(place.callSessionId);
  // Of a dial that may be recorded yet the place is kept.
  if (result === 'settled') giveUp(dialling, place);
  else dialling.doubtful.set(place.callSessionId, place.attempt);
}

/** The turn is not used. Where a leg may stand the place is kept for it. */
export function giveUp(dialling: Dialling, place: Place): void {
  const { callSessionId, attempt } = place;
  const { known, turns, unused, isOpen } = dialling;
  turns.get(callSessionId)?.callOff();
  turns.delete(callSessionId);
  const standing = known.get(callSessionId)?.standing;
  const isFree = !standing || standing.dials <= standing.overTo;
  const isDoubtful = dialling.doubtful.get(callSessionId) === attempt;
  if (!isFree || isDoubtful || (standing && standing.dials >= attempt)) return;
  // Who stops leaves the call where others find it.
  unused.set(callSessionId, isOpen ? null : { callSessionId, attempt, part: partOf(attempt, 'normal') });
  dialling.poke();
}
