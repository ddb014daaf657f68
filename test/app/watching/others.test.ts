import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { callback } from '../../support/callbacks.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const CODE = 'ROWS_NOT_SHARED';

let rig: Rig;
let clock: VirtualClock;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

/** One call, of which two instances hear. */
async function twoHear(rowsShared: boolean): Promise<RunningCallApp> {
  const [one, other] = [await rig.start({ rowsShared }), await rig.start({ rowsShared })];
  const opened = await one.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await one.idle();
  assert.is(one.health().problemCounts[CODE], 0, 'alone');
  await other.recordCallbacks(opened.callSessionId, [callback('ParticipantsUpdated')]);
  await one.recordCallbacks(opened.callSessionId, [callback('ParticipantsUpdated')]);
  return one;
}

const lines = () => rig.journal.filter(({ fields }) => fields['code'] === CODE).length;

test('where each instance has rows of its own, one that sees another says so, once, and not for ever', async () => {
  const app = await twoHear(false);
  assert.equal([app.health().problemCounts[CODE], app.health().ready, lines()], [1, true, 1]);
  await clock.advance(600_000);
  assert.is(app.health().problemCounts[CODE], 0);
});

test('where they share their rows it is as it should be', async () => {
  const app = await twoHear(true);
  assert.equal([app.health().problemCounts[CODE], lines()], [0, 0]);
});

test.run();
