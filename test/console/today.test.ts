import { pino } from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallSessionRow, ReadStore } from '../../projections/ports.ts';
import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import { dayIn } from '../../src/console/day.ts';
import type { CallStatus } from '../../src/domain/call/call.ts';
import type { Disposition } from '../../src/domain/call/disposition.ts';
import { buildServer } from '../../src/http/server.ts';
import { STUCK_CALL } from '../http/api/operator-fields.ts';
import { fakeApp } from '../http/fake-app.ts';
import { callId, rows } from '../projections/samples.ts';
import { memoryAudit } from '../support/memory-audit.ts';

const NOW = Date.parse('2026-03-02T15:20:00.000Z');

type Page = { readonly body: string; readonly cookies: readonly { name: string; value: string }[] };
type World = {
  store: ReadStore;
  fake: ReturnType<typeof fakeApp>;
  audit: ReturnType<typeof memoryAudit>;
  nowMs: number;
  get(headers?: Record<string, string>): Promise<Page>;
  close(): Promise<void>;
};

const test = suite<World>('the first page of the day');

test.before.each((world) => {
  const store = openSqliteReadStore(':memory:');
  const fake = fakeApp();
  const app = { ...fake.app, list: store.list, figures: store.counts };
  const staff = { mode: 'loopback' } as const;
  const audit = memoryAudit();
  const clock = { ...systemClock, now: () => world.nowMs };
  const server = buildServer({
    app,
    desk: fake.desk,
    audit,
    config: { publicBaseUrl: 'http://127.0.0.1', callbackUrlAllow: [], staff },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    pages: (scope) =>
      consoleRoutes(scope, { app, audit, desk: fake.desk, staff, clock, freshId: () => 'fresh', telephones: null }),
  });
  Object.assign(world, { store, fake, audit, nowMs: NOW });
  world.get = (headers = {}) => server.inject({ url: '/console', headers }) as Promise<Page>;
  world.close = async () => {
    await server.close();
    await store.close();
  };
});
test.after.each((world) => world.close());

const ENDS: readonly (Disposition | null)[] = ['completed', 'busy', 'unknown', 'network-refused', 'bad-number', null];

/** The n-th call, so many minutes before now. */
function call(n: number, minutesAgo: number, session: Partial<CallSessionRow> = {}) {
  const disposition = ENDS[n % ENDS.length] ?? null;
  const createdAt = new Date(NOW - minutesAgo * 60_000).toISOString();
  return rows(n, {
    createdAt,
    updatedAt: createdAt,
    disposition,
    status: disposition ? 'Failed' : 'Connected',
    ...session,
  });
}

const aDay = () => Array.from({ length: 60 }, (_, n) => call(n, 1_500 - n * 25));

/** Every link to a list of calls, and the figure that stands in it. */
function figuresIn(body: string): { readonly figure: number; readonly query: URLSearchParams }[] {
  return [...body.matchAll(/href="\/console\/calls\?([^"]+)">([\d,]+)</g)].map(([, query = '', figure = '']) => ({
    figure: Number(figure.replaceAll(',', '')),
    query: new URLSearchParams(query.replaceAll('&amp;', '&')),
  }));
}

test('each figure is the number of calls in the list that it leads to', async ({ store, get }) => {
  await store.write(aDay());
  const { body } = await get({ cookie: `callistra-last-here=-${NOW - 5 * 3_600_000}` });
  const figures = figuresIn(body);
  assert.ok(figures.length > 20);
  for (const { figure, query } of figures) {
    const several = (name: string) => query.get(name)?.split(',');
    const filter = {
      ...(query.has('disposition') && { disposition: several('disposition') as Disposition[] }),
      ...(query.has('status') && { status: several('status') as CallStatus[] }),
      ...{ from: query.get('from')!, to: query.get('to')! },
    };
    assert.is((await store.list({ filter, limit: 100 })).length, figure, `${query}`);
  }
  // Of the day: what was asked for from midnight on.
  assert.match(body, /36 calls were asked for/);
});

