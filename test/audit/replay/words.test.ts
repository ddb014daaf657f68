import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACS_EVENT_PREFIX, CALLBACK_NAMES } from '../../../src/adapters/telephony/reading/event.ts';
import { WITHOUT_WORDS } from '../../../src/audit/replay/callback-words.ts';
import { withoutNumbers } from '../../../src/audit/replay/command-words.ts';
import * as reasons from '../../../src/audit/replay/reasons.ts';
import { COMMAND_TYPES } from '../../../src/domain/call/bodies.ts';
import { DISPOSITIONS } from '../../../src/domain/call/disposition.ts';
import { teamsLine } from '../../../src/domain/call/line.ts';
import { CALL_EVENTS } from '../../../src/domain/inbox/event-grid.ts';
import { CODES } from '../../adapters/telephony/reading/codes.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { said, stepsIn, wordsIn } from './samples.ts';

test('a call that goes well is told from the first word to the last', () => {
  const call = Conversation.withPerson();
  call.accepted().wait(3_390).press('one').accepted().wait(990).press('two').accepted().press('one');
  call.accepted().said().accepted().disconnected();
  assert.equal(wordsIn(call), [
    'ann (Coordinator): asked for the call',
    'the flow: dialled +*******0001',
    'ACS: accepted the dial',
    'ACS: the call is connected',
    'the flow: asked whether a person is there',
    'ACS: accepted the question whether a person is there',
    'ACS: pressed 1 = yes after 0.0 s',
    'the flow: asked question 1',
    'ACS: accepted question 1',
    'ACS: pressed 1 = yes after 3.4 s',
    'the flow: asked question 2',
    'ACS: accepted question 2',
    'ACS: pressed 2 = no after 1.0 s',
    'the flow: asked question 3',
    'ACS: accepted question 3',
    'ACS: pressed 1 = yes after 0.0 s',
    'the flow: said the message "thank-you"',
    'ACS: accepted the message "thank-you"',
    'ACS: the message "thank-you" was said',
    'the flow: ordered to hang up: everything is said',
    'ACS: accepted the order to hang up',
    'ACS: the call was hung up, as ordered; call ended: completed, every question has an answer',
  ]);
});

const TOLD: readonly (readonly [string, () => Conversation, string])[] = [
  [
    'a busy line',
    () => Conversation.placed().createFailed(486, 560486),
    'ACS: line busy; call ended: the line was busy',
  ],
  ['silence', () => Conversation.withPerson().accepted().silent(), 'ACS: silence'],
  [
    'hanging up',
    () => Conversation.withPerson().accepted().press('one').disconnected(),
    'ACS: hung up; call ended: partly answered',
  ],
  [
    'a key that is not offered',
    () => Conversation.withPerson().accepted().wait(2_000).press('seven'),
    'ACS: pressed 7 after 2.0 s, which is not offered',
  ],
  [
    'a key that few telephones have',
    () => Conversation.withPerson().accepted().press('a'),
    'ACS: pressed a key that few telephones have after 0.0 s, which is not offered',
  ],
  [
    'asking again',
    () => Conversation.withPerson().accepted().press('seven'),
    'the flow: asked question 1 again, after a key that is not offered',
  ],
  ['a question cut off', () => Conversation.withPerson().recognizeFailed(400, 8508), 'ACS: the question was cut off'],
  [
    'an answer that comes too late',
    () => {
      const call = Conversation.withPerson().accepted();
      const asked = call.last.id;
      return call.press('one').disconnected().recognized(asked, ['two']);
    },
    'ACS: pressed 2 = no after 0.0 s, late, to question 1',
  ],
  [
    'an end that changes what is known of the call',
    () => {
      const call = Conversation.withPerson().accepted();
      return call.disconnected().recognized(call.last.id, ['one']);
    },
    'ACS: pressed 1 = yes after 0.0 s, late, to question 1; known now: partly answered',
  ],
  ['a cancellation', () => Conversation.withPerson().cancel(), 'the flow: ordered to hang up: the call was cancelled'],
  [
    'a refusal that is no fault of the line',
    () => Conversation.initiated().refused(429, true),
    'ACS: refused the dial: too much at once; to be tried again at 15:00:01',
  ],
  [
    'a request that never left',
    () => Conversation.initiated().refused(0, false),
    'ACS: refused the dial: it never left, nobody could be reached; call ended: the provider failed',
  ],
  [
    'no answer in time',
    () => Conversation.answered().timedOut(),
    'ACS: whether it took the question whether a person is there is not known: no answer in time',
  ],
  [
    'a leg that is another’s',
    () => Conversation.answered().event('CallDisconnected', { callConnectionId: 'another' }),
    'ACS: of another connection: the call is over',
  ],
];

for (const [what, play, words] of TOLD) {
  test(`${what} is told in words`, () => assert.is(said(play(), words), words));
}

test('a dial over Teams names the account it is over', () => {
  const call = Conversation.initiated({ callerId: teamsLine('cc123456-5678-4678-9234-ccc123456789') });
  assert.is(
    wordsIn(call)[1],
    'the flow: dialled +*******0001 over the Teams resource account cc123456-5678-4678-9234-ccc123456789',
  );
});

