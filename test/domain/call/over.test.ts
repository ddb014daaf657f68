import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { Conversation, PROVIDER } from './conversation.ts';

/** Words by which ACS refuses a prompt because the member is gone. */
const OVER = [
  [400, 8528],
  [404, 8522],
  [404, 0],
] as const;

/** What a call has reached when the member hangs up, and what became of it then. */
const REACHED: Readonly<Record<string, readonly [call: () => Conversation, result: string]>> = {
  'the prompt for anyone': [() => Conversation.answered(), 'hung-up'],
  'the first question': [() => Conversation.withPerson(), 'hung-up'],
  'the second question': [() => Conversation.withPerson().accepted().press('one'), 'partial'],
  'the last words': [() => Conversation.withPerson().accepted().press('one').press('one').press('one'), 'completed'],
  'goodbye after silence': [() => Conversation.withPerson().accepted().silent(), 'no-response'],
  'goodbye to a mailbox': [() => Conversation.answered().accepted().silent(), 'no-person'],
};

for (const [status, subCode] of OVER) {
  for (const [point, [begin, result]] of Object.entries(REACHED)) {
    test(`${status}/${subCode} to ${point} is the member's hanging up: nothing more is said, and it is ${result}`, () => {
      const call = begin().refused(status, false, subCode);
      const commands = call.log.filter(({ kind }) => kind === 'command').length;
      assert.is(call.state?.deadline?.missing, 'end');
      call.disconnected(200, 560000);
      assert.is(call.result, `Disconnected ${result}`);
      assert.is(call.log.filter(({ kind }) => kind === 'command').length, commands);
    });
  }
}

test('when nobody tells the end of a call that is over, ACS is asked after three seconds, and its 404 ends it', () => {
  const call = Conversation.withPerson().accepted().press('one').refused(400, false, 8528);
  const waitMs = Date.parse(call.state?.deadline?.at ?? '') - Date.parse(call.now);
  assert.is(waitMs, TIMING.endWordMs);
  assert.is(call.deadline().last.type, 'CheckCall');
  assert.is(call.refused(404, false, 8522).result, 'Disconnected partial');
});

test('when ACS still has the call after all, the question is asked once more', () => {
  const call = Conversation.withPerson().refused(400, false, 8528).deadline().accepted({ callState: 'connected' });
  assert.equal([call.doing, call.sent('AskQuestion').length], ['asking question-1', 3]);
});

for (const subCode of [8501, 8585]) {
  test(`400/${subCode} is tried once more after a second, and then taken for the end of the call`, () => {
    const call = Conversation.withPerson().refused(400, true, subCode);
    assert.is(call.state?.deadline?.missing, 'retry');
    call.deadline().refused(400, true, subCode);
    assert.is(call.sent('AskQuestion').length, 3);
    assert.is(call.state?.deadline?.missing, 'end');
    assert.is(call.disconnected(200, 560000).result, 'Disconnected hung-up');
  });
}

test('a conflict on a prompt is looked at, and the prompt tried once more and no further', () => {
  for (const [status, subCode] of [
    [409, 8519],
    [412, 8583],
    [400, 8500],
    [409, 0],
    [412, 0],
  ] as const) {
    const call = Conversation.withPerson().refused(status, false, subCode);
    assert.is(call.last.type, 'CheckCall');
    call.accepted({ callState: 'connected' });
    assert.equal([call.doing, call.sent('AskQuestion').length], ['asking question-1', 3]);
    assert.is(call.refused(status, false, subCode).doing, 'hanging-up');
  }
});

test('prompts that fail for a moment are not all tried within two seconds', () => {
  const call = Conversation.withPerson();
  const begunMs = Date.parse(call.now);
  for (let attempt = 1; attempt < TIMING.mediaAttempts; attempt += 1) call.refused(500, true, 9999).deadline();
  assert.is(call.sent('AskQuestion').length, TIMING.mediaAttempts + 1);
  assert.ok(Date.parse(call.now) - begunMs >= 8_000);
});

test('a prompt that ACS puts off for longer than anybody listens to nothing is given up', () => {
  const call = Conversation.withPerson();
  call.outcome({ type: 'Rejected', status: 429, subCode: 8516, transient: true, retryAfterMs: 3_600_000 });
  assert.is(call.doing, 'hanging-up');
});

