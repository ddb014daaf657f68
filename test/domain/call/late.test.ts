import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { foldStream } from '../../../src/domain/call/stream.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { chain } from '../../../src/log/hash-chain.ts';
import { CALL, Conversation, PROVIDER } from './conversation.ts';

const DAY_MS = 86_400_000;
const KEPT = 32;

/** A call that has heard of its end; its first question was never answered. */
const ended = (): Conversation => Conversation.withPerson().accepted().disconnected();

/** Events of ids of their own, and what was said to each. */
function verdicts(call: Conversation, count: number, name = 'ParticipantsUpdated'): (string | null)[] {
  return Array.from({ length: count }, (_, index) => call.event(name, {}, `${name}-${index}`).verdict);
}

const isRecorded = (verdict: string | null): boolean => verdict === 'recorded';

test('within a day after its end a call keeps whatever is told of it, and an answer most of all', () => {
  const call = ended().wait(DAY_MS - 60_000);
  assert.ok(verdicts(call, 3 * KEPT).every(isRecorded));
  assert.equal(call.recognized(call.sent('AskQuestion').at(-1)!.id, ['one']).answers, ['1:yes']);
  assert.is(call.state?.late, 0);
});

test('after a day it keeps as many events as a call has, and of further ones nothing; they are no error', () => {
  const call = ended().wait(DAY_MS);
  const told = verdicts(call, 2 * KEPT);
  assert.ok(told.slice(0, KEPT).every(isRecorded));
  assert.ok(told.slice(KEPT).every((verdict) => verdict === 'late'));
  const size = call.log.length;
  verdicts(call, 100, 'PlayCompleted');
  assert.is(call.log.length, size);
});

test('what was kept is a duplicate when it comes again, however late', () => {
  const call = ended().wait(DAY_MS);
  verdicts(call, 2 * KEPT);
  assert.is(call.event('ParticipantsUpdated', {}, 'ParticipantsUpdated-0').verdict, 'duplicate');
  assert.is(call.event('ParticipantsUpdated', {}, `ParticipantsUpdated-${KEPT}`).verdict, 'late');
});

test('events that contradict others of the call are among the late ones', () => {
  const call = ended().wait(DAY_MS);
  for (let index = 0; index < 2 * KEPT; index += 1) {
    const contradicts = { id: 'event-1', sha256: String(index) };
    const event = {
      type: 'Callback',
      eventType: 'Microsoft.Communication.PlayCompleted',
      data: {},
      raw: '{}',
    } as const;
    call.take({ ...event, id: `event-1#${index}`, at: call.wait(10).now, contradicts });
  }
  assert.is(call.state?.late, KEPT);
  assert.is(call.verdict, 'late');
});

test('a call that is open keeps everything, however old it is', () => {
  const call = Conversation.withPerson()
    .accepted()
    .wait(40 * DAY_MS);
  assert.ok(verdicts(call, 2 * KEPT).every(isRecorded));
  assert.equal(call.press('one').answers, ['1:yes']);
});

test('a word on how it ended does not begin the day anew', () => {
  const call = Conversation.withPerson().accepted().disconnected().wait(DAY_MS);
  call.event('CallDisconnected', { resultInformation: { code: 200, subCode: 560000 } });
  assert.is(call.state?.late, 1);
});

test('whoever reads the stream counts the same', () => {
  const call = ended().wait(DAY_MS);
  verdicts(call, KEPT - 1);
  const entries = chain(EMPTY_HEAD, CALL, call.stored);
  const { state } = foldStream([PROVIDER], CALL, entries);
  assert.is(state?.late, KEPT - 1);
  assert.is(state?.late, call.state?.late);
});

test.run();
