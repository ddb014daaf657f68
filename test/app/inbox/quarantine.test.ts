import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { openRig, type Rig } from '../rig.ts';
import { initiated } from '../samples.ts';

const LOST = '019aab00-0000-7000-8000-00000000dead';

let rig: Rig;
let app: RunningCallApp;

test.before.each(async () => {
  rig = await openRig();
  app = await rig.start();
});
test.after.each(() => rig.close());

const entriesOf = async (prefix: string) => (await rig.entries()).filter(({ stream }) => stream.startsWith(prefix));

test('a callback of a call that the log does not know is kept, to the letter', async () => {
  const lost = callback('CallConnected', { callConnectionId: 'leg' });
  assert.is(await app.recordCallbacks(LOST, [lost]), 'unknown-call');
  const [kept] = await entriesOf('quarantine:');
  assert.is(JSON.parse(kept!.data).raw, lost.raw);
  assert.equal(await rig.stream(LOST), []);
  const [item] = await inQuarantine(app);
  assert.is(item?.callSessionId, LOST);
  assert.match(app.health().problems.join(), 'quarantine');
});

test('the same callback again is kept once', async () => {
  const lost = callback('CallConnected', { callConnectionId: 'leg' });
  for (let delivery = 0; delivery < 5; delivery += 1) await app.recordCallbacks(LOST, [lost]);
  assert.is((await entriesOf('quarantine:')).length, 1);
});

test('a callback is released into its call when the log knows it, once', async () => {
  const lost = callback('CallConnected', { callConnectionId: 'leg' });
  await app.recordCallbacks(LOST, [lost]);
  const [item] = await inQuarantine(app);
  assert.is(await app.releaseQuarantined(item!.id, 'operator:olga'), 'call-unknown');
  await beginCall(LOST);
  assert.is(await app.releaseQuarantined(item!.id, 'operator:olga'), 'released');
  assert.is((await rig.stream(LOST)).filter(({ id }) => id === lost.id).length, 1);
  assert.equal(await inQuarantine(app), []);
  assert.is(await app.releaseQuarantined(item!.id, 'operator:olga'), 'not-found');
});

test('a callback that is given up stays in the log with who gave it up and why', async () => {
  await app.recordCallbacks(LOST, [callback('CallConnected', {})]);
  const [item] = await inQuarantine(app);
  assert.is(await app.discardQuarantined(item!.id, 'operator:olga', 'made by another system'), true);
  assert.is(await app.discardQuarantined(item!.id, 'operator:olga', 'again'), false);
  assert.equal(await inQuarantine(app), []);
  const ended = (await entriesOf('quarantine:')).at(-1);
  assert.equal([ended?.type, ended?.actor], ['EndQuarantine', 'operator:olga']);
  assert.match(ended!.data, 'made by another system');
});

test('what an earlier release has kept is listed, released and given up as before', async () => {
  const { id: eventId, type: eventType, raw } = callback('CallConnected', { callConnectionId: 'leg' }, 'old-1');
  const at = '2026-03-02T15:00:00.000Z';
  const entry = { kind: 'callback', type: 'QuarantineCallback', at, actor: 'acs', cause: null } as const;
  const data = JSON.stringify({ callSessionId: LOST, eventId, eventType, raw });
  const item = `${LOST}~old-1`;
  await rig.stores.log.register('quarantine:2026-03-02', new Date(at));
  const old = await rig.stores.log.append('quarantine:2026-03-02', EMPTY_HEAD, [{ ...entry, id: item, data }]);
  assert.not.ok('conflict' in old);
  // It came months ago: whoever names the day finds it.
  const { items } = await app.quarantined({ filter: { day: '2026-03-02' }, limit: 10 }, 'expired');
  assert.equal(items, [{ id: item, receivedAt: at, callSessionId: LOST, eventId, eventType }]);
  await beginCall(LOST);
  assert.is(await app.releaseQuarantined(item, 'operator:olga'), 'not-found');
  assert.is(await app.releaseQuarantined(item, 'operator:olga', '2026-03-02'), 'released');
  assert.ok((await rig.stream(LOST)).some(({ id, actor }) => id === 'old-1' && actor === 'acs'));
});

/** What a log restored later may hold again. */
async function beginCall(callSessionId: string): Promise<void> {
  await rig.stores.log.append(callSessionId, { version: 0, hash: '0'.repeat(64) }, [initiated(QUESTIONNAIRE)]);
}

test.run();
