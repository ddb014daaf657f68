import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { CONNECTION, Conversation, INITIATE, PROVIDER } from './conversation.ts';

test('a dial that timed out is unknown: it is sent again under the same Repeatability-Request-ID', () => {
  const call = Conversation.initiated().timedOut();
  assert.is(call.result, 'Initiated open');
  call.deadline();
  const [first, second] = call.sent('PlaceCall');
  assert.ok(first?.type === 'PlaceCall' && second?.type === 'PlaceCall');
  assert.is(second.body.repeatabilityRequestId, first.body.repeatabilityRequestId);
  assert.is(second.body.repeatabilityFirstSent, first.body.repeatabilityFirstSent);
  assert.is(second.body.attempt, 2);
});

test('a dial whose answer was lost with the process is sent again under the same id while ACS remembers it', () => {
  const call = Conversation.initiated().deadline();
  const ids = call.sent('PlaceCall').map((sent) => (sent.type === 'PlaceCall' ? sent.body.repeatabilityRequestId : ''));
  assert.is(ids.length, 2);
  assert.is(new Set(ids).size, 1);
});

test('a dial that may have rung is never sent again once ACS may have forgotten its id', () => {
  const call = Conversation.initiated()
    .wait(PROVIDER.repeatSafeMs + 1)
    .deadline();
  assert.is(call.sent('PlaceCall').length, 1);
  assert.is(call.doing, 'placing');
  call.deadline();
  assert.is(call.doing, 'ended');
  assert.is(call.result, 'Failed unknown');
});

test('a dial refused for now is placed again after Retry-After, and not before', () => {
  const call = Conversation.initiated();
  call.outcome({ type: 'Rejected', status: 429, subCode: 8516, transient: true, retryAfterMs: 30_000 });
  const due = Date.parse(call.state?.deadline?.at ?? '');
  assert.ok(due - Date.parse(call.now) >= 30_000);
  call.take({ type: 'Deadline', at: call.now });
  assert.is(call.verdict, 'not-due');
  call.deadline();
  assert.is(call.sent('PlaceCall').length, 2);
});

test('whoever has a turn for one attempt makes no other, whatever has become due meanwhile', () => {
  const call = Conversation.initiated();
  const at = call.state?.deadline?.at ?? '';
  for (const dial of [1, 3, null]) {
    call.take({ type: 'Deadline', at, dial });
    assert.equal([call.verdict, call.sent('PlaceCall').length], ['not-due', 1], `${dial}`);
  }
  call.take({ type: 'Deadline', at, dial: 2 });
  assert.is(call.sent('PlaceCall').length, 2);
});

test('an alarm that was set for one deadline passes no other, by whatever clock', () => {
  const call = Conversation.placed();
  const at = call.state?.deadline?.at ?? '';
  call.take({ type: 'Deadline', at, of: at, dial: null });
  assert.is(call.sent('CheckCall').length, 1);
  const next = call.state?.deadline?.at ?? '';
  assert.ok(next > at);
  const ahead = new Date(Date.parse(next) + 3_600_000).toISOString();
  call.take({ type: 'Deadline', at: ahead, of: at, dial: null });
  assert.equal([call.verdict, call.state?.deadline?.at], ['not-due', next]);
  call.take({ type: 'Deadline', at: ahead, of: next, dial: null });
  assert.is(call.verdict, 'recorded');
});

test('a deadline that nobody needs a turn for is due without one', () => {
  const call = Conversation.placed();
  call.take({ type: 'Deadline', at: call.state?.deadline?.at ?? '', dial: null });
  assert.is(call.sent('CheckCall').length, 1);
});

test('a dial that was surely refused gets a new id when the old one may be forgotten', () => {
  const call = Conversation.initiated();
  call.outcome({ type: 'Rejected', status: 429, subCode: 8516, transient: true, retryAfterMs: PROVIDER.repeatSafeMs });
  call.deadline();
  const ids = call.sent('PlaceCall').map((sent) => (sent.type === 'PlaceCall' ? sent.body.repeatabilityRequestId : ''));
  assert.is(new Set(ids).size, 2);
});

test('a dial refused again and again fails after a bounded number of attempts', () => {
  const call = Conversation.initiated();
  for (let attempt = 1; attempt < TIMING.placeAttempts; attempt += 1) call.refused(429, true).deadline();
  call.refused(429, true);
  assert.is(call.sent('PlaceCall').length, TIMING.placeAttempts);
  assert.is(call.result, 'Failed provider-failure');
});