test('what needs somebody comes first, then what goes on', async ({ store, get }) => {
  await store.write([call(0, 9), call(2, 8, { memberId: 'M-lost' }), call(5, 7, { memberId: 'M-up' })]);
  const { body } = await get();
  const places = ['Needs somebody', 'M-lost', 'Outcome unknown', 'Going on now', 'M-up', 'id="day"'].map((words) =>
    body.indexOf(words),
  );
  assert.equal(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(places[0]! > 0);
});

test('calls that have come since it was shown wait to be asked for, and those that are shown change', async ({
  store,
  audit,
  get,
}) => {
  await store.write([call(2, 8, { memberId: 'M-lost' }), call(5, 7, { memberId: 'M-up' })]);
  const newest = /data-newest="([^"]+)"/.exec((await get()).body)![1]!;
  assert.is(newest, callId(5));
  await store.write([call(11, 2, { memberId: 'M-new' }), call(8, 1, { memberId: 'M-lost-too' })]);
  await store.write([call(5, 7, { memberId: 'M-up', version: 2, status: 'PersonDetected' })]);
  audit.seen.length = 0;
  const { body } = await get({ 'x-callistra-newest': newest });
  assert.match(body, />2 new calls</);
  assert.match(body, `data-newest="${newest}"`);
  assert.match(body, 'M-up');
  assert.not.match(body, /M-new|M-lost-too/);
  assert.equal(
    audit.seen.map(({ calls }) => [...calls].sort()),
    [[callId(2), callId(5)]],
  );
  assert.match((await get()).body, /M-lost-too.*M-new/s);
});

test('an operator sees figures and what is stuck, and nothing of a call or its member', async ({
  store,
  fake,
  get,
}) => {
  await store.write(aDay());
  const stuck = { callSessionId: callId(1), ...STUCK_CALL };
  fake.stuck = { calls: [stuck, stuck], more: false };
  const { body } = await get({ cookie: `callistra-seen-as=Operator; callistra-last-here=-${NOW - 5 * 3_600_000}` });
  assert.match(body, /href="\/console\/operations#stuck"[^>]*>.*2 calls are stuck/);
  assert.match(body, /36 calls were asked for/);
  assert.not.match(body, /member-|\/console\/calls|0189/);
});

test('without a call it says so, and what to do', async ({ get }) => {
  const { body } = await get();
  for (const words of ['Nothing at the moment', 'Say above who shall be', 'No call was asked for yet'])
    assert.match(body, words);
  assert.not.match(body, '<svg');
});

test('what is new is told to who has been away, and stays until they go again', async (world) => {
  const { store, get } = world;
  await store.write([call(0, 200), call(1, 30)]);
  let cookie = '';
  const visit = async (minutes: number, headers: Record<string, string> = {}) => {
    world.nowMs = NOW + minutes * 60_000;
    const page = await get({ cookie, ...headers });
    const set = page.cookies.find(({ name }) => name === 'callistra-last-here');
    if (set) cookie = `callistra-last-here=${set.value}`;
    return /Since you were last here.*?<\/section>/s.exec(page.body)?.[0] ?? '';
  };
  assert.match(await visit(-100), /When you come back/);
  const back = /from <time dateTime="2026-03-02T13:00:00\.000Z">.*Not reached<\/span><\/dt><dd><a [^>]*>1<\/a>/is;
  assert.match(await visit(0), back);
  assert.match(await visit(20), back);
  assert.match(await visit(45, { 'x-callistra-live': '1' }), back);
  assert.match(
    await visit(60),
    /from <time dateTime="2026-03-02T15:00:00\.000Z">|since <time dateTime="2026-03-02T15/i,
  );
  cookie = 'callistra-last-here=nonsense';
  assert.match(await visit(61), /When you come back/);
});

const DAYS: readonly (readonly [zone: string, now: string, from: string, to: string, hours: number])[] = [
  ['UTC', '2026-03-02T15:20:00Z', '2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z', 24],
  ['America/New_York', '2026-03-03T02:00:00Z', '2026-03-02T05:00:00.000Z', '2026-03-03T05:00:00.000Z', 24],
  ['America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z', 23],
  ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', 25],
  ['Asia/Kolkata', '2026-03-02T15:20:00Z', '2026-03-01T19:00:00.000Z', '2026-03-02T19:00:00.000Z', 24],
];

for (const [zone, now, from, to, length] of DAYS) {
  test(`the day of ${zone} at ${now} has ${length} hours, from ${from} on`, () => {
    const day = dayIn(zone, Date.parse(now));
    assert.equal([day.from, day.to, day.hours.length], [from, to, length]);
  });
}

test.run();
