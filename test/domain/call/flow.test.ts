import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CONNECTION, Conversation, SCRIPT } from './conversation.ts';

test('an initiated call records the input and the dial that it causes in one decision', () => {
  const call = Conversation.initiated();
  assert.equal(
    call.log.map((entry) => entry.type),
    ['InitiateCall', 'PlaceCall'],
  );
  assert.is(call.log[1]?.cause, 'initiate');
  assert.is(call.result, 'Initiated open');
});

test('an answered call hears the person-detection prompt and nothing else', () => {
  const call = Conversation.answered();
  assert.is(call.doing, 'asking person');
  assert.is(call.result, 'Connected open');
  const { last } = call;
  assert.ok(last.type === 'AskQuestion' && last.body.audience === 'anyone' && last.body.question === null);
});

test('a person who answers every question completes the call', () => {
  const call = Conversation.withPerson();
  assert.is(call.result, 'PersonDetected open');
  call.accepted().press('one').accepted().press('two').accepted().press('one');
  assert.is(call.doing, 'saying thank-you');
  call.accepted().said();
  assert.is(call.doing, 'hanging-up');
  call.accepted().disconnected();
  assert.is(call.doing, 'ended');
  assert.equal(call.answers, ['1:yes', '2:no', '3:yes']);
  assert.is(call.result, 'Disconnected completed');
  assert.is(call.state?.deadline, null);
});

test('a person who is not available hears the other goodbye and no question', () => {
  const call = Conversation.answered().accepted().press('two');
  assert.is(call.doing, 'saying another-time');
  call.said().disconnected();
  assert.is(call.result, 'Disconnected not-available');
  assert.is(call.sent('AskQuestion').length, 1);
});

test('silence after the person-detection prompt is nobody, and nothing about health is said', () => {
  const call = Conversation.answered().silent();
  assert.is(call.doing, 'saying no-response');
  call.said().disconnected();
  assert.is(call.result, 'Disconnected no-person');
  for (const said of [...call.sent('AskQuestion'), ...call.sent('SayMessage')]) {
    assert.is('audience' in said.body && said.body.audience, 'anyone');
  }
});

test('silence after a question is a timeout, never an answer', () => {
  const call = Conversation.withPerson().press('one').silent();
  assert.is(call.doing, 'saying no-response');
  call.said().disconnected();
  assert.equal(call.answers, ['1:yes', '2:timeout']);
  assert.is(call.result, 'Disconnected partial');
});

test('a person who is proven and then silent has not responded', () => {
  const call = Conversation.withPerson().silent().said().disconnected();
  assert.equal(call.answers, ['1:timeout']);
  assert.is(call.result, 'Disconnected no-response');
});

test('a key that is not offered is asked again, a bounded number of times, and is never an answer', () => {
  const call = Conversation.withPerson().press('five');
  assert.is(call.doing, 'asking question-1');
  call.press('nine');
  assert.is(call.doing, 'asking question-1');
  call.press('seven');
  assert.is(call.doing, 'saying no-response');
  assert.equal(call.answers, ['1:timeout']);
});

test('a wrong key and then an offered one is an answer', () => {
  const call = Conversation.withPerson().press('five').press('two');
  assert.equal(call.answers, ['1:no']);
  assert.is(call.doing, 'asking question-2');
});

test('only the particular key proves a person', () => {
  const call = Conversation.answered().press('seven');
  assert.is(call.state?.personProvenAt, null);
  assert.is(call.doing, 'asking person');
});

test('a stop tone at the end of the tones is not a key', () => {
  const call = Conversation.withPerson();
  call.recognized(call.last.id, ['one', 'pound'], 8514);
  assert.equal(call.answers, ['1:yes']);
});

test('an inter-digit time-out counts the key it brings, and is silence without one', () => {
  const withKey = Conversation.withPerson();
  withKey.event('RecognizeFailed', {
    operationContext: withKey.last.id,
    resultInformation: { code: 400, subCode: 8532 },
    dtmfResult: { tones: ['two'] },
  });
  assert.equal(withKey.answers, ['1:no']);
  const completed = Conversation.withPerson();
  completed.recognized(completed.last.id, ['one'], 8532);
  assert.equal(completed.answers, ['1:yes']);
  assert.equal(Conversation.withPerson().recognizeFailed(400, 8532).answers, ['1:timeout']);
});

