import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownCall } from '../../src/cli/api-client.ts';
import { until } from '../support/until.ts';
import { answersOf, assertSound, initiate, type Rig, startRig, statusOf, untilEnded } from './rig.ts';

const CALLS = 12;
/** Says that somebody is there; whatever follows is up to the test. */
const PRESENT = { reactions: [{ press: ['one' as const], afterMs: 500 }] };

let rig: Rig;

test.before(async () => {
  rig = await startRig({
    people: Array.from({ length: CALLS }, () => ({ behaviour: PRESENT })),
    env: { TIME_SCALE: '10' },
    // Answers come late and out of line, the end of the call does not.
    simulator: { timeScale: 10, faults: { callbackTypes: ['RecognizeCompleted'], callbackReorderWindowMs: 15_000 } },
  });
});
test.after(() => rig.close());

/** Presses a key when the first question is asked, and hangs up in the same moment. */
async function answerAndHangUp(number: string): Promise<void> {
  const line = () => rig.simulator.calls().find((call) => call.number === number);
  await until('the first question is asked', () => (line()?.recognizes ?? 0) >= 2);
  const { callConnectionId } = line()!;
  assert.ok(rig.simulator.press(callConnectionId, ['one']));
  assert.ok(rig.simulator.hangUp(callConnectionId));
}

async function orderIn(call: ShownCall): Promise<'answer first' | 'end first'> {
  const types = (await rig.server.stores.log.read(call.callSessionId)).map(({ type }) => type);
  const answer = types.lastIndexOf('Microsoft.Communication.RecognizeCompleted');
  return answer < types.indexOf('Microsoft.Communication.CallDisconnected') ? 'answer first' : 'end first';
}

test('a key pressed is an answer kept, also when the end of the call is recorded before it', async () => {
  const ids = await Promise.all(rig.members.map(({ memberId }) => initiate(rig.url, memberId)));
  await Promise.all(rig.members.map(({ phoneNumber }) => answerAndHangUp(phoneNumber)));
  await Promise.all(ids.map((id) => untilEnded(rig.url, id)));
  await until('all answers were delivered', () => rig.simulator.stats().callbacksPending === 0);
  await rig.server.app.idle();
  const calls = await Promise.all(ids.map((id) => statusOf(rig.url, id)));
  const orders = await Promise.all(calls.map(orderIn));
  assert.ok(orders.includes('end first'), `some answers came after the end: ${orders}`);
  for (const call of calls) {
    assert.equal(answersOf(call), ['1:yes']);
    assert.is(`${call.status} ${call.disposition}`, 'Disconnected partial');
  }
  await assertSound(rig.server.stores);
});

test.run();
