import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evolve } from '../../../src/domain/call/evolve.ts';
import { fromEntry, toNewEntry } from '../../../src/domain/call/recorded.ts';
import { isOfACall, providerIds } from '../../../src/domain/inbox/event-grid.ts';
import { CALL, CONNECTION, Conversation, PROVIDER } from './conversation.ts';

type Details = Readonly<Record<string, unknown>>;

/** What Event Grid says of the call, whatever it calls itself. */
function witness(call: Conversation, name = 'CallEnded', data: Details = {}, id = 'grid-1'): Conversation {
  const eventType = `Microsoft.Communication.${name}`;
  const raw = JSON.stringify({ id, eventType, data });
  return call.wait(10).take({ type: 'Callback', id, at: call.now, eventType, data, raw, source: 'event-grid' });
}

/** A call of which Event Grid says that it has ended; the answer to our question about it is not in yet. */
function doubted(call: Conversation): Conversation {
  witness(call);
  assert.is(call.last.type, 'CheckCall');
  return call;
}

test('an ended call of Event Grid makes us ask ACS, and does not touch the flow', () => {
  const call = Conversation.withPerson().accepted();
  const before = call.state;
  doubted(call);
  assert.is(call.doing, 'asking question-1');
  assert.equal([call.state?.deadline, call.state?.check], [before?.deadline, null]);
  const [entry, check] = call.log.slice(-2);
  assert.equal([entry?.actor, entry?.id, check?.cause], ['event-grid', 'event-grid/grid-1', 'event-grid/grid-1']);
});

test('when ACS knows no such call any more it is over, and an answer that comes late is kept', () => {
  const call = Conversation.withPerson().accepted();
  const asked = call.last.id;
  doubted(call).refused(404, false, 8522);
  assert.equal([call.doing, call.state?.ending?.by], ['ended', 'gone']);
  call.recognized(asked, ['one']);
  assert.equal(call.answers, ['1:yes']);
  call.disconnected();
  assert.is(call.state?.ending?.by, 'disconnected');
});

test('when ACS is about to take the call down it is over too', () => {
  for (const callState of ['disconnected', 'disconnecting']) {
    const call = doubted(Conversation.withPerson().accepted()).accepted({ callState });
    assert.equal([call.doing, call.state?.ending?.by], ['ended', 'gone']);
  }
});

test('when ACS still has the call, or cannot tell, the conversation goes on as if nothing had been said', () => {
  const outcomes: ((call: Conversation) => Conversation)[] = [
    (call) => call.accepted({ callState: 'connected' }),
    (call) => call.timedOut(),
    (call) => call.refused(500, true),
    (call) => call.refused(403, false),
  ];
  for (const outcome of outcomes) {
    const call = Conversation.withPerson().accepted();
    const { id } = call.last;
    const deadline = call.state?.deadline;
    outcome(doubted(call));
    assert.equal([call.doing, call.state?.deadline, call.state?.doubt], ['asking question-1', deadline, null]);
    assert.is(call.recognized(id, ['one']).doing, 'asking question-2');
  }
});

test('a doubt whose answer is lost holds nothing up', () => {
  const call = doubted(Conversation.withPerson().accepted());
  call.deadline();
  assert.equal([call.last.type, (call.last.body as { because?: string }).because], ['CheckCall', undefined]);
  assert.is(call.refused(404, false).doing, 'ended');
});

test('one doubt at a time, and none where ACS is being asked already', () => {
  const call = doubted(Conversation.withPerson().accepted());
  witness(call, 'CallEnded', {}, 'grid-2');
  assert.is(call.sent('CheckCall').length, 1);
  const overdue = Conversation.withPerson().accepted().deadline();
  witness(overdue);
  assert.is(overdue.sent('CheckCall').length, 1);
});

test('before the call is connected, and after it has ended, nothing is asked', () => {
  const early = [Conversation.initiated(), Conversation.initiated().accepted({ callConnectionId: CONNECTION })];
  for (const call of [...early, Conversation.withPerson().disconnected()]) {
    const { doing } = call;
    const { length } = call.log;
    witness(call);
    assert.equal([call.verdict, call.doing, call.log.length], ['recorded', doing, length + 1]);
    assert.is(call.sent('CheckCall').length, 0);
  }
});