test('nothing is said of how long it took where it is not recorded when the question was taken', () => {
  const call = Conversation.withPerson().press('one');
  assert.is(said(call, 'ACS: pressed 1 = yes'), 'ACS: pressed 1 = yes');
});

test('every end that the provider can tell of has words, read by any rules, before and after an answer', () => {
  for (const reading of [1, 2] as const) {
    for (const [code, subCode] of CODES) {
      for (const call of [
        Conversation.placed({ reading }).createFailed(code, subCode),
        Conversation.placed({ reading }).disconnected(code, subCode),
        Conversation.withPerson({ reading }).disconnected(code, subCode),
        Conversation.initiated({ reading }).refused(code, false, subCode),
        Conversation.withPerson({ reading }).refused(code, true, subCode),
        Conversation.withPerson({ reading }).recognizeFailed(code, subCode),
      ]) {
        for (const { what, flaw } of stepsIn(call)) {
          assert.is(flaw, null, what);
          assert.match(what, /^[\w].*\S$/);
        }
      }
    }
  }
});

test('every callback that is known has words, and one that is not is named', () => {
  for (const name of [...CALLBACK_NAMES, ...CALL_EVENTS, 'NeverHeardOf']) {
    const step = stepsIn(Conversation.withPerson().event(name, { operationContext: 'x' })).at(-1)!;
    assert.is(step.flaw, null);
    assert.is.not(step.what, '');
    assert.not.match(step.what, ACS_EVENT_PREFIX);
  }
  const words = 'ACS: sent NeverHeardOf, which moves nothing';
  assert.is(said(Conversation.placed().event('NeverHeardOf'), words), words);
});

test('what Event Grid says is told as what it is', () => {
  const call = Conversation.withPerson();
  const event = {
    type: 'Callback',
    id: 'g',
    at: call.now,
    data: {},
    raw: '{"data":{}}',
    source: 'event-grid',
  } as const;
  call.take({ ...event, eventType: 'Microsoft.Communication.CallEnded' });
  const words = 'Event Grid: said that the call has ended, which it cannot prove';
  assert.is(said(call, words), words);
});

test('every command has words of its own', () => {
  const bodies: Record<(typeof COMMAND_TYPES)[number], object> = {
    InitiateCall: {},
    PlaceCall: { to: '+15550100001', from: '+15550100000', attempt: 1 },
    AskQuestion: { question: 1, because: 'first', prompt: { text: '', voice: {} } },
    SayMessage: { step: 'x', because: 'flow', attempt: 1, prompt: { text: '', voice: {} } },
    HangUp: { because: 'finished', attempt: 1 },
    CheckCall: { attempt: 1 },
    CloseCall: { because: 'gone' },
    CancelCall: {},
    DeadlinePassed: {},
    CountEvent: { eventType: 'x' },
  };
  const opening = Conversation.initiated().stored[0]!;
  const words = COMMAND_TYPES.map((type) => {
    const entry = { ...opening, type, id: type, data: JSON.stringify(bodies[type]) };
    const { what, flaw } = stepsIn({ stored: type === 'InitiateCall' ? [opening] : [opening, entry] }).at(-1)!;
    assert.is(flaw, null, `${type}: ${what}`);
    return what;
  });
  assert.is(new Set(words).size, COMMAND_TYPES.length);
});

test('no word that the log has for something lacks words here', () => {
  assert.equal(Object.keys(reasons.DISPOSITION_WORDS).sort(), [...DISPOSITIONS].sort());
  assert.equal(Object.keys(reasons.RESULT_WORDS).sort(), [...DISPOSITIONS, 'ended'].sort());
  for (const table of [...Object.values(reasons), WITHOUT_WORDS]) {
    const words = Object.entries(table);
    assert.ok(words.length > 1);
    const empty = words.filter(([name, text]) => text === '' && !['first', 'flow'].includes(name));
    assert.equal(empty, []);
  }
});

test('a reason of staff is told, without the numbers in it', () => {
  const call = Conversation.withPerson();
  const at = call.now;
  call.take({
    type: 'CancelCall',
    id: 'c',
    at,
    actor: 'coordinator:bo',
    reason: 'call (555) 010-0123 from 2026-03-02 on',
  });
  const words = 'bo (Coordinator): cancelled the call: "call **********0123 from 2026-03-02 on"';
  assert.is(said(call, words), words);
});

for (const number of ['+15550100123', '+1 555 010 0123', '555-010-0123', '5550100123', '(555) 010 0123']) {
  test(`${number} is masked in what people write`, () => {
    const masked = withoutNumbers(`see ${number}, twice`);
    assert.match(masked, /^see \+?\*+0123, twice$/);
  });
}

test('a call of before readings is told by the rules of then', () => {
  const call = Conversation.withPerson({ reading: 1 }).disconnected(500, 999);
  assert.is(stepsIn(call).at(-1)?.state?.disposition, 'hung-up');
  assert.is(stepsIn(Conversation.withPerson().disconnected(500, 999)).at(-1)?.state?.disposition, 'unknown');
});

test.run();
