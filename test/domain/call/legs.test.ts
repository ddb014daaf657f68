import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { CONNECTION, Conversation, PROVIDER } from './conversation.ts';

const FOREIGN = 'somebody-elses-leg';
const OURS = { callState: 'connected', ours: true };
const NOT_OURS = { callState: 'connected', ours: false };

/** Whatever is sent to a leg: asking whose it is does nothing to it. */
function touched(call: Conversation): string[] {
  return call.log.flatMap((entry) =>
    entry.kind === 'command' && entry.type === 'HangUp' ? [entry.body.callConnectionId] : [],
  );
}

/** What a callback of another call's leg may find a call at. */
const POINTS: Readonly<Record<string, () => Conversation>> = {
  'being placed': () => Conversation.initiated(),
  'whose dial got no answer': () => Conversation.initiated().timedOut(),
  'whose dial was refused for now': () => Conversation.initiated().refused(429, true),
  ringing: () => Conversation.placed(),
  'being asked': () => Conversation.withPerson().accepted(),
  'saying goodbye': () => Conversation.answered().press('two').accepted(),
  'being hung up': () => Conversation.withPerson().cancel(),
  'that has ended': () => Conversation.withPerson().disconnected(),
  'closed for want of word': () => Conversation.initiated().wait(PROVIDER.repeatSafeMs).deadline().deadline(),
  cancelled: () => Conversation.initiated().cancel(),
};

for (const [point, begin] of Object.entries(POINTS)) {
  for (const name of ['CallConnected', 'CallDisconnected', 'CreateCallFailed', 'RecognizeCompleted', 'PlayCompleted']) {
    test(`${name} of another call's leg neither ends, binds nor speaks into it, in a call ${point}`, () => {
      const before = begin();
      const { doing, result } = before;
      const sent = touched(before).length;
      const bound = before.state?.callConnectionId;
      const call = before.event(name, { callConnectionId: FOREIGN });
      if (call.last.type === 'CheckCall') call.accepted(NOT_OURS);
      assert.equal([call.doing, call.result, call.state?.callConnectionId], [doing, result, bound]);
      assert.is(touched(call).length, sent);
    });
  }
}

test('a leg that is named while the dial is under way waits for its answer, which settles whose it is', () => {
  const call = Conversation.initiated().event('CallConnected');
  assert.equal([call.doing, call.state?.callConnectionId], ['placing', null]);
  assert.is(call.accepted({ callConnectionId: CONNECTION }).doing, 'asking person');
  assert.is(call.sent('CheckCall').length, 0);
});

test('the end that was told before the answer to the dial counts when the answer names the leg', () => {
  const call = Conversation.initiated().createFailed(486, 560486);
  assert.is(call.result, 'Initiated open');
  assert.is(call.accepted({ callConnectionId: CONNECTION }).result, 'Failed busy');
});

test('an answer that names another leg than the callbacks leaves theirs alone', () => {
  const call = Conversation.initiated().event('CallConnected', { callConnectionId: FOREIGN });
  call.accepted({ callConnectionId: CONNECTION });
  assert.equal([call.doing, call.state?.callConnectionId, touched(call)], ['ringing', CONNECTION, []]);
});

test('when the answer to the dial is lost ACS is asked whose the leg is, and the call goes on in it if it is ours', () => {
  for (const call of [
    Conversation.initiated().event('CallConnected').timedOut(),
    Conversation.initiated().timedOut().event('CallConnected'),
  ]) {
    const { last } = call;
    assert.ok(last.type === 'CheckCall' && last.body.callConnectionId === CONNECTION && last.body.because === 'leg');
    assert.is(call.doing, 'placing');
    assert.is(call.accepted(OURS).doing, 'asking person');
    assert.is(call.state?.callConnectionId, CONNECTION);
  }
});

test('a dial that is sent again under its id settles it too', () => {
  const call = Conversation.initiated().timedOut().event('CallConnected').timedOut().deadline();
  assert.is(call.last.type, 'PlaceCall');
  assert.is(call.accepted({ callConnectionId: CONNECTION }).doing, 'asking person');
});

test('404, no answer, and the answer that it is not ours leave the leg alone for good', () => {
  const answers: ((call: Conversation) => Conversation)[] = [
    (call) => call.refused(404, false, 8522),
    (call) => call.timedOut(),
    (call) => call.refused(503, true),
    (call) => call.refused(403, false, 7508),
    (call) => call.accepted({ callState: 'connected' }),
    (call) => call.accepted(NOT_OURS),
  ];
  for (const answer of answers) {
    const call = answer(Conversation.withPerson().accepted().event('CallConnected', { callConnectionId: FOREIGN }));
    call.event('CallConnected', { callConnectionId: FOREIGN });
    assert.equal([call.doing, touched(call)], ['asking question-1', []]);
  }
});

test('a leg without a call of its own is asked about once more at the last moment, and the call closed without a word on it', () => {
  const call = Conversation.initiated().timedOut().event('CallConnected').timedOut();
  call.wait(PROVIDER.repeatSafeMs + 1);
  for (let bells = 0; call.last.type !== 'CheckCall' || call.sent('CheckCall').length < 2; bells += 1) {
    assert.ok(bells < 5);
    call.deadline();
  }
  assert.is(call.refused(404, false, 8522).result, 'Failed unknown');
  assert.equal(touched(call), []);
});

test('a second leg whose owner could not be learnt is asked about again when its call has ended', () => {
  const call = Conversation.withPerson().accepted().event('CallConnected', { callConnectionId: FOREIGN }).timedOut();
  call.disconnected(200, 560000);
  assert.ok(call.state?.deadline);
  const { last } = call.deadline();
  assert.ok(last.type === 'CheckCall' && last.body.callConnectionId === FOREIGN);
  call.accepted(OURS);
  assert.equal(touched(call), [FOREIGN]);
});

test('however many legs are named, the call keeps few of them and ends', () => {
  const call = Conversation.withPerson().accepted();
  for (let leg = 0; leg < 50; leg += 1) call.event('CallConnected', { callConnectionId: `leg-${leg}` });
  assert.ok((call.state?.claims.length ?? 0) < 10);
  call.disconnected(200, 560000);
  for (let bells = 0; call.state?.deadline; bells += 1) {
    assert.ok(bells < 20);
    call.deadline();
  }
  assert.equal(touched(call), []);
});

test('a call that the log knows only as waiting goes on in the leg that ACS calls its own', () => {
  const call = new Conversation();
  call.initiate(false).event('CallConnected');
  assert.is(call.accepted(OURS).doing, 'asking person');
  assert.is(call.sent('PlaceCall').length, 0);
});

test('calls that were begun before legs were asked about are bound by the callback that names one, as they were', () => {
  const call = Conversation.initiated({ reading: 1 }).event('CallConnected');
  assert.equal([call.doing, call.state?.callConnectionId], ['asking person', CONNECTION]);
  assert.is(TIMING.checkAttempts, 4);
});

test.run();