test('a dial answered 503 is never placed under a second id: within the time ACS remembers it, it is the same request again', () => {
  const call = Conversation.initiated();
  for (let attempt = 1; attempt < TIMING.placeAttempts; attempt += 1) {
    call.outcome({ type: 'Unknown', reason: 'server-error', retryAfterMs: 5_000 }).deadline();
  }
  const ids = call.sent('PlaceCall').map((sent) => sent.type === 'PlaceCall' && sent.body.repeatabilityRequestId);
  assert.equal([ids.length, new Set(ids).size], [TIMING.placeAttempts, 1]);
});

test('a 503 that asks to wait for longer than ACS remembers is not followed by a dial: word is waited for, then it is unknown', () => {
  for (const retryAfterMs of [PROVIDER.repeatSafeMs, 600_000, 3_600_000]) {
    const call = Conversation.initiated();
    call.outcome({ type: 'Unknown', reason: 'server-error', retryAfterMs });
    assert.equal([call.doing, call.state?.deadline?.missing], ['placing', 'result']);
    assert.is(call.deadline().result, 'Failed unknown');
    assert.is(call.sent('PlaceCall').length, 1);
  }
});

test('an earlier release wrote down a 503 as a refusal: it is read as what may have been carried out', () => {
  const call = Conversation.initiated();
  call.outcome({ type: 'Rejected', status: 503, subCode: 0, transient: true, retryAfterMs: PROVIDER.repeatSafeMs });
  call.deadline();
  assert.is(call.sent('PlaceCall').length, 1);
});

test('a call that waited longer than the bound is closed as expired, in the queue and between two dials', () => {
  const queued = new Conversation().initiate(false).wait(TIMING.queueMs).deadline();
  assert.equal([queued.result, queued.sent('PlaceCall').length], ['Failed expired', 0]);
  const refused = Conversation.initiated().refused(429, true).wait(TIMING.queueMs).deadline();
  assert.equal([refused.result, refused.sent('PlaceCall').length], ['Failed expired', 1]);
  const inTime = new Conversation()
    .initiate(false)
    .wait(TIMING.queueMs - 1_000)
    .deadline();
  assert.is(inTime.doing, 'placing');
});

test('a call whose phone may be ringing is not expired, however long ago it was asked for', () => {
  const call = Conversation.initiated().timedOut().wait(TIMING.queueMs).deadline();
  assert.is(call.doing, 'ended');
  assert.is(call.result, 'Failed unknown');
});

test('an end after an answer is a hanging up only where ACS itself told an ordinary one', () => {
  const answered = () => Conversation.withPerson().accepted();
  for (const [code, subCode] of [
    [200, 560000],
    [0, 0],
    [200, 7000],
    [410, 301005],
    [480, 560480],
    [429, 10110],
  ] as const) {
    assert.is(answered().disconnected(code, subCode).result, 'Disconnected hung-up', `${code}/${subCode}`);
  }
  for (const [code, subCode] of [
    [410, 301004],
    [500, 0],
    [504, 0],
    [403, 7508],
    [404, 0],
  ] as const) {
    assert.is(answered().disconnected(code, subCode).result, 'Disconnected unknown', `${code}/${subCode}`);
  }
  assert.is(answered().event('CallDisconnected', { resultInformation: null }).result, 'Disconnected unknown');
  assert.is(answered().deadline().refused(404, false, 8522).result, 'Disconnected unknown');
});

test('what was answered outlives any end', () => {
  const call = Conversation.withPerson().accepted().press('one');
  assert.is(call.event('CallDisconnected', { resultInformation: {} }).result, 'Disconnected partial');
});

test('a normal end of a call that nobody is known to have answered is unknown, until a late CallConnected says more', () => {
  for (const subCode of [0, 7000, 560000, 5000]) {
    const call = Conversation.placed().disconnected(200, subCode);
    assert.is(call.result, 'Disconnected unknown');
    assert.is(call.event('CallConnected').result, 'Disconnected hung-up');
  }
  const failed = Conversation.placed().event('CreateCallFailed', { resultInformation: undefined });
  assert.is(failed.result, 'Failed unknown');
});

test('a key that is not offered is asked for again, whatever ACS calls it', () => {
  for (const tone of ['a', 'd', 'eleven']) {
    const call = Conversation.withPerson().accepted().press(tone);
    const { last } = call;
    assert.ok(last.type === 'AskQuestion' && last.body.because === 'wrong-key', tone);
    assert.equal(call.answers, []);
  }
});

test.run();
