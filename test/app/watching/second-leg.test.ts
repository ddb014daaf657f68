import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import type { Telephony } from '../../../src/app/ports.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;
let clock: VirtualClock;
let hangUps: number;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
  hangUps = 0;
});
test.after.each(() => rig.close());

/** Dials are never answered, and the first hang-up meets a provider that is busy. */
const failing: Telephony = {
  async send(command) {
    if (command.type === 'PlaceCall') return { type: 'Unknown', reason: 'timeout' };
    if (command.type === 'CheckCall') return { type: 'Accepted', callState: 'connected', ours: true };
    if (command.type !== 'HangUp') return { type: 'Accepted' };
    hangUps += 1;
    return hangUps === 1 ? { type: 'Rejected', status: 429, subCode: 0, transient: true } : { type: 'Accepted' };
  },
  close: async () => {},
};

/** A call that was closed for want of word. */
async function closed(app: RunningCallApp): Promise<string> {
  const result = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await app.idle();
  for (let bells = 0; app.health().openCalls > 0; bells += 1) {
    assert.ok(bells < 50, 'it is closed');
    await clock.advance(60_000);
    await until('what was begun is done', () => app.health().dispatching === 0);
  }
  return result.callSessionId;
}

test('whoever picks up after a call was given up is not left on a silent line because one hang-up failed', async () => {
  const app = await rig.start({ telephony: failing });
  const call = await closed(app);
  await app.recordCallbacks(call, [callback('CallConnected', { callConnectionId: 'late-leg' })]);
  await app.idle();
  assert.is(hangUps, 1);
  for (let seconds = 0; seconds < 60 && hangUps < 2; seconds += 1) {
    await clock.advance(1_000);
    await app.idle();
  }
  assert.is(hangUps, 2, 'the hang-up is tried again');
});

test.run();
