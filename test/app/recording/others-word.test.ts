import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CachedCall } from '../../../src/app/recording/call-cache.ts';
import { isBehind, looksAfter } from '../../../src/app/recording/others-word.ts';
import { EVENT_GRID } from '../../../src/domain/call/callback.ts';
import type { Input } from '../../../src/domain/call/input.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { Conversation, PROVIDER } from '../../domain/call/conversation.ts';

/** The call as it stands, kept here. */
function kept({ state }: Conversation, looks: number): CachedCall {
  const head = { ...EMPTY_HEAD, version: state?.version ?? 0 };
  return { state, head, looks, sinceMs: 0, isDated: true };
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
const isBehindOf = (call: CachedCall, input: Input): boolean => isBehind([PROVIDER], call, input);

test('where others have recorded what the provider told, the log is read before what comes next, twice', () => {
  const call = Conversation.placed();
  const known = kept(call, 0);
  call.event('CallConnected');
  assert.is(looksAfter(known, call.state, 0), 2);
  assert.is(looksAfter(kept(call, 0), call.state, 1), 1, 'nothing of others since');
});

test('who finds only that others have dialled it has nothing to wait for', () => {
  const call = new Conversation().initiate(false);
  const known = kept(call, 0);
  call.deadline().accepted({ callConnectionId: 'c' });
  assert.is(looksAfter(known, call.state, 0), 0);
  assert.is(looksAfter(undefined, call.state, 0), 0);
});

test('nobody is told of a call that was not dialled: another has dialled it', () => {
  const waiting = kept(new Conversation().initiate(false), 0);
  assert.is(isBehindOf(waiting, told('x')), true);
});

test('what is told of a call that nobody else is told of is decided upon at once', () => {
  assert.is(isBehindOf(kept(Conversation.withPerson(), 0), told('x')), false);
});

test('what is told of a call that others are told of too is read for, but not the result of the newest command', () => {
  const call = Conversation.withPerson();
  assert.is(isBehindOf(kept(call, 1), told('of an earlier one')), true);
  assert.is(isBehindOf(kept(call, 1), told(call.last.id)), false);
  assert.is(isBehindOf(kept(call, 1), told(call.last.id, EVENT_GRID)), true, 'another witness names no command');
});

test('a deadline is read for once it has passed, where others are told', () => {
  const call = Conversation.withPerson();
  const deadline = call.state?.deadline?.at ?? '';
  const early = new Date(Date.parse(deadline) - 1).toISOString();
  assert.is(isBehindOf(kept(call, 1), { type: 'Deadline', at: deadline }), true);
  assert.is(isBehindOf(kept(call, 1), { type: 'Deadline', at: early }), false);
  assert.is(isBehindOf(kept(call, 0), { type: 'Deadline', at: deadline }), false);
});

test.run();
