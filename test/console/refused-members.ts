import { pino } from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/composition/system-clock.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import { buildServer } from '../../src/http/server.ts';
import { LogError } from '../../src/log/port.ts';
import { type FakeApp, fakeApp } from '../http/fake-app.ts';
import { memoryAudit } from '../support/memory-audit.ts';

type Rig = {
  readonly fake: FakeApp;
  readonly audit: ReturnType<typeof memoryAudit>;
  readonly server: ReturnType<typeof buildServer>;
};

/** Members that cannot be shown or changed; in the process of the others, because starting one costs more than they do. */
export const refused = suite<Rig>('members that cannot be shown or changed');

refused.before.each((context) => {
  const fake = fakeApp();
  const { app, desk } = fake;
  const audit = memoryAudit();
  const staff = { mode: 'loopback' } as const;
  const deps = { app, audit, desk, staff, clock: systemClock, freshId: () => 'fresh', telephones: null };
  const server = buildServer({
    ...{ app, desk, audit, callbackVerifier: { verify: async () => 'ok' }, logger: pino({ level: 'silent' }) },
    config: { publicBaseUrl: 'http://127.0.0.1', callbackUrlAllow: [], staff },
    version: 'test',
    pages: (scope) => consoleRoutes(scope, deps),
  });
  Object.assign(context, { fake, audit, server });
});
refused.after.each(({ server }) => server.close());

const HOST = { host: '127.0.0.1', origin: 'http://127.0.0.1' };
const FORM = 'application/x-www-form-urlencoded';

const get = ({ server }: Rig, url: string, role = 'Coordinator') =>
  server.inject({ url, headers: { ...HOST, cookie: `callistra-seen-as=${role}` } });

const post = ({ server }: Rig, url: string, fields: Record<string, string>) =>
  server.inject({
    method: 'POST',
    url,
    headers: { ...HOST, 'content-type': FORM },
    payload: `${new URLSearchParams(fields)}`,
  });

const upload = ({ server }: Rig, csv: string) =>
  server.inject({
    ...{ method: 'POST', url: '/console/members/import' },
    headers: { ...HOST, 'content-type': 'multipart/form-data; boundary=b' },
    payload: `--b\r\ncontent-disposition: form-data; name="file"; filename="m.csv"\r\n\r\n${csv}\r\n--b--\r\n`,
  });

const confirmOf = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );

const CSV = 'memberId,phoneNumber\nM-7,+12025550143\n';

refused('a search whose look cannot be put down shows nobody', async (rig) => {
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  const { statusCode, body } = await post(rig, '/console/members/search', { q: 'canary' });
  assert.is(statusCode, 503);
  assert.not.match(body, /M-1|2001|Canary/);
});

refused(
  'a log that takes nothing shows no number, removes nobody and imports nothing, and keeps what was typed',
  async (rig) => {
    const { body: page } = await upload(rig, CSV);
    rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
    for (const [url, fields, kept] of [
      ['/console/members/M-1/number', { reason: 'they called' }, /value="they called"/],
      ['/console/members/M-1/remove', { reason: 'has left' }, /value="has left"/],
      ['/console/members/import/confirm', confirmOf(page), new RegExp(`value="${confirmOf(page)['file']}"`)],
    ] as const) {
      const { statusCode, body } = await post(rig, url, fields);
      assert.is(statusCode, 503, url);
      assert.match(body, kept);
      assert.not.match(body, '5550142001');
    }
    assert.is(rig.fake.people.length, 1);
    rig.audit.failure = null;
    assert.is((await post(rig, '/console/members/import/confirm', confirmOf(page))).statusCode, 303);
    assert.is(rig.fake.people.length, 2);
  },
);

refused('members that are only read here say so, in place of a form', async (rig) => {
  rig.fake.readOnly = 'they stand in the plan’s own table';
  const page = await get(rig, '/console/members/import');
  assert.match(page.body, /cannot be imported here: they stand in the plan’s own table/);
  assert.not.match(page.body, /type="file"/);
  assert.not.match((await get(rig, '/console/members')).body, /Import members/);
  assert.not.match((await get(rig, '/console/members/M-1')).body, /Remove this member/);
  assert.is((await get(rig, '/console/members/M-1/remove')).statusCode, 409);
  for (const answer of [
    await upload(rig, CSV),
    await post(rig, '/console/members/import/confirm', {}),
    await post(rig, '/console/members/M-1/remove', {}),
  ])
    assert.equal([answer.statusCode, /the plan’s own table/.test(answer.body)], [409, true]);
  assert.is(rig.fake.people.length, 1);
});

refused('a search that finds very many says that these are some of them', async (rig) => {
  const some = /these are some of them\. Write more/;
  assert.not.match((await post(rig, '/console/members/search', { q: 'canary' })).body, some);
  rig.fake.isPartial = true;
  assert.match((await post(rig, '/console/members/search', { q: 'canary' })).body, some);
});

refused('an empty list says why, and what to do next', async (rig) => {
  rig.fake.people = [];
  assert.match((await get(rig, '/console/members')).body, /no members yet.*href="\/console\/members\/import"/s);
  assert.match((await get(rig, '/console/members', 'Compliance')).body, /A Coordinator can import some/);
  assert.match((await get(rig, '/console/members?search=X')).body, /No id begins like that.*Show all members/s);
  rig.fake.readOnly = 'they stand elsewhere';
  assert.match((await get(rig, '/console/members')).body, /none can be added here: they stand elsewhere/);
});

refused('what stands in an address tells of no import but in numbers', async (rig) => {
  const { body } = await get(rig, '/console/members?new=1&changed=%3Cb%3E&unchanged=0&skipped=0');
  assert.not.match(body, /Imported|&lt;b/);
});
