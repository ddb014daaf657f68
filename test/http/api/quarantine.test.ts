import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CALL, type Harness, startHarness } from '../harness.ts';

const ID = `${CALL}~event-1`;
const ITEM = {
  id: ID,
  callSessionId: CALL,
  eventId: 'event-1',
  eventType: 'Microsoft.Communication.RecognizeCompleted',
  receivedAt: '2026-03-01T09:00:00.000Z',
};

const test = suite<Harness>('quarantine');
test.before.each(async (context) => {
  Object.assign(context, await startHarness());
  context.fake.waiting = [ITEM];
});
test.after.each((context) => context.close());

const release = (harness: Harness, id: string) =>
  harness.server.inject({ method: 'POST', url: `/api/quarantine/${encodeURIComponent(id)}/release` });

const discard = (harness: Harness, id: string, payload: object) =>
  harness.server.inject({ method: 'POST', url: `/api/quarantine/${encodeURIComponent(id)}/discard`, payload });

test('operators see which callbacks wait, and nothing of what they say', async (harness) => {
  harness.fake.waiting = [{ ...ITEM, ...{ raw: '{"secret":"answer"}' } }];
  const response = await harness.server.inject('/api/quarantine');
  assert.equal(response.json(), { items: [ITEM] });
});

test('a callback is released under its id, in the name of who did it', async (harness) => {
  assert.is((await release(harness, ID)).statusCode, 200);
  assert.equal(harness.fake.asked.releaseQuarantined, [[ID, 'operator:local']]);
});

test('releasing what is not there, or whose call is still unknown, says so', async (harness) => {
  harness.fake.release = 'not-found';
  assert.is((await release(harness, 'x')).json().code, 'NOT_IN_QUARANTINE');
  harness.fake.release = 'call-unknown';
  const response = await release(harness, ID);
  assert.is(response.statusCode, 409);
  assert.is(response.json().code, 'CALL_STILL_UNKNOWN');
});

test('a callback is given up only with a reason', async (harness) => {
  assert.is((await discard(harness, ID, {})).statusCode, 400);
  assert.is((await discard(harness, ID, { reason: '' })).statusCode, 400);
  assert.equal(harness.fake.asked.discardQuarantined, []);
  assert.is((await discard(harness, ID, { reason: 'the call was made by another system' })).statusCode, 200);
  assert.is((await discard(harness, 'x', { reason: 'r' })).statusCode, 404);
});

test.run();