test('a dial refused for good fails at once', () => {
  assert.is(Conversation.initiated().refused(400, false, 8523).result, 'Failed provider-failure');
});

test('a refusal after an attempt that may have rung waits for word of the call', () => {
  const call = Conversation.initiated().timedOut().deadline().refused(400, false, 8523);
  assert.is(call.doing, 'placing');
  assert.is(call.event('CallConnected').accepted({ callState: 'connected', ours: true }).doing, 'asking person');
});

test('a call that never rings to an end is asked about, and closed when ACS knows it no more', () => {
  const call = Conversation.initiated().accepted({ callConnectionId: CONNECTION }).deadline();
  assert.is(call.last.type, 'CheckCall');
  call.refused(404, false, 8522);
  assert.is(call.result, 'Disconnected unknown');
});

test('a lost CallConnected is made good by asking ACS', () => {
  const call = Conversation.initiated()
    .accepted({ callConnectionId: CONNECTION })
    .deadline()
    .accepted({ callState: 'connected' });
  assert.is(call.doing, 'asking person');
  assert.is(call.result, 'Connected open');
});

test('a call still ringing at its deadline is hung up', () => {
  const call = Conversation.initiated()
    .accepted({ callConnectionId: CONNECTION })
    .deadline()
    .accepted({ callState: 'connecting' });
  assert.is(call.doing, 'hanging-up');
});

test('after an unknown outcome of a question ACS is asked before it is repeated', () => {
  const call = Conversation.withPerson().timedOut();
  assert.is(call.last.type, 'CheckCall');
  assert.is(call.sent('AskQuestion').length, 2);
  call.accepted({ callState: 'connected' });
  const { last } = call;
  assert.ok(last.type === 'AskQuestion' && last.body.step === 'question-1' && last.body.interrupt);
});

test('an answer to the question that was repeated for nothing counts, and the repetition is cut off', () => {
  const call = Conversation.withPerson();
  const original = call.last.id;
  call.timedOut().accepted({ callState: 'connected' }).recognized(original, ['one']);
  assert.equal(call.answers, ['1:yes']);
  const { last } = call;
  assert.ok(last.type === 'AskQuestion' && last.body.step === 'question-2' && last.body.interrupt);
});

test('a question refused for now is asked again after a pause', () => {
  const call = Conversation.withPerson().refused(500, true, 9999);
  assert.is(call.sent('AskQuestion').length, 2);
  call.deadline();
  assert.is(call.sent('AskQuestion').length, 3);
});

test('repeats after wrong keys use up no attempt of the provider', () => {
  const call = Conversation.withPerson().press('five').press('nine').refused(500, true, 9999);
  assert.is(call.state?.deadline?.missing, 'retry');
  assert.is(call.deadline().doing, 'asking question-1');
});

test('a question refused for good ends the call as a failure of the provider', () => {
  const call = Conversation.withPerson().refused(400, false, 8523);
  assert.is(call.doing, 'hanging-up');
  assert.is(call.disconnected().result, 'Disconnected provider-failure');
});

test('a question for which ACS no longer knows the call is not repeated: ACS is asked about the call, and it ends', () => {
  const call = Conversation.withPerson().refused(404, false, 8522);
  assert.equal([call.doing, call.state?.deadline?.missing], ['asking question-1', 'end']);
  assert.is(call.deadline().last.type, 'CheckCall');
  assert.is(call.refused(404, false, 8522).result, 'Disconnected unknown');
});

test('a question without a result is asked about, repeated once with care, then given up', () => {
  const call = Conversation.withPerson().accepted();
  for (let round = 1; round < TIMING.mediaAttempts; round += 1) {
    call.deadline().accepted({ callState: 'connected' });
    assert.is(call.doing, 'asking question-1');
    call.accepted();
  }
  call.deadline().accepted({ callState: 'connected' });
  assert.is(call.doing, 'hanging-up');
});

test('a hang-up without CallDisconnected is repeated, and a 404 then ends the call', () => {
  const call = Conversation.answered().press('two').said().accepted().deadline();
  assert.is(call.sent('HangUp').length, 2);
  assert.is(call.refused(404, false, 8522).result, 'Disconnected not-available');
});

