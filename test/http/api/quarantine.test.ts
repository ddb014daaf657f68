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
  assert.equal(response.json(), { items: [ITEM], total: 1, nextCursor: null });
});

test('a callback is released under its id, in the name of who did it', async (rig) => {
  assert.is((await release(rig, ID)).statusCode, 200);
  assert.equal(rig.fake.asked.releaseQuarantined, [[ID, 'operator:local', undefined]]);
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

test('a list is asked for by what is meant and by pages, and a cursor leads on', async (rig) => {
  rig.fake.nextWaiting = 'quarantine:2026-03-02/000000000100';
  const query = 'type=t&source=event-grid&day=2026-03-02&call=c&flawed=false&limit=7';
  const { nextCursor } = (await rig.server.inject(`/api/quarantine?${query}`)).json();
  const filter = { type: 't', source: 'event-grid', day: '2026-03-02', call: 'c', flawed: false };
  assert.is((await rig.server.inject(`/api/quarantine?state=expired&cursor=${nextCursor}`)).statusCode, 200);
  assert.equal(rig.fake.asked.quarantined, [
    [{ filter, limit: 7 }, undefined],
    [{ filter: {}, limit: 100, after: rig.fake.nextWaiting }, 'expired'],
  ]);
});

const REFUSED: readonly (readonly [what: string, code: string, body?: object])[] = [
  ['?limit=0', 'BAD_REQUEST'],
  ['?limit=1001', 'BAD_REQUEST'],
  ['?day=2026-02-30', 'BAD_REQUEST'],
  ['?day=today', 'BAD_REQUEST'],
  ['?state=gone', 'BAD_REQUEST'],
  ['?source=me', 'BAD_REQUEST'],
  ['?cursor=MTp4', 'INVALID_CURSOR'],
  ['/x/release?day=2026-13-01', 'BAD_REQUEST', {}],
  ['/discard', 'BAD_REQUEST', { reason: 'r' }],
  ['/discard', 'BAD_REQUEST', { ids: ['x'] }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', ids: [] }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', ids: Array.from({ length: 101 }, (_, id) => `${id}`) }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', ids: ['x'], filter: {} }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', ids: ['x'], limit: 1 }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', filter: {}, limit: 1_001 }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', filter: { day: '2026-02-30' } }],
  ['/discard', 'BAD_REQUEST', { reason: 'r', filter: { name: 'x' } }],
];

test('what cannot be meant is refused, and nothing is asked of the application', async (rig) => {
  for (const [what, code, payload] of REFUSED) {
    const url = `/api/quarantine${what}`;
    const response = await (payload ? rig.server.inject({ method: 'POST', url, payload }) : rig.server.inject(url));
    assert.equal([response.statusCode, response.json().code], [400, code], `${what} ${JSON.stringify(payload)}`);
  }
  const { quarantined, releaseQuarantined, discardManyQuarantined } = rig.fake.asked;
  assert.equal([quarantined, releaseQuarantined, discardManyQuarantined], [[], [], []]);
});

test('many are given up by ids or by a filter, in the name of who did it, and their number is told', async (rig) => {
  const discardMany = (payload: object) =>
    rig.server.inject({ method: 'POST', url: '/api/quarantine/discard', payload });
  assert.equal((await discardMany({ reason: 'r', ids: ['a', 'b'] })).json(), { discarded: 3, left: 1 });
  await discardMany({ reason: 'r', filter: { flawed: true } });
  const by = { actor: 'operator:local', reason: 'r' };
  assert.equal(rig.fake.asked.discardManyQuarantined, [
    [{ meant: { ids: ['a', 'b'] }, ...by }],
    [{ meant: { filter: { flawed: true }, limit: 1_000 }, ...by }],
  ]);
});

test.run();
