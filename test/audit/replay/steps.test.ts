import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { replayOf } from '../../../src/audit/replay/replay.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { Entry, NewEntry } from '../../../src/domain/entries.ts';
import { CALL, Conversation, SCRIPT } from '../../domain/call/conversation.ts';
import { stepsIn, streamOf } from './samples.ts';

const whole = () => Conversation.withPerson().accepted().press('one');
const replayed = (entries: readonly Entry[]) => replayOf(PROVIDERS, { callSessionId: CALL, entries, flaws: [] }, null);

/** The stored call with the entry of a version changed by somebody who hashed it again. */
function changed(version: number, change: Partial<NewEntry>): Entry[] {
  return streamOf(whole().stored.map((entry, index) => (index + 1 === version ? { ...entry, ...change } : entry)));
}

test('what was spoken is told with its voice and the script that it is from', () => {
  const step = stepsIn(whole()).find(({ what }) => what === 'asked question 1');
  const { id, version, hash } = SCRIPT;
  assert.match(step?.spoken?.text ?? '', 'Question one');
  assert.equal(step?.spoken, {
    ...step?.spoken,
    voice: 'en-US-JennyNeural',
    audience: 'person',
    script: { id, version, hash },
  });
  assert.is(stepsIn(whole())[0]?.spoken, null);
});

test('who did it is told by kind, of staff with role and name', () => {
  const steps = stepsIn(whole());
  assert.equal(steps[0]?.who, { kind: 'staff', words: 'ann (Coordinator)', role: 'Coordinator', name: 'ann' });
  assert.equal(new Set(steps.map(({ who }) => who.kind)), new Set(['staff', 'flow', 'provider']));
  const late = Conversation.placed().deadline();
  assert.ok(stepsIn(late).some(({ who }) => who.kind === 'deadline'));
});

test('an entry names the one that caused it, by version and in words', () => {
  const steps = stepsIn(whole());
  assert.equal(steps[1]?.cause, { version: 1, what: 'asked for the call' });
  assert.equal(steps[2]?.cause, { version: 2, what: 'dialled +*******0001' });
  assert.is(steps[0]?.cause, null);
});

test('a cause that is not in the stream is said not to be there', () => {
  const { steps } = replayed(changed(5, { cause: 'nothing of this call' }));
  assert.equal(steps[4]?.cause, { version: null, what: 'an entry that is not there' });
});

test('the state after each entry is told: where the flow is, and the answers so far', () => {
  const steps = stepsIn(whole());
  assert.equal(steps.at(-1)?.state, {
    status: 'PersonDetected',
    disposition: null,
    position: 'asking',
    positionWords: 'is asked "question-2"',
    answers: [{ question: 1, response: 'yes' }],
  });
  assert.equal(steps.at(-3)?.state?.answers, []);
});

test('an entry whose data is no JSON is named and the rest goes on', () => {
  const { steps, flaws } = replayed(changed(7, { data: '{"id":' }));
  assert.is(steps.length, 11);
  assert.is(steps[6]?.flaw, 'unreadable');
  assert.equal(steps[6]?.state, steps[5]?.state);
  assert.equal(flaws, ['entry 7 cannot be read']);
  assert.is(steps[7]?.what, 'asked question 1');
  assert.is(steps[9]?.what, 'pressed 1 = yes after 0.0 s');
});

test('an entry that lacks what is told of it is named, and what it does to the call stays', () => {
  const { steps, flaws } = replayed(
    changed(8, { data: JSON.stringify({ step: 'question-1', question: 1, keys: {} }) }),
  );
  assert.is(steps[7]?.flaw, 'unreadable');
  assert.is(steps[7]?.state?.positionWords, 'is asked "question-1"');
  assert.equal(flaws, ['entry 8 cannot be read']);
});

test('behind a first entry that is damaged the others are still told, though they add up to nothing', () => {
  const { steps, memberId, phoneNumber } = replayed(changed(1, { data: 'null' }));
  assert.is(steps[0]?.flaw, 'unreadable');
  assert.equal([memberId, phoneNumber], [null, null]);
  assert.is(steps[4]?.what, 'asked whether a person is there');
  assert.ok(steps.every(({ state }) => state === null));
});

test('an entry of a later release is named, and the rest goes on', () => {
  const [first, ...others] = whole().stored;
  const later: NewEntry = {
    ...first!,
    kind: 'command',
    type: 'TransferCall',
    id: 't',
    actor: 'flow',
    cause: 'initiate',
  };
  const { steps, flaws } = replayed(streamOf([first!, later, ...others]));
  assert.is(steps[1]?.what, 'wrote TransferCall, which only a later release can read');
  assert.is(steps[1]?.flaw, 'foreign');
  assert.is(steps[2]?.what, 'dialled +*******0001');
  assert.equal(flaws, []);
});

test('a call of a provider that nobody knows is told as far as it can be', () => {
  const body = JSON.parse(whole().stored[0]!.data) as object;
  const entries = changed(1, { data: JSON.stringify({ ...body, provider: 'other-telephone' }) });
  const strange = entries.map((entry) => (entry.actor === 'acs' ? { ...entry, actor: 'other-telephone' } : entry));
  const { steps } = replayed(strange);
  assert.is(steps[3]?.who.words, 'OTHER-TELEPHONE');
  assert.is(steps[3]?.what, 'sent CallConnected, which moves nothing here');
});

test('an actor that nobody knows is named as the log names it', () => {
  const { steps } = replayed(changed(5, { actor: 'somebody' }));
  assert.equal(steps[4]?.who, { kind: 'unknown', words: 'somebody' });
});

test('the member’s number is shown by its last digits alone, wherever it stands', () => {
  const text = JSON.stringify({ ...replayed(streamOf(whole().stored)), entries: [] });
  assert.match(text, '0001');
  assert.not.match(text, '+15550100001');
});

test.run();
