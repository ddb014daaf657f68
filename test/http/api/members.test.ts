import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../../src/log/port.ts';
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

test('can be searched for by how their ids begin, and by nothing else', async ({ rig }) => {
  const { members } = (await get(rig, '/api/members?search=M-')).json();
  assert.is(members.length, 3);
  assert.is((await get(rig, '/api/members?name=Canary')).statusCode, 400);
  assert.equal(rig.audit.seen[0]?.fields, ['search']);
});

const search = ({ server }: Rig, payload: object, headers: Record<string, string> = {}) =>
  server.inject({ method: 'POST', url: '/api/members/search', headers: { ...as('compliance'), ...headers }, payload });

test('are searched for by name or number in a body, page by page, and the look says by which fields', async ({
  rig,
}) => {
  const first = (await search(rig, { text: 'canary', limit: 3 })).json();
  assert.equal(first.members[0], { memberId: 'M-1', phoneNumber: '+*******0140', timeZone: 'America/New_York' });
  const { members, nextCursor } = (await search(rig, { text: 'canary', limit: 3, cursor: first.nextCursor })).json();
  assert.equal([members.length, nextCursor], [1, null]);
  assert.is((await search(rig, { text: '9010-0141' })).json().members[0]?.memberId, undefined);
  assert.is((await search(rig, { text: '010-0141' })).json().members[0].memberId, 'M-2');
  assert.equal(
    rig.audit.seen.map(({ action, members: seen, fields }) => [action, seen.length, fields]),
    [
      ['members-list', 3, ['memberId', 'name']],
      ['members-list', 1, ['memberId', 'name']],
      ['members-list', 0, ['memberId', 'name', 'phoneNumber']],
      ['members-list', 1, ['memberId', 'name', 'phoneNumber']],
    ],
  );
  assert.not.match(rig.logLines.join(), /canary/i);
});

test('of whom very many are like that are said to be some of them', async ({ rig }) => {
  assert.is((await search(rig, { text: 'canary' })).json().isPartial, false);
  rig.fake.isPartial = true;
  assert.is((await search(rig, { text: 'canary' })).json().isPartial, true);
});

test('a search shows whole numbers and names for a reason only, and takes no other field', async ({ rig }) => {
  assert.is((await search(rig, { text: 'canary', include: 'details' })).json().code, 'REASON_REQUIRED');
  const whole = await search(rig, { text: 'canary', include: 'details' }, { 'x-reason': 'they called back' });
  assert.is(whole.json().members[0].name, 'Canary Person');
  assert.is(rig.audit.seen[0]?.action, 'members-export');
  for (const body of [{}, { text: 'a' }, { text: 'canary', cursor: 'bm90IG91cnM' }, { text: 'canary', name: 'x' }])
    assert.is((await search(rig, body)).statusCode, 400, JSON.stringify(body));
});

test('are shown whole for a reason only, and that is a look of its own', async ({ rig }) => {
  const without = await get(rig, '/api/members?include=details');
  assert.equal([without.json().code, rig.audit.seen], ['REASON_REQUIRED', []]);
  const { members } = (await get(rig, '/api/members?include=details', { 'x-reason': 'a new system' })).json();
  assert.equal(members[0], {
    ...{ memberId: 'M-1', phoneNumber: '+15550100140', name: 'Canary Person', timeZone: 'America/New_York' },
  });
  assert.equal(
    rig.audit.seen.map(({ action }) => action),
    ['members-export'],
  );
});

test('one is shown with a masked number; of nobody nothing is shown or recorded', async ({ rig }) => {
  const shown = await get(rig, '/api/members/M-2');
  assert.equal(shown.json(), { memberId: 'M-2', phoneNumber: '+*******0141', hasName: true, timeZone: null });
  assert.equal((await get(rig, '/api/members/M-9')).json().code, 'MEMBER_NOT_FOUND');
  assert.equal(
    rig.audit.seen.map(({ action, members }) => [action, members]),
    [['member', ['M-2']]],
  );
});

const change = ({ server }: Rig, method: 'DELETE' | 'POST', url: string, payload?: string) =>
  server.inject({
    method,
    url,
    headers: { ...as('coordinator'), ...(payload !== undefined && { 'content-type': 'text/csv' }) },
    ...(payload !== undefined && { payload }),
  });

test('one is removed by a coordinator once that is in the log, and is nobody then', async ({ rig }) => {
  const { server } = rig;
  const others = await server.inject({ method: 'DELETE', url: '/api/members/M-2', headers: as('compliance') });
  assert.is(others.statusCode, 403);
  assert.equal((await change(rig, 'DELETE', '/api/members/M-2')).json(), { memberId: 'M-2', status: 'removed' });
  assert.is((await get(rig, '/api/members/M-2')).statusCode, 404);
  assert.is((await change(rig, 'DELETE', '/api/members/M-2')).json().code, 'MEMBER_NOT_FOUND');
  assert.equal(
    rig.audit.seen.map(({ action, members }) => [action, members]),
    [['member-removed', ['M-2']]],
  );
});

