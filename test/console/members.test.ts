import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Person } from '../e2e/rig.ts';
import { initiate, type Rig, startRig, untilEnded } from '../e2e/rig.ts';
import { refused } from './refused-members.ts';

const test = suite<{ rig: Rig }>('members in the console');

const HOSTILE = '<b>Zoë</b> \u202Eevil\u202C';

test.before(async (context) => {
  const many = Array.from({ length: 51 }, (): Person => ({ behaviour: 'busy', name: 'One of Many' }));
  const zoe: Person = { behaviour: 'answers-all', name: HOSTILE, timeZone: 'America/Los_Angeles' };
  context.rig = await startRig({ people: [zoe, { behaviour: 'busy', name: 'Ann', timeZone: 'Mars/Base' }, ...many] });
});
test.after(({ rig }) => rig.close());

const AS = (role: string) => ({ cookie: `callistra-seen-as=${role}` });

const get = ({ url }: Rig, path: string, role = 'Coordinator') => fetch(`${url}${path}`, { headers: AS(role) });

const post = ({ url }: Rig, path: string, body: FormData | Record<string, string>, role = 'Coordinator') =>
  fetch(`${url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url, ...AS(role) },
    body: body instanceof FormData ? body : new URLSearchParams(body),
  });

type ShownLook = { action: string; members: string[]; fields: string[]; reason: string | null };

async function newestLook({ url }: Rig, query: string): Promise<ShownLook> {
  const { looks } = (await (await fetch(`${url}/api/audit/access?${query}`)).json()) as { looks: ShownLook[] };
  return looks.find(({ action }) => action !== 'access')!;
}

const rowsOf = (text: string): number => text.split('<tr>').length - 1 - text.split('<thead>').length + 1;

test('are found by name, nothing of which stands in an address, and the look says by which fields', async ({ rig }) => {
  const found = await post(rig, '/console/members/search', { q: 'zoë' });
  const text = await found.text();
  assert.equal([found.status, found.headers.get('cache-control')], [200, 'no-store']);
  assert.match(text, /href="\/console\/members\/M-1"/);
  assert.match(text, /<bdi>&lt;b>Zoë&lt;\/b> \u202Eevil\u202C<\/bdi>/);
  assert.match(text, /\+\*{7}3000/);
  assert.not.match(text, /(href|action)="[^"]*zo/i);
  const look = await newestLook(rig, 'member=M-1');
  assert.equal([look.action, look.fields], ['members-list', ['memberId', 'name']]);
});

test('are found by how a number ends', async ({ rig }) => {
  assert.match(await (await post(rig, '/console/members/search', { q: '(555) 010-3001' })).text(), /members\/M-2"/);
});

test('that were found are paged by forms', async ({ rig }) => {
  const first = await (await post(rig, '/console/members/search', { q: 'one of many' })).text();
  const [, after = ''] = /name="after" value="([^"]+)"/.exec(first) ?? [];
  const second = await (await post(rig, '/console/members/search', { q: 'one of many', after })).text();
  assert.equal([rowsOf(first), rowsOf(second)], [50, 1]);
  assert.not.match(second, /name="after"/);
});

test('that are not found, or cannot be looked for, leave a word why', async ({ rig }) => {
  assert.match(
    await (await post(rig, '/console/members/search', { q: 'zzzz' })).text(),
    /No id or word of a name begins like that/,
  );
  assert.match(await (await post(rig, '/console/members/search', { q: 'z' })).text(), /at least two characters/);
  const back = await fetch(`${rig.url}/console/members/search`, { redirect: 'manual' });
  assert.equal([back.status, back.headers.get('location')], [303, '/console/members']);
});

test('one is shown with the answers of each call, by the clock where the member is and by mine', async ({ rig }) => {
  await untilEnded(rig.url, await initiate(rig.url, 'M-1'));
  await rig.server.app.idle();
  const text = await (await get(rig, '/console/members/M-1')).text();
  assert.match(text, /1: yes, 2: yes, 3: yes/);
  assert.match(text, /[A-Z][a-z]{2}, \d\d:\d\d:\d\d P[SD]T<\/time><\/a><small> <time[^>]*>[^<]* UTC</);
  assert.not.match(text, /Who looked/);
});

test('a call to them that has come since the page was shown waits to be asked for', async ({ rig }) => {
  const shown = await (await get(rig, '/console/members/M-1')).text();
  const newest = /data-newest="([^"]+)"/.exec(shown)![1]!;
  const call = await initiate(rig.url, 'M-1');
  await untilEnded(rig.url, call);
  await rig.server.app.idle();
  const headers = { ...AS('Coordinator'), 'x-callistra-newest': newest };
  const later = await (await fetch(`${rig.url}/console/members/M-1`, { headers })).text();
  assert.match(later, />1 new call</);
  assert.not.ok(later.includes(call));
  assert.ok((await (await get(rig, '/console/members/M-1')).text()).includes(call));
});

test('one with a zone that is none is shown all the same', async ({ rig }) => {
  await untilEnded(rig.url, await initiate(rig.url, 'M-2'));
  await rig.server.app.idle();
  const shown = await get(rig, '/console/members/M-2');
  assert.is(shown.status, 200);
  assert.match(await shown.text(), /Mars\/Base/);
});

test('the whole number is shown for a reason, which stands in the look, and for none it is not', async ({ rig }) => {
  const none = await post(rig, '/console/members/M-1/number', { reason: ' ' });
  assert.equal([none.status, (await none.text()).includes('5550103000')], [422, false]);
  const shown = await post(rig, '/console/members/M-1/number', { reason: 'they <i>called</i> back' });
  assert.equal([shown.status, shown.headers.get('cache-control')], [200, 'no-store']);
  assert.match(await shown.text(), /\+15550103000/);
  const look = await newestLook(rig, 'member=M-1');
  assert.equal([look.action, look.reason], ['number-revealed', 'they <i>called</i> back']);
  const seen = await (await get(rig, '/console/members/M-1', 'Compliance')).text();
  assert.match(seen, /Who looked.*saw the whole number.*&lt;i>called/s);
});

const UPLOAD = '/console/members/import';

function fileOf(text: string, name = 'members.csv'): FormData {
  const form = new FormData();
  form.set('file', new File([text], name, { type: 'text/csv' }));
  form.set('country', '');
  return form;
}

/** What the form of a page sends, as a browser does. */
function hiddenFields(page: string): Record<string, string> {
  const fields = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name, value]));
}

const THREE_BAD = [
  'memberId,phoneNumber,name,timeZone',
  'M-1,+15550103000,Zoe,America/Los_Angeles',
  '=HYPERLINK(1),+12025550144,a,',
  'M-901,12345,b,America/Chicago',
  'M-902,+12025550145,<script>alert(1)</script>,EST',
  'M-903,+12025550146,-1+1,',
].join('\r\n');

test('a file with three bad rows: each is named by line, column and reason, and the rest comes in when they may be skipped', async ({
  rig,
}) => {
  const preview = await post(rig, UPLOAD, fileOf(THREE_BAD, '<img src=x>.csv'));
  const text = await preview.text();
  assert.is(preview.status, 200);
  assert.match(text, /&lt;img src=x>\.csv/);
  assert.match(text, /New<\/dt><dd>1<.*Changed<\/dt><dd>1<.*As before<\/dt><dd>0<.*Bad rows<\/dt><dd>3</);
  for (const row of [
    /<td>3<\/td><td>memberId<\/td><td class="long">must be 1 to 64/,
    /<td>4<\/td><td>phoneNumber<\/td><td class="long">must have a plus sign/,
    /<td>5<\/td><td>timeZone<\/td><td class="long">is not an IANA name/,
  ])
    assert.match(text, row);
  assert.not.match(text, /HYPERLINK|<script>a|alert/);
  assert.is((await get(rig, '/console/members/M-903')).status, 404, 'nothing is changed yet');
  const unasked = await post(rig, `${UPLOAD}/confirm`, hiddenFields(text));
  assert.is(unasked.status, 422);
  assert.match(await unasked.text(), /Nothing was imported/);
  const done = await post(rig, `${UPLOAD}/confirm`, { ...hiddenFields(text), skipBad: 'yes' });
  assert.equal(
    [done.status, done.headers.get('location')],
    [303, '/console/members?new=1&changed=1&unchanged=0&skipped=3'],
  );
  const list = await (await get(rig, done.headers.get('location')!)).text();
  assert.match(list, /1 new, 1 changed, 0 as before\. 3 bad rows were skipped/);
  assert.match(await (await get(rig, '/console/members/M-903')).text(), /<bdi>-1\+1<\/bdi>/);
});

test('a file that does not come back as it was looked at is refused', async ({ rig }) => {
  const text = await (await post(rig, UPLOAD, fileOf('memberId,phoneNumber\nM-904,+12025550147\n'))).text();
  const other = Buffer.from('memberId,phoneNumber\nM-905,+12025550147\n').toString('base64url');
  const done = await post(rig, `${UPLOAD}/confirm`, { ...hiddenFields(text), file: other });
  assert.is(done.status, 422);
  for (const id of ['M-904', 'M-905']) assert.is((await get(rig, `/console/members/${id}`)).status, 404);
});

test('no file, one without members, one in no known country and one that is too large are told apart', async ({
  rig,
}) => {
  const country = fileOf('memberId,phoneNumber\nM-906,202-555-0147\n');
  country.set('country', 'XX');
  const large = fileOf(`memberId,phoneNumber\n${'M-906,+12025550147\n'.repeat(120_000)}`);
  for (const [form, status, words] of [
    [fileOf(''), 422, /Choose a file/],
    [fileOf('some;thing\n'), 422, /nothing that can be imported/],
    [country, 422, /No country has these two letters/],
    [large, 413, /larger than 2 MB/],
  ] as const) {
    const response = await post(rig, UPLOAD, form);
    assert.is(response.status, status);
    assert.match(await response.text(), words);
  }
});

test('are imported and removed by Coordinators only', async ({ rig }) => {
  assert.match(await (await get(rig, '/console/members')).text(), /Import members/);
  assert.not.match(await (await get(rig, '/console/members', 'Compliance')).text(), /Import members/);
  for (const role of ['Compliance', 'Operator']) {
    for (const path of [UPLOAD, '/console/members/M-2/remove'])
      assert.is((await get(rig, path, role)).status, 403, `${path} as ${role}`);
    const statuses = [
      await post(rig, UPLOAD, fileOf(THREE_BAD), role),
      await post(rig, `${UPLOAD}/confirm`, {}, role),
      await post(rig, '/console/members/M-2/remove', {}, role),
    ].map(({ status }) => status);
    assert.equal(statuses, [403, 403, 403], role);
  }
  assert.is((await post(rig, '/console/members/search', { q: 'ann' }, 'Operator')).status, 403);
  assert.is((await post(rig, '/console/members/M-2/number', { reason: 'x' }, 'Operator')).status, 403);
});

test('one is removed after it was asked once more, and is told of as what may have happened', async ({ rig }) => {
  assert.match(await (await get(rig, '/console/members/M-2/remove')).text(), /cannot be called any more/);
  assert.is((await get(rig, '/console/members/M-2')).status, 200);
  const done = await post(rig, '/console/members/M-2/remove', { reason: 'has left the plan' });
  assert.equal([done.status, done.headers.get('location')], [303, '/console/members?removed=1']);
  const look = await newestLook(rig, 'member=M-2');
  assert.equal([look.action, look.reason], ['member-removed', 'has left the plan']);
  const gone = await get(rig, '/console/members/M-2');
  assert.is(gone.status, 404);
  assert.match(await gone.text(), /may have been removed.*\/console\/calls\?memberId=M-2/s);
  assert.is((await post(rig, '/console/members/M-2/remove', {})).status, 404);
});

test.run();
refused.run();
