import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rowsOf } from '../../../projections/rows.ts';
import { teamsLine } from '../../../src/domain/call/line.ts';
import { Conversation } from './conversation.ts';

const TEAMS = { callerId: teamsLine('cc123456-5678-4678-9234-ccc123456789') };
const BUSY = { resultInformation: { code: 486, subCode: 560486 } };
const WORDS = ['CreateCallFailed', 'CallDisconnected'] as const;

/** Every order in which the two words come, each once or twice. */
const ORDERS = [WORDS, WORDS.toReversed()].flatMap((order) => [order, [...order, ...order], [order[0]!, ...order]]);

for (const order of ORDERS) {
  test(`nobody took the call over Teams: ${order.join(', ')} end in the same rows`, () => {
    const call = Conversation.placed(TEAMS);
    for (const name of order) call.event(name, BUSY);
    const { status, disposition } = rowsOf(call.state!).session;
    assert.equal([status, disposition], ['Failed', 'busy']);
    assert.is(call.doing, 'ended');
  });
}

test('a call over Teams that was answered ends like any other', () => {
  const call = Conversation.answered(TEAMS).event('CallDisconnected');
  assert.is(rowsOf(call.state!).session.status, 'Disconnected');
});

test('of a call over a number the first word is kept, as in every log so far', () => {
  const call = Conversation.placed().event('CallDisconnected', BUSY).event('CreateCallFailed', BUSY);
  assert.is(rowsOf(call.state!).session.status, 'Disconnected');
});

test.run();