for (const [code, subCode] of [
  [500, 8511],
  [401, 8565],
  [429, 8565],
  [500, 8512],
  [400, 8582],
] as const) {
  test(`a prompt that cannot be played (${code}/${subCode}) is tried once more, then the call ends with an apology`, () => {
    const call = Conversation.withPerson().recognizeFailed(code, subCode);
    assert.is(call.doing, 'asking question-1');
    const { last } = call;
    assert.ok(last.type === 'AskQuestion' && last.body.because === 'trouble' && last.body.interrupt);
    call.recognizeFailed(code, subCode);
    assert.is(call.doing, 'saying apology');
    call.said('PlayFailed');
    assert.is(call.doing, 'hanging-up');
    assert.is(call.disconnected().result, 'Disconnected provider-failure');
  });
}

for (const name of ['PlayCompleted', 'PlayFailed', 'PlayCanceled']) {
  test(`the last message over by ${name} hangs up`, () => {
    assert.is(Conversation.answered().press('two').said(name).doing, 'hanging-up');
  });
}

test('a member who hangs up during question 2 leaves the first answer', () => {
  const call = Conversation.withPerson().press('one').disconnected(200, 560000);
  assert.equal(call.answers, ['1:yes']);
  assert.is(call.result, 'Disconnected partial');
});

test('a member who hangs up during the person prompt has hung up, also when ACS first cancels the prompt', () => {
  assert.is(Conversation.answered().disconnected(200, 560000).result, 'Disconnected hung-up');
  const call = Conversation.answered();
  call.event('RecognizeCanceled', { operationContext: call.last.id, resultInformation: { code: 400, subCode: 8508 } });
  assert.is(call.disconnected(200, 560000).result, 'Disconnected hung-up');
});

test('an answer that arrives after CallDisconnected is kept', () => {
  const call = Conversation.withPerson().press('one');
  const question = call.last.id;
  call.disconnected(200, 560000).recognized(question, ['two']);
  assert.equal(call.answers, ['1:yes', '2:no']);
  assert.is(call.doing, 'ended');
  assert.is(call.sent('AskQuestion').length, 3);
});

test('CallConnected before the answer to the dial starts the conversation, and the answer changes nothing', () => {
  const call = Conversation.initiated();
  const dial = call.last;
  call.event('CallConnected').outcome({ type: 'Accepted', callConnectionId: CONNECTION }, dial);
  assert.is(call.doing, 'asking person');
  assert.is(call.state?.callConnectionId, CONNECTION);
  assert.is(call.sent('AskQuestion').length, 1);
});

test('a result for another command than the open one is kept and moves nothing', () => {
  const call = Conversation.withPerson();
  const before = call.doing;
  call.recognized('somebody-else/7', ['one']);
  assert.is(call.verdict, 'recorded');
  assert.is(call.doing, before);
  assert.equal(call.answers, []);
});

test('an unknown callback type is kept and moves nothing', () => {
  const call = Conversation.withPerson()
    .event('HoldAudioStarted')
    .event('SomethingNew', { nested: { deep: true } });
  assert.is(call.verdict, 'recorded');
  assert.is(call.doing, 'asking question-1');
});

test('the same callback again is a duplicate and adds nothing', () => {
  const call = Conversation.answered();
  const entries = call.log.length;
  call.event('CallConnected', {}, 'event-1');
  assert.is(call.verdict, 'duplicate');
  assert.is(call.log.length, entries);
});

test('a callback whose id looks like one of ours does not stand in the way of ours', () => {
  const call = Conversation.answered();
  const { last } = call;
  call.event('ParticipantsUpdated', {}, `${last.id}/outcome`).accepted();
  assert.is(call.verdict, 'recorded');
});

test('a second CallConnected under another id asks nothing twice', () => {
  assert.is(Conversation.answered().event('CallConnected').sent('AskQuestion').length, 1);
});

test('a second leg for the same call is hung up once ACS says that it is ours, and leaves the conversation alone', () => {
  const call = Conversation.withPerson().event('CallConnected', { callConnectionId: 'another-leg' });
  assert.is(call.sent('HangUp').length, 0);
  call.accepted({ callState: 'connected', ours: true });
  const { last } = call;
  assert.ok(last.type === 'HangUp' && last.body.callConnectionId === 'another-leg');
  assert.is(call.doing, 'asking question-1');
});

test('a call whose script the log does not hold is ended, not improvised', () => {
  const call = Conversation.answered({ script: null });
  assert.is(call.doing, 'hanging-up');
  assert.is(call.disconnected().result, 'Disconnected provider-failure');
});

test('a script that slipped past the lint still never speaks to an unproven line', () => {
  const person = SCRIPT.steps['person'];
  assert.ok(person?.kind === 'ask');
  const leaky = { ...SCRIPT, steps: { ...SCRIPT.steps, person: { ...person, silence: 'question-1' } } };
  const call = Conversation.answered({ script: leaky }).silent();
  const { last } = call;
  assert.ok(last.type === 'HangUp' && last.body.because === 'not-neutral');
});

test.run();
