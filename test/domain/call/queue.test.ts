import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdsLeg, waitsToDial } from '../../../src/domain/call/call.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import { CONNECTION, Conversation, INITIATE, PROVIDER } from './conversation.ts';

function queued(): Conversation {
  const call = new Conversation();
  const input = {
    type: 'InitiateCall',
    id: 'initiate',
    at: call.now,
    actor: 'coordinator:ann',
    body: INITIATE,
  } as const;
  return call.take({ ...input, dial: false });
}

/** A call that we closed for want of word, and that somebody answers afterwards. */
function revived(): Conversation {
  return Conversation.initiated()
    .wait(PROVIDER.repeatSafeMs)
    .deadline()
    .deadline()
    .event('CallConnected')
    .accepted({ callState: 'connected', ours: true });
}

test('a call that has to wait for its turn is recorded and not dialled', () => {
  const call = queued();
  assert.equal(
    call.log.map((entry) => entry.type),
    ['InitiateCall'],
  );
  assert.ok(call.state && waitsToDial(call.state) && !holdsLeg(call.state));
  assert.is(call.result, 'Initiated open');
});

test('when its turn comes a queued call is dialled', () => {
  const call = queued().deadline();
  assert.is(call.sent('PlaceCall').length, 1);
  assert.ok(call.state && holdsLeg(call.state) && call.doing === 'placing');
});

test('a queued call that is cancelled is never dialled', () => {
  const call = queued().cancel();
  assert.is(call.result, 'Failed cancelled');
  assert.is(call.sent('PlaceCall').length, 0);
  assert.is(call.state?.deadline, null);
});

test('a call between two dials holds no leg, unless an attempt may have got through', () => {
  const refused = Conversation.initiated().refused(429, true);
  assert.ok(refused.state && !holdsLeg(refused.state) && waitsToDial(refused.state));
  const unknown = Conversation.initiated().timedOut();
  assert.ok(unknown.state && holdsLeg(unknown.state) && waitsToDial(unknown.state));
});

test('a leg that must not stay open is hung up again until ACS takes the order', () => {
  const call = revived();
  call.refused(503, true).deadline();
  assert.is(call.sent('HangUp').length, 2);
  call.accepted();
  assert.is(call.state?.deadline, null);
  assert.equal(call.state?.strays, []);
});

test('a leg that ACS knows no more is done with', () => {
  const call = revived().refused(404, false, 8522);
  assert.equal(call.state?.strays, []);
  assert.is(call.state?.deadline, null);
});

test('a hang-up of such a leg whose answer was lost with the process is sent again, a bounded number of times', () => {
  const call = revived();
  for (let bells = 0; call.state?.deadline; bells += 1) {
    assert.ok(bells < 20);
    call.deadline();
  }
  assert.is(call.sent('HangUp').length, TIMING.hangUpAttempts);
});

test('a second leg that could not be hung up is seen to when the call itself has ended', () => {
  const call = Conversation.withPerson().event('CallConnected', { callConnectionId: 'another-leg' });
  call.accepted({ callState: 'connected', ours: true });
  call.outcome({ type: 'Unknown', reason: 'timeout' });
  assert.is(call.doing, 'asking question-1');
  call.disconnected(200, 560000).deadline();
  const { last } = call;
  assert.ok(last.type === 'HangUp' && last.body.callConnectionId === 'another-leg');
  assert.is(call.state?.callConnectionId, CONNECTION);
});

test.run();
