import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { as, KEYS } from '../keys.ts';
import { type Rig, startRig } from '../rig.ts';

const test = suite<{ rig: Rig }>('members over HTTP');
test.before.each(async (context) => {
  context.rig = await startRig({ staff: KEYS });
  context.rig.fake.people = ['M-1', 'M-2', 'Ä/3 ?', 'M-4'].sort().map((memberId, n) => ({
    memberId,
    phoneNumber: `+1555010014${n}`,
    name: 'Canary Person',
    ...(n === 0 && { timeZone: 'America/New_York' }),
  }));
});
test.after.each(({ rig }) => rig.close());

const get = ({ server }: Rig, url: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'GET', url, headers: { ...as('coordinator'), ...headers } });

test('are listed by id, with numbers masked and without names', async ({ rig }) => {
  const { members, nextCursor } = (await get(rig, '/api/members')).json();
  assert.equal(members[0], { memberId: 'M-1', phoneNumber: '+*******0140', timeZone: 'America/New_York' });
  assert.equal(members[1], { memberId: 'M-2', phoneNumber: '+*******0141', timeZone: null });
  assert.equal([members.length, nextCursor], [4, null]);
  const [look] = rig.audit.seen;
  assert.equal([look?.action, look?.members], ['members-list', ['M-1', 'M-2', 'M-4', 'Ä/3 ?']]);
});

test('are paged to the end, whatever their ids look like', async ({ rig }) => {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const { members, nextCursor } = (await get(rig, `/api/members?limit=1${cursor}`)).json();
    ids.push(...members.map(({ memberId }: { memberId: string }) => memberId));
    if (nextCursor === null) break;
    cursor = `&cursor=${nextCursor}`;
  }
  assert.equal(ids, ['M-1', 'M-2', 'M-4', 'Ä/3 ?']);
  assert.is((await get(rig, '/api/members?cursor=bm90IG91cnM')).json().code, 'INVALID_CURSOR');
});

test('a number is shown whole for a reason only, and that is a look of its own', async ({ rig }) => {
  const without = await get(rig, '/api/members/M-2/number');
  assert.equal([without.statusCode, without.json().code], [400, 'REASON_REQUIRED']);
  assert.equal(rig.audit.seen, []);
  const shown = await get(rig, '/api/members/M-2/number', { 'x-reason': 'wrong number on the letter' });
  assert.equal(shown.json(), { memberId: 'M-2', phoneNumber: '+15550100141' });
  const [look] = rig.audit.seen;
  assert.equal([look?.action, look?.members, look?.reason], ['number-revealed', ['M-2'], 'wrong number on the letter']);
});

test('the number of nobody is 404, and no entry', async ({ rig }) => {
  const response = await get(rig, '/api/members/M-9/number', { 'x-reason': 'x' });
  assert.equal([response.statusCode, response.json().code], [404, 'MEMBER_NOT_FOUND']);
  assert.equal(rig.audit.seen, []);
});

test.run();
