import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../../projections/rows.ts';
import { noticesOf } from '../../src/app/notices.ts';
import { at, callId, rows, state } from '../projections/samples.ts';

const id = callId(1);

test('of a call that goes on without an answer there is nothing to tell', () => {
  assert.equal(noticesOf(rows(1, { status: 'Connected' })), []);
});

test('each answer is told by its ids and time, and not by what was answered', () => {
  const notices = noticesOf(rows(1, {}, { 1: 'canary', 2: 'timeout' }));
  const [first, second] = [`${id}-1`, `${id}-2`];
  assert.equal(notices, [
    {
      id: `${first}@${at(2)}`,
      type: 'Callistra.ResponseRecorded',
      callSessionId: id,
      at: at(2),
      data: { callSessionId: id, responseId: first, questionNumber: 1, recordedAt: at(2) },
    },
    {
      id: `${second}@${at(3)}`,
      type: 'Callistra.ResponseRecorded',
      callSessionId: id,
      at: at(3),
      data: { callSessionId: id, responseId: second, questionNumber: 2, recordedAt: at(3) },
    },
  ]);
});

test('an ended call is told after its answers, with how it ended', () => {
  const ended = rows(1, { status: 'Disconnected', disposition: 'partial', updatedAt: at(60) }, { 1: 'yes' });
  const notices = noticesOf(ended);
  assert.equal(
    notices.map((notice) => notice.type),
    ['Callistra.ResponseRecorded', 'Callistra.CallEnded'],
  );
  assert.equal(notices[1], {
    id: `${id}-ended-partial`,
    type: 'Callistra.CallEnded',
    callSessionId: id,
    at: at(60),
    data: {
      callSessionId: id,
      callConnectionId: 'connection-1',
      status: 'Disconnected',
      disposition: 'partial',
      updatedAt: at(60),
    },
  });
});

test('what has been told keeps its id while the call goes on, and what changed gets another', () => {
  const ids = (call: ReturnType<typeof rows>) => noticesOf(call).map((notice) => notice.id);
  const before = rows(1, { version: 8, disposition: 'partial' }, { 1: 'yes', 2: 'timeout' });
  const later = rows(1, { version: 9, disposition: 'partial', updatedAt: at(99) }, { 1: 'yes', 2: 'timeout' });
  assert.equal(ids(later), ids(before));
  const [one, two] = before.responses;
  assert.ok(one && two);
  const replaced = { ...two, response: 'no', recordedAt: at(77) };
  const corrected = { session: { ...before.session, disposition: 'completed' as const }, responses: [one, replaced] };
  assert.equal(
    ids(corrected).filter((each) => !ids(before).includes(each)),
    [`${id}-2@${at(77)}`, `${id}-ended-completed`],
  );
});

test('nothing of the person is in a notice', () => {
  const answers = [{ question: 1, response: 'canary-answer', recordedAt: at(40) }];
  const ending = { by: 'disconnected', result: 'ended', hungUp: 'if-answered', at: at(60) } as const;
  const text = JSON.stringify(noticesOf(rowsOf(state(1, { answers, ending, position: { at: 'ended' } }))));
  assert.match(text, 'CallEnded');
  assert.not.match(text, /canary|\+1555|member-1|https/);
});

test.run();
