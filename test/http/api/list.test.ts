import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callsCsv } from '../../../src/http/api/call-csv.ts';
import { listedRow } from '../../../src/http/api/call-schemas.ts';
import { decodeCursor, encodeCursor } from '../../../src/http/api/cursor.ts';
import { type Rig, startRig } from '../rig.ts';
import { CALL, ROWS } from '../samples.ts';

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
  const query =
    'memberId=M-1&status=Failed&disposition=no-answer&questionnaire=wellness@2&from=2026-03-01T12:00:00%2B02:00&to=2026-03-02';
  assert.is((await rig.server.inject(`/api/calls?${query}&limit=200`)).statusCode, 200);
  assert.equal(rig.fake.asked.list[0]?.[0], {
    filter: {
      memberId: 'M-1',
      status: 'Failed',
      disposition: 'no-answer',
      questionnaire: 'wellness@2',
      from: '2026-03-01T10:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
    },
    limit: 201,
  });
});

test('several statuses and dispositions may be asked for, each given again or with commas between', async (rig) => {
  for (const query of [
    'disposition=busy&disposition=no-answer&status=Failed&status=Disconnected',
    'disposition=busy,no-answer&disposition=busy&status=Failed,Disconnected',
  ]) {
    assert.is((await rig.server.inject(`/api/calls?${query}`)).statusCode, 200, query);
    const filter = { status: ['Failed', 'Disconnected'], disposition: ['busy', 'no-answer'] };
    assert.equal(rig.fake.asked.list.at(-1)?.[0], { filter, limit: 51 });
  }
});

test('the answers come with the rows where they are asked for, in one question, and that is in the log', async (rig) => {
  rig.fake.listed = rows(3);
  const whole = await rig.server.inject('/api/calls?include=responses&limit=2');
  const [{ questionNumber, response, recordedAt }] = ROWS.responses as [(typeof ROWS.responses)[number]];
  const answers = whole.json().calls.map((call: { responses: unknown }) => call.responses);
  assert.equal(answers, Array(2).fill([{ questionNumber, response, recordedAt }]));
  assert.equal([rig.fake.asked.listWhole.length, rig.fake.asked.list.length], [1, 0]);
  assert.equal([rig.audit.seen[0]?.action, rig.audit.seen[0]?.calls], ['list-answers', [id(3), id(2)]]);
  const bare = await rig.server.inject('/api/calls');
  assert.not.match(bare.body, 'responses');
  assert.is(rig.audit.seen[1]?.action, 'list');
});

const CSV = { accept: 'text/csv' };
const COLUMNS = 'callSessionId,memberId,callConnectionId,status,disposition,questionnaire,createdAt,updatedAt,outcome';

test('who asks for CSV is given a line for each call, a column for each question, and the way to the next page', async (rig) => {
  const { createdAt, updatedAt } = ROWS.session;
  const line = (serial: number) =>
    `${id(serial)},M-1,leg-1,Disconnected,partial,outreach@1,${createdAt},${updatedAt},Partly answered`;
  rig.fake.listed = rows(3);
  const url = '/api/calls?include=responses&limit=2&disposition=partial&disposition=busy';
  const { headers, body } = await rig.server.inject({ url, headers: CSV });
  assert.equal([headers['content-type'], headers.vary], ['text/csv; charset=utf-8', 'accept']);
  assert.is(body, `${COLUMNS},answer1,answer2,answer3\r\n${line(3)},yes,,\r\n${line(2)},yes,,\r\n`);
  const next = /^<([^>]+)>; rel="next"$/.exec(`${headers['link']}`)?.[1] ?? '';
  rig.fake.listed = rows(1);
  const last = await rig.server.inject({ url: next, headers: CSV });
  assert.equal([last.statusCode, last.headers['link']], [200, undefined]);
  const asked = { filter: { disposition: ['partial', 'busy'] }, after: id(2), limit: 3 };
  assert.equal(rig.fake.asked.listWhole.at(-1)?.[0], asked);
  const bare = await rig.server.inject({ url: '/api/calls', headers: CSV });
  assert.is(bare.body, `${COLUMNS}\r\n${line(1)}\r\n`);
});

test('a cell of CSV is no formula to who opens it, and no second cell', () => {
  const { createdAt, updatedAt } = ROWS.session;
  const cells = [
    ...['=1+1', '+1', '-1', '@x', '\t=1'].map((text) => [text, `'${text}`]),
    ['\r=1', '"\'\r=1"'],
    ['a,"b"', '"a,""b"""'],
    ['two\nlines', '"two\nlines"'],
    ['sí', 'sí'],
  ] as const;
  for (const [text = '', cell] of cells) {
    const responses = [{ questionNumber: 4, response: text, recordedAt: createdAt }];
    const csv = callsCsv([{ ...listedRow(ROWS.session), memberId: text, responses }], 1);
    assert.is(
      csv.slice(csv.indexOf('\r\n') + 2),
      `${CALL},${cell},leg-1,Disconnected,partial,outreach@1,${createdAt},${updatedAt},Partly answered,,,,${cell}\r\n`,
    );
  }
});

test('the form that a client likes best is given, JSON where it likes none more', async (rig) => {
  for (const [accept, type] of [
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; header=present', 'text/csv'],
    ['text/*', 'text/csv'],
    ['text/csv, */*', 'text/csv'],
    ['application/json, text/csv;q=0.9', 'application/json'],
    ['application/json;q=0.5, text/csv;q=0.501', 'text/csv'],
    ['text/csv;q=0, */*;q=0.1', 'application/json'],
    ['application/json;q=0, */*', 'text/csv'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['application/xml', 'application/json'],
    ['text/csv;q=2', 'application/json'],
    ['text/csv;q=x, application/json;q=0.1', 'application/json'],
    ['text/csv/x, ;, q=1', 'application/json'],
  ] as const) {
    const { headers } = await rig.server.inject({ url: '/api/calls', headers: accept === undefined ? {} : { accept } });
    assert.is(`${headers['content-type']}`.split(';')[0], type, accept);
    assert.is(headers.vary, 'accept');
  }
  const refused = await rig.server.inject({ url: '/api/calls?limit=0', headers: CSV });
  assert.is(refused.headers['content-type'], 'application/problem+json');
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
    'disposition=',
    'disposition=busy,',
    'disposition=busy&disposition=x',
    'status=Failed,failed',
    'include=answers',
    'include=responses&include=responses',
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

test('figures are those of the hours asked for, for every role, and nobody has looked at a member', async (rig) => {
  const response = await rig.server.inject('/api/calls/figures?from=2026-03-01T12:00:00%2B02:00&to=2026-03-02');
  assert.equal(rig.fake.asked.figures, [['2026-03-01T10:00:00.000Z', '2026-03-02T00:00:00.000Z']]);
  const figure = { status: 'Failed', disposition: 'busy', questionnaire: 'wellness@1', calls: 3 };
  assert.equal(response.json(), { figures: [{ hour: '2026-03-01T10:00:00.000Z', ...figure }] });
  assert.equal(rig.audit.seen, []);
});

test('figures of no time, or of more than a month, are refused', async (rig) => {
  for (const query of ['', 'from=2026-03-01', 'from=2026-03-01&to=soon', 'from=2026-03-01&to=2026-04-02']) {
    assert.is((await rig.server.inject(`/api/calls/figures?${query}`)).statusCode, 400, query);
  }
});

test.run();