test('nothing that Event Grid says is an answer, a connection or an end, whatever it calls itself', () => {
  const call = Conversation.withPerson().accepted();
  const operationContext = call.last.id;
  const tones = { dtmfResult: { tones: ['one'] }, resultInformation: { code: 200, subCode: 8531 } };
  const claims: readonly [string, Details][] = [
    ['RecognizeCompleted', { operationContext, ...tones }],
    ['RecognizeFailed', { operationContext, resultInformation: { code: 400, subCode: 8510 } }],
    ['CallDisconnected', {}],
    ['CreateCallFailed', {}],
    ['PlayCompleted', { operationContext }],
    ['CallStarted', { callConnectionId: 'foreign', serverCallId: 'foreign', correlationId: 'foreign' }],
  ];
  for (const [index, [name, data]] of claims.entries()) {
    const before = call.state!;
    const length = call.log.length;
    witness(call, name, { ...data, callConnectionId: CONNECTION }, `claim-${index}`);
    const { version, updatedAt, seen, ...after } = call.state!;
    const { version: _v, updatedAt: _u, seen: _s, ...same } = before;
    assert.equal(after, same, name);
    assert.is(call.log.length, length + 1);
  }
  assert.equal(call.answers, []);
});

test('it opens no second leg and no call that was not answered', () => {
  const call = Conversation.initiated();
  witness(call, 'CallConnected', { callConnectionId: 'foreign' });
  assert.equal([call.doing, call.state?.callConnectionId, call.state?.connectedAt], ['placing', null, null]);
});

test('what was recorded of it means as little when it is read back', () => {
  const call = Conversation.withPerson().accepted();
  const before = call.state!;
  const data = { operationContext: call.last.id, dtmfResult: { tones: ['one'] } };
  const raw = JSON.stringify({ id: 'grid-1', data });
  witness(call, 'RecognizeCompleted', data);
  const entry = { ...toNewEntry(call.log.at(-1)!, raw), stream: CALL, version: before.version + 1, hash: '' };
  const replayed = evolve(CALL, before, fromEntry(entry, PROVIDER.readings[1]!));
  assert.equal(replayed, call.state);
  assert.equal(replayed.answers, []);
});

test('an event of Event Grid counts once, and never stands in the way of a callback with the same id', () => {
  const call = Conversation.withPerson().accepted();
  const { id } = call.last;
  witness(call, 'CallStarted', {}, 'same');
  assert.is(witness(call, 'CallStarted', {}, 'same').verdict, 'duplicate');
  call.event('RecognizeCompleted', { operationContext: id, dtmfResult: { tones: ['one'] } }, 'same');
  assert.equal([call.verdict, call.answers], ['recorded', ['1:yes']]);
});

test('a call is named in the data, but a recording names it in its subject', () => {
  assert.equal(providerIds('', { correlationId: 'c', serverCallId: 's' }), { correlationId: 'c', serverCallId: 's' });
  const subject = '/recording/call/a-b/serverCallId/aHR0/cHM6/recordingId/r-1';
  assert.equal(providerIds(subject, {}), { correlationId: null, serverCallId: 'aHR0/cHM6' });
  for (const other of [
    '',
    'call/s',
    '/serverCallId/',
    '/recordingId/x/serverCallId/y',
    `/serverCallId//recordingId/x`,
  ]) {
    assert.equal(providerIds(other, { correlationId: 5, serverCallId: 'a b' }), {
      correlationId: null,
      serverCallId: null,
    });
  }
});

test('only five types are about a call of ours', () => {
  const names = [
    'CallStarted',
    'CallEnded',
    'CallParticipantAdded',
    'CallParticipantRemoved',
    'RecordingFileStatusUpdated',
  ];
  for (const name of names) assert.ok(isOfACall(`Microsoft.Communication.${name}`));
  for (const name of ['RecognizeCompleted', 'CallConnected', 'CallDisconnected', 'IncomingCall', 'SMSReceived']) {
    assert.not.ok(isOfACall(`Microsoft.Communication.${name}`));
  }
});

test.run();
