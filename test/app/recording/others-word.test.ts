import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOthersWord, type OthersWord } from '../../../src/app/recording/others-word.ts';
import { EVENT_GRID } from '../../../src/domain/call/callback.ts';
import type { Input } from '../../../src/domain/call/input.ts';
import type { FoldedCall } from '../../../src/domain/call/stream.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { Conversation, PROVIDER } from '../../domain/call/conversation.ts';

let word: OthersWord;
test.before.each(() => {
  word = createOthersWord([PROVIDER]);
});

/** The call as it stands, known here. */
function known({ state }: Conversation): FoldedCall {
  return { state, head: { ...EMPTY_HEAD, version: state?.version ?? 0 } };
}

const told = (operationContext: string, source?: typeof EVENT_GRID): Input => ({
  type: 'Callback',
  id: 'e',
  at: '2026-03-02T15:01:00.000Z',
  eventType: 'Microsoft.Communication.RecognizeCompleted',
  data: { operationContext, resultInformation: { code: 200, subCode: 8531 }, dtmfResult: { tones: ['one'] } },
  raw: '{}',
  ...(source && { source }),
});

/** Another instance was told something of a call that is known here. */
function othersAreTold(): void {
  const call = Conversation.placed();
  const before = known(call);
  word.found(before, call.event('CallConnected').state);
}

test('where others were told of one call, the log is read before what is told of any is decided upon', () => {
  const call = known(Conversation.withPerson());
  assert.is(word.isBehind(call, told('x')), false);
  othersAreTold();
  assert.is(word.isBehind(call, told('x')), true);
});

test('that is over when nothing of others was found eight times', () => {
  const call = Conversation.withPerson();
  othersAreTold();
  for (let times = 0; times < 8; times += 1) {
    assert.is(word.isBehind(known(call), told('x')), true);
    word.found(known(call), call.state, told('x'));
  }
  assert.is(word.isBehind(known(call), told('x')), false);
});

test('what is looked at for something else does not say that it is over', () => {
  const call = Conversation.withPerson();
  othersAreTold();
  for (let times = 0; times < 20; times += 1) word.found(known(call), call.state);
  assert.is(word.isBehind(known(call), told('x')), true);
});

test('who finds only that others have dialled it, or a call of before, has nothing to wait for', () => {
  const call = new Conversation().initiate(false);
  const before = known(call);
  call.deadline().accepted({ callConnectionId: 'c' });
  word.found(before, call.state);
  word.found(undefined, Conversation.withPerson().state);
  assert.is(word.isBehind(known(Conversation.withPerson()), told('x')), false);
});

test('nobody is told of a call that was not dialled: another has dialled it', () => {
  assert.is(word.isBehind(known(new Conversation().initiate(false)), told('x')), true);
});

test('the result of the newest command is decided upon at once, unless another witness names no command', () => {
  const call = Conversation.withPerson();
  othersAreTold();
  assert.is(word.isBehind(known(call), told('of an earlier one')), true);
  assert.is(word.isBehind(known(call), told(call.last.id)), false);
  assert.is(word.isBehind(known(call), told(call.last.id, EVENT_GRID)), true);
});

test('a deadline is read for by whoever lets it ring', () => {
  const call = Conversation.withPerson();
  othersAreTold();
  assert.is(word.isBehind(known(call), { type: 'Deadline', at: call.state?.deadline?.at ?? '' }), false);
});

test.run();
