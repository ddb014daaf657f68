import { SECOND_READING } from '../../src/adapters/telephony/reading/second.ts';
import type { ReceivedCallback } from '../../src/app/api.ts';
import type { Choice } from '../../src/domain/questionnaire/questionnaire.ts';
import type { Check } from './check.ts';
import { callOf } from './ledger.ts';

/** What the provider tells counts from the moment in which it tells it. */
export function notePosted({ ledger }: Check, callSessionId: string, callbacks: readonly ReceivedCallback[]): void {
  for (const callback of callbacks) {
    if (choiceIn(ledger.asked, callSessionId, callback)?.choice.proves === 'person') ledger.proven.add(callSessionId);
  }
}

/** An event that was acknowledged stands in the log, to the byte, and its answer is owed from now on. */
export function checkAcknowledged(check: Check, callSessionId: string, callbacks: readonly ReceivedCallback[]): void {
  const { sim, log, ledger } = check;
  const known = ledger.acknowledged.get(callSessionId) ?? new Map<string, string>();
  ledger.acknowledged.set(callSessionId, known);
  for (const callback of callbacks) {
    const { id, type, raw } = callback;
    const entry = log.peek(callSessionId).find((candidate) => candidate.kind === 'callback' && candidate.id === id);
    if (!entry)
      sim.fail('a 2xx means durably recorded', `${type} ${id} of ${callSessionId} was acknowledged, not recorded`);
    // Another delivery of the same event may be laid out differently: the first one stays.
    else if (!known.has(id) && JSON.stringify(JSON.parse(entry.data)) !== JSON.stringify(JSON.parse(raw))) {
      sim.fail('an event is kept as it came', `${type} ${id} of ${callSessionId} is recorded as something else`);
    }
    known.set(id, raw);
    noteAnswer(check, callSessionId, callback);
  }
}

function noteAnswer({ ledger }: Check, callSessionId: string, callback: ReceivedCallback): void {
  const found = choiceIn(ledger.asked, callSessionId, callback);
  if (!found || found.question === null) return;
  const questions = ledger.pressed.get(callSessionId) ?? new Map<number, Set<string>>();
  ledger.pressed.set(callSessionId, questions);
  questions.set(found.question, (questions.get(found.question) ?? new Set()).add(found.choice.value));
}

/** The offered key that was pressed in this call, if the event tells of one. */
function choiceIn(
  asked: Check['ledger']['asked'],
  callSessionId: string,
  { type, data }: ReceivedCallback,
): { readonly question: number | null; readonly choice: Choice } | null {
  const read = SECOND_READING.callback(type, data);
  if (read.name !== 'recognized' || read.isCancelled || !read.commandId || callOf(read.commandId) !== callSessionId)
    return null;
  const [key] = read.keys;
  if (!key || key === 'other') return null;
  const question = asked.get(read.commandId);
  const choice = question?.keys[key];
  return question && choice ? { question: question.question, choice } : null;
}
