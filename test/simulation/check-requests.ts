import type { CallTarget } from '../../src/app/ports.ts';
import type { PlaceCallBody, SentCommand } from '../../src/domain/call/bodies.ts';
import { hasEnded, holdsLeg } from '../../src/domain/call/call.ts';
import { TIMING } from '../../src/domain/call/timing.ts';
import type { Check } from './check.ts';
import { callOf } from './ledger.ts';
import type { Life } from './port-call.ts';

/** At the moment in which the provider receives a request. */
export function checkRequest(check: Check, life: Life, command: SentCommand, target: CallTarget): void {
  const { sim, ledger } = check;
  const { id, type } = command;
  const by = life.name;
  const callSessionId = callOf(id);
  if (!stands(check, callSessionId, command)) {
    sim.fail(
      'nothing is sent that was not recorded first',
      `${by} sent ${type} ${id}, which does not stand so in the log`,
    );
  }
  const earlier = ledger.sentBy.get(id);
  if (earlier) sim.fail('one command is sent once', `${type} ${id} was sent by ${earlier} and again by ${by}`);
  ledger.sentBy.set(id, by);
  checkLeg(check, callSessionId, command, target);
  if (command.type === 'PlaceCall') checkStopped(check, life, callSessionId, id);
  if (command.type === 'PlaceCall') checkPace(check, life, callSessionId);
  if (command.type === 'AskQuestion') ledger.asked.set(id, command.body);
  if (command.type === 'AskQuestion' || command.type === 'SayMessage') {
    checkPrompt(check, callSessionId, command.body.prompt.text);
  }
}

/** Whoever asks about a leg does it no harm; nobody speaks into one of another call, or ends it. */
function checkLeg({ sim, ledger }: Check, callSessionId: string, command: SentCommand, target: CallTarget): void {
  if (command.type === 'PlaceCall' || command.type === 'CheckCall') return;
  const leg = command.type === 'HangUp' ? command.body.callConnectionId : target.callConnectionId;
  const owner = ledger.legs.get(leg ?? '') ?? callSessionId;
  if (owner !== callSessionId)
    sim.fail('the leg of another call is left alone', `${command.type} ${command.id} was sent to a leg of ${owner}`);
}

/** What an instance decides after it was told to stop is no dial: it may be gone before anybody picks up. */
function checkStopped({ sim, log }: Check, life: Life, callSessionId: string, id: string): void {
  if (life.stoppedAtMs === null || life.machine.wasSet) return;
  const entries = log.peek(callSessionId);
  const dial = entries.find((entry) => entry.kind === 'command' && entry.id === id);
  const input = entries.find((entry) => entry.id === dial?.cause) ?? dial;
  if (!input || Date.parse(input.at) <= life.stoppedAtMs) return;
  // Never before what stands there already: then it is no time by this instance's clock.
  const before = entries[input.version - 2];
  if (before && input.at <= before.at) return;
  sim.fail('an instance that was told to stop dials nobody', `${life.name} has decided to dial ${id} after that`);
}

function stands({ log }: Check, callSessionId: string, { id, type, body }: SentCommand): boolean {
  const version = Number(id.slice(id.lastIndexOf('/') + 1));
  const entry = log.peek(callSessionId)[version - 1];
  return entry?.id === id && entry.type === type && entry.data === JSON.stringify(body);
}

/** An instance that shares places with nobody dials no further than it may, whatever became of its log and its clock. */
function checkPace(
  { sim, log, ledger, concurrentCalls, places, damage }: Check,
  by: Life,
  callSessionId: string,
): void {
  const again = log.peek(callSessionId).filter(({ type }) => type === 'PlaceCall').length > 1;
  ledger.dialledBy.set(callSessionId, by);
  // An earlier attempt may hold a leg already, whoever recorded it: dialling once more adds none.
  if (again || places) return;
  const line = ledger.states.get(callSessionId)?.initiate.callerId;
  let held = 0;
  for (const [other, who] of ledger.dialledBy) {
    const state = ledger.states.get(other);
    if (state && hasEnded(state)) ledger.dialledBy.delete(other);
    // Of a call that is set aside nobody can tell whether its leg still stands.
    else if (!state || state.initiate.callerId !== line || damage.entries.has(other)) continue;
    else if (who.name === by.name && holdsLeg(state)) held += 1;
  }
  if (held > concurrentCalls) sim.fail(WITHIN, `${by.name} holds ${held} calls`);
}

const WITHIN = 'calls held at once stay within the limit';

/** Legs of each line that the provider holds, counted by itself, of all instances together. */
export function checkLegs({ sim, ledger, concurrentCalls, places }: Check): void {
  if (!places) return;
  // A call was closed when nobody had told of its leg, and nobody has told since, for as long as it may ring: nobody knows of it.
  const isUntold = (callSessionId: string): boolean => {
    const isClosed = ledger.states.get(callSessionId)?.ending?.by === 'closed';
    return isClosed && sim.scheduler.now() - (ledger.endedAtMs.get(callSessionId) ?? 0) > TIMING.ringMs;
  };
  const byLine = new Map<string, number>();
  for (const [leg, call] of ledger.legs) {
    const line = ledger.states.get(call)?.initiate.callerId;
    if (line === undefined || ledger.legsOver.has(leg) || isUntold(call)) continue;
    byLine.set(line, (byLine.get(line) ?? 0) + 1);
  }
  for (const up of byLine.values())
    if (up > concurrentCalls) sim.fail(WITHIN, `all instances together hold ${up} legs of a line`);
}

/** Right before a dial is recorded: it has a place in the row of its line, and its turn has come. */
export function checkPlace({ sim, places }: Check, callSessionId: string, { attempt, from }: PlaceCallBody): void {
  if (!places) return;
  const turnMs = places.turnOf(from, callSessionId, attempt);
  // A row that is lost between a turn and its append fences nobody; what it held is counted as legs again.
  if (turnMs === null && places.lostAtMs() !== null) return;
  if (turnMs === null) sim.fail('who is dialled holds a place', `attempt ${attempt} of ${callSessionId} has none`);
  else if (sim.scheduler.now() < turnMs) {
    sim.fail('nobody is dialled before its turn', `${callSessionId} is, by ${turnMs - sim.scheduler.now()} ms`);
  }
}

/** Told by the words themselves, not by what the command says of them. */
function checkPrompt({ sim, ledger, questionnaire }: Check, callSessionId: string, text: string): void {
  const step = Object.values(questionnaire.steps).find((candidate) => candidate.text === text);
  const isNeutral = step?.audience === 'anyone';
  if (isNeutral || ledger.proven.has(callSessionId)) return;
  sim.fail('only neutral words before a person is proven', `"${text.slice(0, 40)}..." was sent in ${callSessionId}`);
}
