import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../../projections/rows.ts';
import type { Ending } from '../../src/domain/call/call.ts';
import { at, callId, state } from './samples.ts';

test('an open call has a row without a disposition', () => {
  assert.equal(rowsOf(state(1)), {
    session: {
      callSessionId: callId(1),
      memberId: 'member-1',
      callConnectionId: 'connection-1',
      correlationId: 'correlation-1',
      serverCallId: 'server-1',
      status: 'Connected',
      disposition: null,
      questionnaire: 'wellness@1',
      createdAt: at(1),
      updatedAt: at(2),
      version: 3,
    },
    responses: [],
  });
});

test('an ended call has its disposition, and its answers by number, whatever came first', () => {
  const ending: Ending = { by: 'disconnected', result: 'ended', hungUp: 'if-answered', at: at(60) };
  const answers = [
    { question: 2, response: 'timeout', recordedAt: at(50) },
    { question: 1, response: 'yes', recordedAt: at(40) },
  ];
  const call = rowsOf(state(1, { ending, answers, personProvenAt: at(10), position: { at: 'ended' } }));
  assert.is(call.session.status, 'Disconnected');
  assert.is(call.session.disposition, 'partial');
  const id = callId(1);
  assert.equal(call.responses, [
    { responseId: `${id}-1`, callSessionId: id, questionNumber: 1, response: 'yes', recordedAt: at(40) },
    { responseId: `${id}-2`, callSessionId: id, questionNumber: 2, response: 'timeout', recordedAt: at(50) },
  ]);
});

test('the rows are the same each time, and leave the state as it was', () => {
  const answers = Object.freeze([
    { question: 3, response: 'no', recordedAt: at(9) },
    { question: 1, response: 'yes', recordedAt: at(8) },
  ]);
  const call = Object.freeze(state(1, { answers }));
  assert.equal(rowsOf(call), rowsOf(call));
  assert.is(call.answers[0]?.question, 3);
});

test('no phone number, secret or callback address comes into a row', () => {
  assert.not.match(JSON.stringify(rowsOf(state(1))), /\+1555|https/);
});

test.run();
