import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallBook } from '../../src/simulator/calls/book.ts';
import type { Call } from '../../src/simulator/calls/call.ts';
import { randomOfCall } from '../../src/simulator/calls/call.ts';
import { createCallbackLine } from '../../src/simulator/calls/callback-line.ts';
import { appendLine, type TranscriptLine } from '../../src/simulator/calls/transcript.ts';
import { TRANSCRIPT_LINES_MAX } from '../../src/simulator/wire/defaults.ts';

function callOf(callConnectionId: string): Call {
  const request = {
    to: '+15550100',
    from: { kind: 'number', number: '+15550199' } as const,
    callbackUri: 'http://x/',
    operationContext: undefined,
    sourceDisplayName: undefined,
    sourceId: undefined,
    hasSpeech: true,
  };
  return {
    facts: {
      callConnectionId,
      serverCallId: '',
      correlationId: '',
      sourceId: '',
      request,
      createdAtMs: 0,
      counted: true,
    },
    behaviour: {},
    random: randomOfCall(1, callConnectionId),
    line: createCallbackLine(),
    transcript: [],
    timers: [],
    state: 'connecting',
    connectedAtMs: undefined,
    endedAtMs: undefined,
    result: undefined,
    media: undefined,
    moment: undefined,
    gone: false,
    recognizes: 0,
    participantsSequence: 0,
    sourceOnHold: false,
  };
}

test('only the latest ended calls are kept, and open ones always', () => {
  const book = createCallBook(2);
  const calls = ['a', 'b', 'c', 'd'].map(callOf);
  for (const call of calls) book.add(call);
  for (const call of calls.slice(0, 3)) book.ended(call);
  assert.equal(
    [...book.all()].map(({ facts }) => facts.callConnectionId),
    ['b', 'c', 'd'],
  );
  assert.is(book.open(), 1);
  assert.is(book.find('a'), undefined);
});

test('places of a caller number are taken by open calls only', () => {
  const book = createCallBook();
  const [one, two] = [callOf('a'), callOf('b')];
  book.add(one);
  book.add(two);
  assert.is(book.openOver('+15550199'), 2);
  book.ended(one);
  assert.is(book.openOver('+15550199'), 1);
  assert.is(book.openOver('+15550198'), 0);
});

test('a transcript is bounded in lines and in the length of a line', () => {
  const lines: TranscriptLine[] = [];
  for (let i = 0; i < TRANSCRIPT_LINES_MAX + 10; i++)
    appendLine(lines, { atMs: i, kind: 'said', text: 'x'.repeat(4_000) });
  assert.is(lines.length, TRANSCRIPT_LINES_MAX);
  assert.is(lines[0]?.text.length, 500);
});

test.run();
