import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SearchFilter } from '../../../../src/audit/replay/api.ts';
import { PERIOD_DAYS_MAX, readPeriod } from '../../../../src/audit/replay/asked.ts';
import { encodeCursor } from '../../../../src/http/api/cursor.ts';
import { type Rig, startRig } from '../../rig.ts';
import { CALL, ROWS } from '../../samples.ts';
import { ask, STAFF } from './samples.ts';

const test = suite<Rig>('search route');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const who = { kind: 'staff', words: 'ann (Coordinator)', role: 'Coordinator', name: 'ann' } as const;

test('what is found is told without what is our own business, and with a cursor to what may follow', async (rig) => {
  const staff = [{ who, did: 'asked', at: '2026-03-01T09:00:00.000Z' }] as const;
  const page = { calls: [{ ...ROWS.session, staff }], looked: 500, unreadable: ['call-2'], next: CALL };
  rig.audit.knows = { search: async () => page };
  const answer = (await ask(rig, '/api/audit/search?memberId=M-1&staff=ann')).json();
  const { version: _version, correlationId: _correlationId, serverCallId: _serverCallId, ...session } = ROWS.session;
  assert.equal(answer, {
    calls: [{ ...session, staff }],
    looked: 500,
    unreadable: ['call-2'],
    nextCursor: encodeCursor(CALL),
  });
});

test('the look names the fields that were searched by, never what for, and what was shown', async (rig) => {
  rig.audit.knows = {
    search: async () => ({ calls: [{ ...ROWS.session, staff: [] }], looked: 1, unreadable: [], next: null }),
  };
  await ask(rig, '/api/audit/search?staff=ann&day=2026-03-01&disposition=partial&limit=3');
  const [look] = rig.audit.seen;
  assert.equal(look?.fields, ['staff', 'day', 'disposition']);
  assert.equal([look?.action, look?.calls, look?.members], ['search', [CALL], ['M-1']]);
  assert.not.match(JSON.stringify(look), /ann|2026-03-01|partial/);
});

test('every way to search reaches the trail as it was meant', async (rig) => {
  const asked: SearchFilter[] = [];
  const pages: unknown[] = [];
  rig.audit.knows = {
    async search(filter, page) {
      asked.push(filter);
      pages.push(page);
      return { calls: [], looked: 0, unreadable: [], next: null };
    },
  };
  const day = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' };
  const ways: readonly (readonly [string, SearchFilter])[] = [
    ['memberId=M-1', { memberId: 'M-1' }],
    ['day=2026-03-01', day],
    ['from=2026-03-01&to=2026-03-02', day],
    ['from=2026-03-01T01:00:00%2B01:00&to=2026-03-02', day],
    ['staff=coordinator:ann&day=2026-03-01', { staff: 'coordinator:ann', ...day }],
    ['staff=ann&memberId=M-1', { staff: 'ann', memberId: 'M-1' }],
    ['disposition=busy', { disposition: 'busy' }],
    ['connectionId=aHR0%2BcHM6%2FLy9z%3D', { connectionId: 'aHR0+cHM6/Ly9z=' }],
  ];
  for (const [query] of ways) assert.is((await ask(rig, `/api/audit/search?${query}`)).statusCode, 200, query);
  assert.equal(
    asked,
    ways.map(([, filter]) => filter),
  );
  await ask(rig, `/api/audit/search?memberId=M-1&limit=7&cursor=${encodeCursor(CALL)}`);
  assert.equal(pages.at(-1), { limit: 7, after: CALL });
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /say what to search for/],
  ['limit=5', /say what to search for/],
  ['staff=ann', /needs a member or a period/],
  ['staff=ann&disposition=busy', /needs a member or a period/],
  ['from=2026-03-02&to=2026-03-01', /ends before it begins/],
  ['from=2026-03-01&to=2026-03-01', /ends before it begins/],
  ['from=2020-01-01&to=2026-01-01', /longer than/],
  ['from=2026-03-01', /a beginning and an end/],
  ['to=2026-03-01&memberId=M-1', /a beginning and an end/],
  ['from=yesterday&to=today', /ISO 8601/],
  ['day=2026-02-30', /day takes a date/],
  ['day=2026-3-1', /day takes a date/],
  ['day=2026-03-01&from=2026-03-01', /day stands alone/],
  ['disposition=bad', /disposition/],
  ['memberId=a%20b', /memberId/],
  ['staff=a%20b&memberId=M-1', /staff/],
  ['phoneNumber=%2B15550100001', /additional/],
];

test('a search by too little, by what is no period, or by what nobody has is refused in words, and nothing is looked at', async (rig) => {
  rig.audit.knows = { search: async () => assert.unreachable('it was searched') as never };
  for (const [query, words] of REFUSED) {
    const response = await ask(rig, `/api/audit/search?${query}`);
    assert.is(response.statusCode, 400, query);
    assert.match(response.json().detail, words);
    assert.not.match(response.body, '15550100001');
  }
  assert.equal(rig.audit.seen, []);
});

test('the longest period is taken, and one that is a moment longer is not', () => {
  const begin = Date.parse('2024-01-01T00:00:00.000Z');
  const end = (more: number) => new Date(begin + PERIOD_DAYS_MAX * 86_400_000 + more).toISOString();
  assert.type(readPeriod({ from: '2024-01-01', to: end(1) }), 'string');
  assert.equal(readPeriod({ from: '2024-01-01', to: end(0) }), { from: '2024-01-01T00:00:00.000Z', to: end(0) });
});

test('a day is a day where the year ends, and in a leap year', () => {
  assert.equal(readPeriod({ day: '2025-12-31' }), { from: '2025-12-31T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' });
  assert.equal(readPeriod({ day: '2024-02-29' }), { from: '2024-02-29T00:00:00.000Z', to: '2024-03-01T00:00:00.000Z' });
  assert.type(readPeriod({ day: '2025-02-29' }), 'string');
});

test.run();
