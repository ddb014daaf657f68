import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasEnded, holdsLeg } from '../../../src/domain/call/call.ts';
import { decide } from '../../../src/domain/call/decide.ts';
import type { Input } from '../../../src/domain/call/input.ts';
import { readingOf } from '../../../src/domain/call/provider.ts';
import { toNewEntry } from '../../../src/domain/call/recorded.ts';
import { foldCall } from '../../../src/domain/call/stream.ts';
import { TIMING } from '../../../src/domain/call/timing.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { CALL, Conversation, INITIATE, PROVIDER, SCRIPT } from './conversation.ts';

const PROVIDERS = [PROVIDER];

/** The stream of a conversation as it is stored, with entries of a later release among it. */
function stored(call: Conversation, change: (entry: Entry) => Entry[]): Entry[] {
  return call.log
    .map((recorded, index) => {
      const raw = recorded.kind === 'callback' ? JSON.stringify({ data: {} }) : undefined;
      return { ...toNewEntry(recorded, raw), stream: CALL, version: index + 1, hash: '' };
    })
    .flatMap(change);
}

/** What only a later release can read. */
const LATER: Readonly<Record<string, (entry: Entry) => Entry[]>> = {
  'a command of a type that is not known': (entry) =>
    entry.type === 'AskQuestion' ? [entry, { ...entry, type: 'SendText', id: `${entry.id}+` }] : [entry],
  'an outcome of a type that is not known': (entry) =>
    entry.kind === 'outcome' ? [{ ...entry, type: 'Deferred' }] : [entry],
  'a reading that is not known': (entry) =>
    entry.type === 'InitiateCall' ? [{ ...entry, data: JSON.stringify({ ...INITIATE, reading: 99 }) }] : [entry],
  'a provider that is not known': (entry) =>
    entry.type === 'InitiateCall' ? [{ ...entry, data: JSON.stringify({ ...INITIATE, provider: 'other' }) }] : [entry],
};

for (const [what, change] of Object.entries(LATER)) {
  test(`a call with ${what} records what comes, sends nothing, and is left to whoever can read it`, () => {
    const state = foldCall(PROVIDERS, CALL, null, stored(Conversation.withPerson().accepted(), change));
    assert.ok(state?.foreign && state.deadline === null);
    assert.not.ok(hasEnded(state));
    assert.ok(
      what.includes('InitiateCall') || what.includes('reading') || what.includes('provider') || holdsLeg(state),
    );
    const at = new Date(Date.parse(state.updatedAt) + TIMING.queueMs).toISOString();
    const context = {
      timing: TIMING,
      questionnaire: SCRIPT,
      reading: readingOf(PROVIDERS, state.initiate),
      repeatSafeMs: 0,
      freshId: '00000000-0000-4000-8000-000000000000',
    };
    const heard: Input = {
      type: 'Callback',
      id: 'late',
      at,
      eventType: 'Microsoft.Communication.CallConnected',
      data: {},
      raw: '{}',
    };
    const cancelled: Input = { type: 'CancelCall', id: 'c', at, actor: 'coordinator:ann' };
    for (const input of [heard, cancelled]) {
      const decision = decide(CALL, state, input, context);
      assert.is(decision.verdict, 'recorded');
      assert.is(decision.drafts.length, 1);
      assert.is(decision.state?.deadline, null);
    }
    assert.is(decide(CALL, state, { type: 'Deadline', at }, context).verdict, 'not-due');
  });
}

test.run();
