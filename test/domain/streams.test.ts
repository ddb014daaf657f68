import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  eventGridStream,
  isCallStream,
  isQuarantineStream,
  memberStream,
  quarantineStream,
  questionnaireStream,
} from '../../src/domain/streams.ts';

const CALL = '019aab00-0000-7000-8000-000000000001';
const AT = '2026-03-02T15:00:00.000Z';

test('a call’s stream is told from every other', () => {
  assert.ok(isCallStream(CALL));
  const others = [memberStream(CALL), questionnaireStream('a'.repeat(64)), quarantineStream(AT), eventGridStream(AT)];
  for (const other of [...others, CALL.toUpperCase(), `${CALL} `, '']) assert.not(isCallStream(other), other);
});

test('the names are those that logs hold', () => {
  assert.is(memberStream('M-1'), 'member:M-1');
  assert.is(questionnaireStream('a'.repeat(64)), `questionnaire:${'a'.repeat(64)}`);
});

test('what waits and what is of no call has a stream for each day', () => {
  assert.is(quarantineStream(AT), 'quarantine:2026-03-02');
  assert.is(eventGridStream(AT), 'event-grid:2026-03-02');
  assert.ok(isQuarantineStream(quarantineStream(AT)));
  for (const other of [CALL, memberStream('quarantine:'), eventGridStream(AT)])
    assert.not(isQuarantineStream(other), other);
});

test.run();
