import * as assert from 'uvu/assert';
import type { ShownCall } from '../../src/cli/api-client.ts';
import type { AskQuestionBody } from '../../src/domain/call/bodies.ts';
import type { Entry } from '../../src/domain/entries.ts';
import { allEntries } from '../support/entries.ts';
import type { SentEvent } from '../support/recording-proxy.ts';
import type { ImpatientRig } from './impatient-rig.ts';
import { initiate, untilEnded } from './rig.ts';

const AT_ONCE = 30;

/** Calls everybody, some at a time; every call must end. */
export async function callEverybody({ url, members }: ImpatientRig): Promise<ShownCall[]> {
  const waiting = [...members];
  const calls: ShownCall[] = [];
  const worker = async (): Promise<void> => {
    for (let member = waiting.shift(); member; member = waiting.shift()) {
      calls.push(await untilEnded(url, await initiate(url, member.memberId)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return calls;
}

const KEYS: Readonly<Record<string, string>> = { one: '1', two: '2', nine: '9' };

type Press = { readonly call: string; readonly question: number; readonly value: string };

/** What members pressed for a question, by the provider's own events and the questions as they were recorded. */
function presses(entries: readonly Entry[], events: Iterable<SentEvent>): Press[] {
  const asked = new Map(entries.filter(({ type }) => type === 'AskQuestion').map((entry) => [entry.id, entry]));
  return [...events].flatMap(({ type, data }) => {
    const ask = asked.get(data.operationContext ?? '');
    const tone = data.dtmfResult?.tones[0];
    if (!ask || tone === undefined || !type.endsWith('RecognizeCompleted')) return [];
    const { question, keys } = JSON.parse(ask.data) as AskQuestionBody;
    const choice = Object.entries(keys).find(([key]) => key === KEYS[tone])?.[1];
    return question === null || !choice ? [] : [{ call: ask.stream, question, value: choice.value }];
  });
}

/**
 * Every key pressed for a question whose callback was acknowledged is an answer of its call, and no answer is shown
 * that nobody pressed.
 */
export async function assertAnswersAreThosePressed(rig: ImpatientRig): Promise<void> {
  const entries = await allEntries(rig.stores.log);
  const pressed = presses(entries, rig.proxy.acknowledged.values());
  const streams = new Set(entries.filter(({ type }) => type === 'InitiateCall').map(({ stream }) => stream));
  for (const stream of streams) {
    const rows = await rig.stores.readStore.bySession(stream);
    const answers = (rows?.responses ?? []).filter(({ response }) => response !== 'timeout');
    const ofCall = pressed.filter(({ call }) => call === stream);
    for (const { questionNumber, response } of answers) {
      const values = ofCall.filter(({ question }) => question === questionNumber).map(({ value }) => value);
      assert.ok(values.includes(response), `question ${questionNumber}: ${response} is among ${values}`);
    }
    const answered = new Set(answers.map(({ questionNumber }) => questionNumber));
    for (const { question } of ofCall) assert.ok(answered.has(question), `question ${question} has its answer`);
  }
}

/** Everything that was acknowledged is in the log, once. */
export async function assertNothingLost(entries: readonly Entry[], acknowledged: Iterable<string>): Promise<void> {
  const recorded = entries.filter(({ kind }) => kind === 'callback').map(({ id }) => id);
  const known = new Set(recorded);
  assert.is(known.size, recorded.length, 'each callback is recorded once');
  assert.equal(
    [...acknowledged].filter((id) => !known.has(id)),
    [],
  );
}
