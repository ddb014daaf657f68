import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFindings } from '../../../src/app/showing/findings.ts';
import type { CallState } from '../../../src/domain/call/call.ts';
import { Conversation } from '../../domain/call/conversation.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const named = (state: CallState | null, callSessionId: string): CallState => ({ ...state!, callSessionId });

test('of each of our numbers it is told what share of its newest calls a network refused, without the number', () => {
  const findings = createFindings(virtualClock());
  for (let call = 0; call < 250; call += 1) {
    const ended = Conversation.placed();
    if (call % 4 === 0) ended.createFailed(603, 560603);
    else ended.createFailed(486, 560486);
    const state = named(ended.state, `call-${call}`);
    findings.recorded(state, ended.log.slice(-1));
    // Whatever follows the end of a call does not count it again.
    findings.recorded(state, []);
  }
  const { callers } = findings.status();
  assert.equal(callers, [{ caller: '0000', calls: 100, refused: 25 }]);
});

test('a call of a later release is named as long as it is one', () => {
  const findings = createFindings(virtualClock());
  const state = named(Conversation.placed().state, 'theirs');
  findings.takenUp({ ...state, foreign: true }, 0);
  findings.recorded(named(state, 'ours'), []);
  assert.equal(findings.status().foreign, ['theirs']);
  findings.takenUp(state, 0);
  assert.equal(findings.status().foreign, []);
});

test('events that contradict others are counted, those that are kept and those that are only counted', () => {
  const findings = createFindings(virtualClock());
  const call = Conversation.placed();
  const { at, ...event } = { at: call.now, eventType: 'Microsoft.Communication.X', data: {}, raw: '{}' };
  for (let n = 0; n < 5; n += 1) {
    call.take({ type: 'Callback', id: `e#${n}`, at, ...event, contradicts: { id: 'e', sha256: `${n}` } });
    findings.recorded(call.state!, call.log.slice(-1));
  }
  assert.equal(
    call.log.slice(-5).map(({ type }) => type === 'CountEvent'),
    [false, false, false, true, true],
  );
  assert.is(findings.status().contradictions, 5);
});

test.run();
