import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Rig, startRig } from '../rig.ts';
import { CALL } from '../samples.ts';

const ID = `${CALL}~event-1`;
const ITEM = {
  id: ID,
  callSessionId: CALL,
  eventId: 'event-1',
  eventType: 'Microsoft.Communication.RecognizeCompleted',
  receivedAt: '2026-03-01T09:00:00.000Z',
};

const test = suite<Rig>('quarantine');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
  context.fake.waiting = [ITEM];
});
test.after.each((context) => context.close());

const release = (rig: Rig, id: string) =>
  rig.server.inject({ method: 'POST', url: `/api/quarantine/${encodeURIComponent(id)}/release` });

const discard = (rig: Rig, id: string, payload: object) =>
  rig.server.inject({ method: 'POST', url: `/api/quarantine/${encodeURIComponent(id)}/discard`, payload });

test('operators see which callbacks wait, and nothing of what they say', async (rig) => {
  rig.fake.waiting = [{ ...ITEM, ...{ raw: '{"secret":"answer"}' } }];
  const response = await rig.server.inject('/api/quarantine');
  assert.equal(response.json(), { items: [ITEM] });
});

test('a callback is released under its id, in the name of who did it', async (rig) => {
  assert.is((await release(rig, ID)).statusCode, 200);
  assert.equal(rig.fake.asked.releaseQuarantined, [[ID, 'operator:local']]);
});

test('releasing what is not there, or whose call is still unknown, says so', async (rig) => {
  rig.fake.release = 'not-found';
  assert.is((await release(rig, 'x')).json().code, 'NOT_IN_QUARANTINE');
  rig.fake.release = 'call-unknown';
  const response = await release(rig, ID);
  assert.is(response.statusCode, 409);
  assert.is(response.json().code, 'CALL_STILL_UNKNOWN');
});

test('a callback is given up only with a reason', async (rig) => {
  assert.is((await discard(rig, ID, {})).statusCode, 400);
  assert.is((await discard(rig, ID, { reason: '' })).statusCode, 400);
  assert.equal(rig.fake.asked.discardQuarantined, []);
  assert.is((await discard(rig, ID, { reason: 'the call was made by another system' })).statusCode, 200);
  assert.is((await discard(rig, 'x', { reason: 'r' })).statusCode, 404);
});

test.run();
