import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallSpan } from '../../../src/adapters/telemetry/call-span.ts';
import { spansOf } from '../../../src/adapters/telemetry/spans.ts';
import { CALL, CONNECTION, Conversation } from '../../domain/call/conversation.ts';
import { CANARIES, completed, talkative } from './samples.ts';

function traceOf({ state, log }: Conversation): readonly CallSpan[] {
  assert.ok(state);
  return spansOf(state, log);
}

function rootOf(call: Conversation): CallSpan {
  const [root] = traceOf(call);
  assert.ok(root);
  return root;
}

function named(call: Conversation, name: string): CallSpan[] {
  return traceOf(call).filter((span) => span.name === name);
}

function resultsOf(call: Conversation): string[] {
  const media = traceOf(call).filter(({ kind }) => kind === 'internal');
  return media.map(({ name, attributes }) => `${name}: ${attributes['callistra.result']}`);
}

test('a call is one trace under its own id, with one root', () => {
  const spans = traceOf(completed());
  assert.equal(new Set(spans.map(({ traceId }) => traceId)), new Set([CALL.replaceAll('-', '')]));
  assert.equal(
    spans.filter(({ parentSpanId }) => parentSpanId === null).map(({ name }) => name),
    ['call'],
  );
  const ids = new Set(spans.map(({ spanId }) => spanId));
  assert.is(ids.size, spans.length);
  for (const { spanId, parentSpanId } of spans) {
    assert.match(spanId, /^[0-9a-f]{16}$/);
    assert.ok(parentSpanId === null || ids.has(parentSpanId));
  }
});

test('the root lasts from the initiation to the end and says what became of the call', () => {
  const call = completed();
  const root = rootOf(call);
  assert.is(root.startAt, call.log[0]?.at);
  assert.is(root.endAt, call.state?.ending?.at);
  assert.is(root.error, null);
  assert.is(root.attributes['callistra.status'], 'Disconnected');
  assert.is(root.attributes['callistra.disposition'], 'completed');
  assert.is(root.attributes['callistra.answers'], 3);
  assert.is(root.attributes['callistra.timeouts'], 0);
});

test('every command that was sent lasts from its recording to its answer', () => {
  const call = completed();
  for (const type of ['PlaceCall', 'AskQuestion', 'SayMessage', 'HangUp'] as const) {
    const commands = call.sent(type);
    assert.ok(commands.length > 0, type);
    assert.equal(
      named(call, type).map(({ startAt, endAt, error }) => ({ startAt, endAt, error })),
      commands.map(({ id }) => ({
        startAt: call.log.find((entry) => entry.id === id)?.at,
        endAt: call.log.find((entry) => entry.cause === id && entry.kind === 'outcome')?.at,
        error: null,
      })),
    );
  }
});

test('a refused and an unanswered command are errors that say why', () => {
  const call = talkative();
  const [refused] = named(call, 'AskQuestion').filter(({ error }) => error === 'rejected');
  assert.is(refused?.attributes['callistra.http_status'], 503);
  assert.is(refused?.attributes['callistra.sub_code'], 8500);
  assert.is(refused?.attributes['callistra.retried'], true);
  const [unknown] = named(call, 'AskQuestion').filter(({ error }) => error === 'unknown');
  assert.is(unknown?.attributes['callistra.reason'], 'timeout');
});

test('a command whose answer was never recorded lasts until it was due', () => {
  const call = Conversation.initiated().deadline().accepted({ callConnectionId: CONNECTION }).createFailed(486, 560486);
  const [place] = named(call, 'PlaceCall');
  assert.is(place?.error, 'unanswered');
  const [sent] = call.sent('PlaceCall');
  assert.is(place?.endAt, sent?.type === 'PlaceCall' && sent.body.answerBy);
});

test('everything asked and said lasts until its result and names its kind, never the key', () => {
  const results = [
    'ask person: key',
    'ask question-1: key',
    'ask question-2: key',
    'ask question-3: wrong-key',
    'ask question-3: key',
    'say thank-you: completed',
  ];
  assert.equal(resultsOf(completed()), results);
  const [asked] = named(completed(), 'ask question-2');
  assert.is(asked?.attributes['callistra.question'], 2);
  assert.ok(asked && asked.endAt > asked.startAt);
});

test('silence, a prompt that failed and one that the end cut off are told apart', () => {
  assert.equal(resultsOf(Conversation.withPerson().accepted().silent().disconnected()), [
    'ask person: key',
    'ask question-1: silence',
    'say no-response: none',
  ]);
  const failed = Conversation.answered().accepted().recognizeFailed(500, 8511).disconnected();
  assert.equal(resultsOf(failed), ['ask person: failed', 'ask person: none']);
  assert.equal(
    named(failed, 'ask person').map(({ error }) => error),
    ['failed', null],
  );
});

test('a prompt whose result was lost lasts until the next one, and the last until the end', () => {
  const call = Conversation.answered().accepted().deadline().accepted({ callState: 'connected' });
  const again = call.last.id;
  call.wait(500).disconnected();
  const [first, second] = named(call, 'ask person');
  assert.is(first?.endAt, call.log.find(({ id }) => id === again)?.at);
  assert.is(second?.endAt, call.state?.ending?.at);
});

test('the request to ask is a part of the asking', () => {
  const call = completed();
  const [asking] = named(call, 'ask person');
  assert.ok(named(call, 'AskQuestion').some(({ parentSpanId }) => parentSpanId === asking?.spanId));
});

test('callbacks, deadlines and a cancellation are marks on the root', () => {
  const names = rootOf(talkative()).marks.map(({ name }) => name);
  for (const name of ['CallConnected', 'RecognizeCompleted', 'DeadlinePassed', 'CancelCall', 'CallDisconnected'])
    assert.ok(names.includes(name), name);
});

test('only what we or the provider did wrong is an error of the call', () => {
  assert.is(rootOf(Conversation.placed().createFailed(486, 560486)).error, null);
  assert.is(rootOf(Conversation.initiated().refused(400, false)).error, 'provider-failure');
});

test('an open call has no trace yet', () => {
  assert.equal(traceOf(Conversation.withPerson()), []);
});

test('the same entries give the same trace wherever it is written', () => {
  const call = completed();
  assert.equal(traceOf(call), traceOf(call));
  assert.equal(
    traceOf(call).map(({ spanId }) => spanId),
    traceOf(completed()).map(({ spanId }) => spanId),
  );
});

test('no number, name, answer, prompt, reason or foreign type is in any span', () => {
  for (const call of [completed(), talkative()]) {
    const recorded = JSON.stringify(call.log);
    assert.ok(recorded.includes('canaryprompt') && recorded.includes('+15550100001'));
    const exported = JSON.stringify(traceOf(call));
    for (const canary of CANARIES) assert.not.ok(exported.includes(canary), canary);
  }
  assert.ok(JSON.stringify(talkative().log).includes('canaryreason'));
  assert.ok(rootOf(talkative()).marks.some(({ name }) => name === 'other'));
});

test.run();
