import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initiate, type Rig, startRig, untilEnded } from '../e2e/rig.ts';

const test = suite<{ rig: Rig; callSessionId: string }>('pages of the console');

test.before(async (context) => {
  context.rig = await startRig({
    people: [{ behaviour: 'answers-all', timeZone: 'America/Los_Angeles', name: '<b>Zoë</b> & "Söhne"' }],
  });
  context.callSessionId = await initiate(context.rig.url, 'M-1');
  await untilEnded(context.rig.url, context.callSessionId);
  await context.rig.server.app.idle();
});
test.after(({ rig }) => rig.close());

const AS = (role: string) => ({ cookie: `callistra-seen-as=${role}` });

test('who comes to the server’s address is shown the day', async ({ rig }) => {
  const response = await fetch(rig.url, { redirect: 'manual' });
  assert.equal([response.status, response.headers.get('location')], [302, '/console']);
  assert.match(await (await fetch(rig.url)).text(), /<h1>Today<\/h1>/);
});

test('whatever is shown of a member is put down first, by role and by what it was', async ({ rig, callSessionId }) => {
  for (const path of [
    '/console/calls',
    `/console/calls/${callSessionId}`,
    '/console/members',
    '/console/members/M-1',
  ]) {
    await fetch(`${rig.url}${path}`, { headers: AS('Compliance') });
  }
  const access = (await (await fetch(`${rig.url}/api/audit/access?member=M-1`)).json()) as {
    entries?: { actor: string; action: string }[];
    looks?: { actor: string; action: string }[];
  };
  const looks = JSON.stringify(access);
  for (const action of ['list', 'replay', 'members-list', 'member'])
    assert.match(looks, new RegExp(`"${action}"`), action);
  assert.match(looks, /compliance:local/);
});

test('names are shown as they are, whatever they hold', async ({ rig }) => {
  const text = await (await fetch(`${rig.url}/console/members/M-1`)).text();
  assert.match(text, /&lt;b>Zoë&lt;\/b> &amp; &quot;Söhne&quot;/);
});

test('a form of ours calls once, however often it is sent', async ({ rig }) => {
  const send = () =>
    fetch(`${rig.url}/console/call-now`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: rig.url },
      body: new URLSearchParams({ memberId: 'M-1', key: 'one-page' }),
    });
  const [first, second] = [await send(), await send()];
  assert.equal([first.status, second.status], [303, 303]);
  assert.is(first.headers.get('location'), second.headers.get('location'));
  await untilEnded(rig.url, first.headers.get('location')!.split('/').at(-1)!);
});

test('a call that is over is told by the clock where its member is, and made again by a Coordinator', async ({
  rig,
  callSessionId,
}) => {
  const shown = async (role: string) =>
    (await fetch(`${rig.url}/console/calls/${callSessionId}`, { headers: AS(role) })).text();
  const text = await shown('Coordinator');
  assert.match(text, /Asked for<\/dt><dd><time[^>]*>[^<]* P[SD]T<\/time><small> <time[^>]*>[^<]* UTC</);
  assert.match(text, /name="memberId" value="M-1"\/>[^<]*<button[^>]*>Call this member again/);
  assert.not.match(await shown('Compliance'), /Call this member again/);
});

test('a form without a key, of another release, is not taken for another one without', async ({ rig }) => {
  const send = (memberId: string) =>
    fetch(`${rig.url}/console/call-now`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: rig.url } },
      body: new URLSearchParams({ memberId }),
    });
  const first = await send('M-1');
  await untilEnded(rig.url, first.headers.get('location')!.split('/').at(-1)!);
  const again = await send('M-1');
  assert.equal([first.status, again.status], [303, 303]);
  assert.is.not(first.headers.get('location'), again.headers.get('location'));
  await untilEnded(rig.url, again.headers.get('location')!.split('/').at(-1)!);
});

test('forms of other sites and of nobody are refused', async ({ rig }) => {
  const body = new URLSearchParams({ memberId: 'M-1', key: 'theirs' });
  const others = [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: rig.url.replace('127', 'x.127') },
  ];
  for (const headers of [...others, { origin: rig.url, 'sec-fetch-site': 'same-site' }]) {
    const response = await fetch(`${rig.url}/console/call-now`, { method: 'POST', headers, body });
    assert.is(response.status, 403, JSON.stringify(headers));
  }
});

test('a form without a body is one without fields', async ({ rig }) => {
  const send = (path: string) =>
    fetch(`${rig.url}/console/${path}`, { method: 'POST', redirect: 'manual', headers: { origin: rig.url } });
  const statuses = [await send('seen-as'), await send('call-now'), await send('members/M-1/phone/keys')].map(
    ({ status }) => status,
  );
  assert.equal(statuses, [303, 404, 303]);
});

test('what is wrong is said in words, with where to go on', async ({ rig }) => {
  const missing = await fetch(`${rig.url}/console/calls/nobody`);
  assert.is(missing.status, 404);
  assert.match(await missing.text(), /Nobody has asked for a call with this id.*\/console\/calls/s);
  const unknown = await fetch(`${rig.url}/console/call-now`, {
    method: 'POST',
    headers: { origin: rig.url },
    body: new URLSearchParams({ memberId: 'M-404', key: 'k' }),
  });
  assert.is(unknown.status, 404);
  assert.match(await unknown.text(), /No member has this id. Nobody was called/);
});

test('a call is shown as of an entry: what came later is not told', async ({ rig, callSessionId }) => {
  const shown = async (query: string) => (await fetch(`${rig.url}/console/calls/${callSessionId}${query}`)).text();
  const all = await shown('');
  const stepsIn = (text: string): number => text.match(/data-step="/g)?.length ?? 0;
  const early = await shown('?asOf=6');
  assert.is(stepsIn(early), 6);
  assert.match(early, /As it stood after entry 6 of/);
  assert.match(early, /The call goes on.*No answer yet/s);
  assert.not.match(early, /Completed|>yes</);
  for (const query of ['?asOf=', '?asOf=x', '?asOf=1&asOf=2', '?asOf=-1'])
    assert.is(stepsIn(await shown(query)), stepsIn(all), query);
  assert.is(stepsIn(await shown('?asOf=999999')), stepsIn(all));
});

test('files of another version are answered, and not kept', async ({ rig }) => {
  const text = await (await fetch(rig.url)).text();
  const [, folder] = /href="(\/console\/assets\/[0-9a-f]+)\/console\.css"/.exec(text) ?? [];
  const ours = await fetch(`${rig.url}${folder}/console.css`);
  const other = await fetch(`${rig.url}/console/assets/0000/console.css`);
  assert.match(ours.headers.get('cache-control') ?? '', /immutable/);
  assert.equal([other.status, other.headers.get('cache-control')], [200, 'no-cache']);
  assert.is((await fetch(`${rig.url}${folder}/package.json`)).status, 404);
});

test.run();
