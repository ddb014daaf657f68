import type { CallTarget } from '../../src/app/ports.ts';
import type { SentCommand } from '../../src/domain/call/bodies.ts';
import { hasEnded, holdsLeg } from '../../src/domain/call/call.ts';
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

/**
 * An instance dials no further than it may, whatever became of its queue, its log and its clock. Those that share what may
 * be held do not together, as long as what they share it through is sound. Of a life that has ended the places come back
 * while its legs may still stand: these do not count.
 */
function checkPace(check: Check, by: Life, callSessionId: string): void {
  const { sim, log, ledger, concurrentCalls, queues, damage } = check;
  const again = log.peek(callSessionId).filter(({ type }) => type === 'PlaceCall').length > 1;
  ledger.dialledBy.set(callSessionId, by);
  // An earlier attempt may hold a leg already, whoever recorded it: dialling once more adds none.
  if (again) return;
  if (queues && !queues.sound) return;
  const counts = (other: string, who: Life): boolean =>
    queues ? other === callSessionId || (who.alive && wasDialled(check, other)) : who.name === by.name;
  let held = 0;
  for (const [other, who] of ledger.dialledBy) {
    const state = ledger.states.get(other);
    if (state && hasEnded(state)) ledger.dialledBy.delete(other);
    // Of a call that is set aside nobody can tell whether its leg still stands.
    else if (!damage.entries.has(other) && counts(other, who) && state && holdsLeg(state)) held += 1;
  }
  const holder = queues ? 'all instances together hold' : `${by.name} holds`;
  if (held > concurrentCalls) sim.fail('calls held at once stay within the limit', `${holder} ${held} calls`);
}

/** A place is given back when the provider has refused a call, or nobody could tell whether its dial was recorded. */
function wasDialled({ log, ledger }: Check, callSessionId: string): boolean {
  return log.peek(callSessionId).some(({ id, type }) => type === 'PlaceCall' && ledger.answered.get(id)?.executed);
}

/** Told by the words themselves, not by what the command says of them. */
function checkPrompt({ sim, ledger, questionnaire }: Check, callSessionId: string, text: string): void {
  const step = Object.values(questionnaire.steps).find((candidate) => candidate.text === text);
  const isNeutral = step?.audience === 'anyone';
  if (isNeutral || ledger.proven.has(callSessionId)) return;
  sim.fail('only neutral words before a person is proven', `"${text.slice(0, 40)}..." was sent in ${callSessionId}`);
}
