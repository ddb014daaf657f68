import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HistoryItem } from '../../../../src/audit/replay/api.ts';
import { decodePlace, encodePlace } from '../../../../src/audit/replay/place.ts';
import { type Rig, startRig } from '../../rig.ts';
import { ask, STAFF } from './samples.ts';

const test = suite<Rig>('history route');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const item: HistoryItem = {
  kind: 'call',
  at: '2026-03-02T15:00:00.000Z',
  id: 'call-1',
  who: { kind: 'staff', words: 'ann (Coordinator)', role: 'Coordinator', name: 'ann' },
  what: 'asked for a call: it is open',
  callSessionIds: ['call-1'],
  disposition: null,
};

test('a history is told with a cursor to its next page, and the look names the member and the calls shown', async (rig) => {
  const asked: unknown[] = [];
  const next = { at: item.at, id: item.id };
  rig.audit.knows = {
    async history(...what) {
      asked.push(what);
      return { items: [item, { ...item, id: 'call-1/9', kind: 'cancellation' }], next, flaws: [] };
    },
  };
  const first = (await ask(rig, '/api/audit/members/M-1?limit=2')).json();
  assert.is(first.memberId, 'M-1');
  assert.equal(first.items[0], item);
  assert.is((await ask(rig, `/api/audit/members/M-1?cursor=${first.nextCursor}`)).statusCode, 200);
  assert.equal(asked, [
    ['M-1', { after: null, limit: 2 }],
    ['M-1', { after: next, limit: 50 }],
  ]);
  const { action, calls, members } = rig.audit.seen[0]!;
  assert.equal({ action, calls, members }, { action: 'history', calls: ['call-1'], members: ['M-1'] });
});

test('a member whom nobody knows, and one who could not be, is not found', async (rig) => {
  for (const id of ['M-9', 'a%20b', '%00', 'x'.repeat(65), "'%20OR%201=1"]) {
    const response = await ask(rig, `/api/audit/members/${id}`);
    assert.is(response.statusCode, 404, id);
    assert.is(response.json().code, 'MEMBER_NOT_FOUND');
  }
  assert.equal(rig.audit.seen, []);
});

test('a page that is none is refused', async (rig) => {
  const cursors = [
    '',
    'x',
    Buffer.from('[2,"a","b"]').toString('base64url'),
    Buffer.from('[1,2,3]').toString('base64url'),
  ];
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'from=2026-01-01',
    ...cursors.map((cursor) => `cursor=${cursor}`),
  ]) {
    assert.is((await ask(rig, `/api/audit/members/M-1?${query}`)).statusCode, 400, query);
  }
});

test('a cursor leads back to its place, and to no other', () => {
  const place = { at: item.at, id: 'access:2026-03-02:p:1/12' };
  assert.equal(decodePlace(encodePlace(place)), place);
  assert.is(decodePlace(`${encodePlace(place)}=`), null);
});

test.run();
