import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCursor, encodeCursor } from '../../../src/http/api/cursor.ts';
import { type Rig, startRig } from '../rig.ts';
import { ROWS } from '../samples.ts';

const test = suite<Rig>('list');
test.before.each(async (context) => {
  Object.assign(context, await startRig());
});
test.after.each((context) => context.close());

const id = (serial: number) => `019ab000-0000-7000-8000-${String(serial).padStart(12, '0')}`;
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...ROWS.session, callSessionId: id(count - index) }));

test('calls are listed without what is our own business', async (rig) => {
  const response = await rig.server.inject('/api/calls');
  assert.is(response.statusCode, 200);
  const { version: _version, correlationId: _correlationId, serverCallId: _serverCallId, ...session } = ROWS.session;
  assert.equal(response.json(), { calls: [session], nextCursor: null });
  assert.equal(rig.fake.asked.list, [[{ filter: {}, limit: 51 }]]);
});

test('every page leads to the next one, and the last one to none', async (rig) => {
  rig.fake.listed = rows(4);
  const first = (await rig.server.inject('/api/calls?limit=3')).json();
  assert.is(first.calls.length, 3);
  assert.is(decodeCursor(first.nextCursor), id(2));
  rig.fake.listed = rows(1);
  const second = (await rig.server.inject(`/api/calls?limit=3&cursor=${first.nextCursor}`)).json();
  assert.is(second.nextCursor, null);
  assert.is(rig.fake.asked.list[1]?.[0].after, id(2));
  rig.fake.listed = rows(3);
  assert.is((await rig.server.inject('/api/calls?limit=3')).json().nextCursor, null);
});

test('filters are passed on, times as UTC', async (rig) => {
  const query = 'memberId=M-1&status=Failed&disposition=no-answer&from=2026-03-01T12:00:00%2B02:00&to=2026-03-02';
  assert.is((await rig.server.inject(`/api/calls?${query}&limit=200`)).statusCode, 200);
  assert.equal(rig.fake.asked.list[0]?.[0], {
    filter: {
      memberId: 'M-1',
      status: 'Failed',
      disposition: 'no-answer',
      from: '2026-03-01T10:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
    },
    limit: 201,
  });
});

test('a question that is not as described is refused and nothing is asked', async (rig) => {
  const bad = [
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=5&limit=6',
    'status=Unknown',
    'status=failed',
    'disposition=x',
    'memberId=a%20b',
    'memberId=',
    'from=yesterday',
    'from=2026-13-01',
    'from=1',
    'to=2026-03-01T10:00:00',
    'unknown=1',
    'cursor=',
    'cursor=x',
    `cursor=${id(1)}`,
    `cursor=${encodeCursor(id(1))}=`,
    `cursor=${Buffer.from(`2:${id(1)}`).toString('base64url')}`,
    `cursor=${Buffer.from("1:' OR 1=1").toString('base64url')}`,
    `cursor=${'x'.repeat(200)}`,
  ];
  for (const query of bad) {
    const response = await rig.server.inject(`/api/calls?${query}`);
    assert.is(response.statusCode, 400, query);
    assert.is(response.headers['content-type'], 'application/problem+json');
  }
  assert.is(rig.fake.asked.list.length, 0);
});

test.run();