test('a log that takes no entry keeps them as they are', async ({ rig }) => {
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'full');
  assert.is((await change(rig, 'DELETE', '/api/members/M-2')).statusCode, 503);
  assert.is((await change(rig, 'POST', '/api/members/import', NEW)).statusCode, 503);
  assert.is(rig.fake.people.length, 4);
});

const NEW = 'memberId,phoneNumber\nM-7,+12025550143\n';

test('come in as a file, all or nothing; a preview changes nothing', async ({ rig }) => {
  const preview = (await change(rig, 'POST', '/api/members/import?preview=true', NEW)).json();
  assert.equal([preview.preview, preview.imported, rig.fake.people.length, rig.audit.seen], [true, 1, 4, []]);
  assert.equal([preview.new, preview.changed, preview.unchanged], [1, 0, 0]);
  const done = await change(rig, 'POST', '/api/members/import', NEW);
  const counts = { imported: 1, new: 1, changed: 0, unchanged: 0, badRecords: 0, problems: [] };
  assert.equal(done.json(), { preview: false, ...counts });
  assert.is((await get(rig, '/api/members/M-7')).statusCode, 200);
  assert.is(rig.audit.seen[0]?.action, 'members-import');
});

test('a file with a bad record is refused, with the line and never with what stands there', async ({ rig }) => {
  const bad = `${NEW}Canary 9,+12025550144\n`;
  for (const [body, lines] of [
    [bad, /^line 3: memberId/],
    ['', /^line 1: /],
    ['memberId;phone\nM-7;+12025550143\n', /^line 1: phoneNumber/],
  ] as const) {
    const response = await change(rig, 'POST', '/api/members/import', body);
    assert.equal([response.statusCode, response.json().code], [422, 'MEMBERS_NOT_IMPORTED'], body);
    assert.match(response.json().problems[0], lines);
    assert.not.match(response.body, 'Canary');
  }
  assert.equal([rig.fake.people.length, rig.audit.seen], [4, []]);
  const skipped = (await change(rig, 'POST', '/api/members/import?skipBad=true', bad)).json();
  assert.equal([skipped.imported, skipped.badRecords], [1, 1]);
});

test('national numbers are understood where the country is said', async ({ rig }) => {
  const national = 'memberId,phoneNumber\nM-7,(202) 555-0143\n';
  assert.is((await change(rig, 'POST', '/api/members/import?country=US', national)).statusCode, 200);
  assert.is((await change(rig, 'POST', '/api/members/import?country=XX', national)).json().code, 'BAD_REQUEST');
  assert.is(rig.fake.people.at(-1)?.phoneNumber, '+12025550143');
});

test('an import takes a larger body than other routes, and no other kind', async ({ rig }) => {
  const rows = Array.from({ length: 30_000 }, (_, n) => `X-${n},+1202555${String(n).padStart(4, '0').slice(-4)}\n`);
  const large = `memberId,phoneNumber\n${rows.join('')}`;
  assert.is((await change(rig, 'POST', '/api/members/import?preview=true', large)).json().imported, 30_000);
  const larger = await change(rig, 'POST', '/api/members/import?preview=true', large.repeat(5));
  assert.is(larger.statusCode, 413);
  const json = await rig.server.inject({
    ...{ method: 'POST', url: '/api/members/import', headers: as('coordinator'), payload: { memberId: 'M-7' } },
  });
  assert.is(json.statusCode, 415);
});

test('kept elsewhere they are only read, which is said in words', async ({ rig }) => {
  rig.fake.readOnly = "the members stand in the plan's own table";
  for (const response of [
    await change(rig, 'DELETE', '/api/members/M-2'),
    await change(rig, 'POST', '/api/members/import', NEW),
  ]) {
    assert.equal([response.statusCode, response.json().code], [409, 'MEMBERS_READ_ONLY']);
    assert.match(response.json().detail, "plan's own");
  }
  assert.equal([rig.fake.people.length, rig.audit.seen], [4, []]);
});

test('the number of nobody is 404, and no entry', async ({ rig }) => {
  const response = await get(rig, '/api/members/M-9/number', { 'x-reason': 'x' });
  assert.equal([response.statusCode, response.json().code], [404, 'MEMBER_NOT_FOUND']);
  assert.equal(rig.audit.seen, []);
});

test.run();