test('CallDisconnected after a call was found gone tells how it ended', () => {
  const call = Conversation.initiated().accepted({ callConnectionId: CONNECTION }).deadline().refused(404, false, 8522);
  assert.is(call.result, 'Disconnected unknown');
  assert.is(call.createFailed(486, 560486).result, 'Failed busy');
});

test('every call ends when ACS falls silent at any point', () => {
  const points = [
    Conversation.initiated(),
    Conversation.initiated().accepted({ callConnectionId: CONNECTION }),
    Conversation.answered(),
    Conversation.answered().accepted(),
    Conversation.withPerson().accepted(),
    Conversation.withPerson().press('one').press('one').press('one'),
    Conversation.answered().silent().said(),
    Conversation.initiated().cancel(),
    Conversation.withPerson().cancel(),
  ];
  for (const call of points) {
    for (let bells = 0; call.doing !== 'ended'; bells += 1) {
      assert.ok(bells < 40, `still ${call.doing}`);
      call.deadline();
    }
    assert.is(call.state?.deadline, null);
  }
});

test('a call closed for want of word is hung up when somebody answers after all', () => {
  const call = Conversation.initiated().wait(PROVIDER.repeatSafeMs).deadline().deadline();
  assert.is(call.result, 'Failed unknown');
  call.event('CallConnected').accepted({ callState: 'connected', ours: true });
  const { last } = call;
  assert.ok(last.type === 'HangUp' && last.body.because === 'already-closed');
});

test('cancelling an open call hangs up; what was answered stays', () => {
  const call = Conversation.withPerson().press('one').cancel();
  assert.is(call.doing, 'hanging-up');
  call.disconnected();
  assert.equal(call.answers, ['1:yes']);
  assert.is(call.result, 'Disconnected partial');
});

test('cancelling while the dial is on its way hangs up as soon as the connection is known', () => {
  const byAnswer = Conversation.initiated().cancel();
  assert.is(byAnswer.sent('HangUp').length, 0);
  assert.is(byAnswer.accepted({ callConnectionId: CONNECTION }).sent('HangUp').length, 1);
  const byCallback = Conversation.initiated().cancel().timedOut().event('CallConnected');
  byCallback.accepted({ callState: 'connected', ours: true });
  assert.is(byCallback.sent('HangUp').length, 1);
  assert.is(byCallback.sent('AskQuestion').length, 0);
  assert.is(byCallback.disconnected().result, 'Disconnected cancelled');
});

test('cancelling between two dials closes the call without a further one', () => {
  const call = Conversation.initiated().refused(429, true).cancel();
  assert.is(call.result, 'Failed cancelled');
  assert.is(call.sent('PlaceCall').length, 1);
});

test('cancelling an ended call, or the same cancel twice, records nothing', () => {
  const call = Conversation.answered().disconnected();
  const entries = call.log.length;
  assert.is(call.cancel().verdict, 'already-ended');
  assert.is(call.log.length, entries);
  const twice = Conversation.answered().cancel('c1');
  assert.is(twice.cancel('c1').verdict, 'duplicate');
});

test('an outcome reported twice is recorded once', () => {
  const call = Conversation.answered();
  const { last } = call;
  call.accepted();
  const entries = call.log.length;
  call.outcome({ type: 'Accepted' }, last);
  assert.is(call.verdict, 'duplicate');
  assert.is(call.log.length, entries);
});

test('a clock that is set back an hour does not hold a call up', () => {
  const call = Conversation.withPerson().accepted().wait(-3_600_000).press('one').accepted();
  const { deadline, updatedAt } = call.state!;
  const waitMs = Date.parse(deadline!.at) - Date.parse(updatedAt);
  assert.ok(waitMs < TIMING.ringMs, `${waitMs} ms`);
  call.deadline();
  assert.is(call.last.type, 'CheckCall');
});

test('anything for a call without a stream is unknown and records nothing', () => {
  const call = new Conversation();
  assert.is(call.event('CallConnected').verdict, 'unknown-call');
  assert.is(call.log.length, 0);
});

test('an abandoned opening takes the place of its call and dials nobody', () => {
  const call = new Conversation();
  call.take({ type: 'AbandonCall', id: 'x', at: call.now, actor: 'server', body: INITIATE });
  assert.is(call.doing, 'ended');
  assert.is(call.sent('PlaceCall').length, 0);
  call.take({ type: 'InitiateCall', id: 'y', at: call.now, actor: 'coordinator:ann', body: INITIATE, dial: true });
  assert.is(call.verdict, 'duplicate');
});

test.run();
