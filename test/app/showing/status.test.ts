import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ReadStoreError } from '../../../projections/ports.ts';
import { rows } from '../../projections/samples.ts';
import { callback } from '../../support/callbacks.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;

test.before.each(async () => {
  rig = await openRig();
});
test.after.each(() => rig.close());

const away = () => Promise.reject(new ReadStoreError('READ_STORE_UNAVAILABLE', 'the database is away'));

test('while the database is away a call is shown from the log, by its own id', async () => {
  const { readStore } = rig.stores;
  const lost = { ...readStore, byAnyId: away, write: away };
  const app = await rig.start({ readStore: lost });
  const initiated = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(initiated.ok);
  await app.recordCallbacks(initiated.callSessionId, [
    callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } }),
  ]);
  assert.is((await app.status(initiated.callSessionId))?.session.disposition, 'busy');
});

test('ids that only the database knows cannot be looked up meanwhile, and that is said', async () => {
  const app = await rig.start({ readStore: { ...rig.stores.readStore, byAnyId: away } });
  const error = await app.status('68e9d055-a70b-4dfe-8625-1424bbba0cd1').catch((reason: unknown) => reason);
  assert.instance(error, ReadStoreError);
});

test('UUIDs are found in any case, other ids only as they are', async () => {
  const app = await rig.start();
  const initiated = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(initiated.ok);
  const { callSessionId } = initiated;
  await app.idle();
  const callConnectionId = (await app.status(callSessionId))?.session.callConnectionId ?? '';
  assert.match(callConnectionId, /^[0-9a-f-]{36}$/);
  for (const id of [callSessionId, callConnectionId])
    assert.is((await app.status(id.toUpperCase()))?.session.callSessionId, callSessionId);
  await rig.stores.readStore.write([rows(1, { callConnectionId: 'Leg-1' })]);
  assert.is((await app.status('Leg-1'))?.session.memberId, 'member-1');
  assert.is(await app.status('leg-1'), null);
});

test('a call that nobody knows is none', async () => {
  const app = await rig.start();
  assert.is(await app.status('019ab000-0000-7000-8000-000000000001'), null);
  assert.is(await app.status('68e9d055-a70b-4dfe-8625-1424bbba0cd1'), null);
});

test.run();
