import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../../../src/log/port.ts';
import { CALL } from '../../../domain/call/conversation.ts';
import { type Rig, startRig } from '../../rig.ts';
import { ask, ROUTES, STAFF, sampleReplay } from './samples.ts';

const test = suite<Rig>('replay route');
test.before.each(async (context) => {
  Object.assign(context, await startRig({ staff: { mode: 'api-keys', keys: [...STAFF.keys] } }));
});
test.after.each((context) => context.close());

const URL = `/api/audit/calls/${CALL}`;

test('a call is told whole, and that it was looked at is recorded before', async (rig) => {
  const replay = sampleReplay();
  const asked: unknown[] = [];
  rig.audit.knows = {
    async call(...what) {
      asked.push(what);
      assert.is(rig.audit.seen.length, 0);
      return replay;
    },
  };
  const response = await ask(rig, URL);
  assert.is(response.statusCode, 200);
  const { entries: _entries, ...told } = replay;
  assert.equal(response.json(), JSON.parse(JSON.stringify({ ...told, asOf: null })));
  assert.equal(asked, [[CALL, null]]);
  assert.is(response.headers['cache-control'], 'no-store');
  const [look, ...more] = rig.audit.seen;
  assert.equal([look?.action, look?.calls, look?.members, more.length], ['replay', [CALL], ['M-1'], 0]);
  assert.is(look?.actor, 'compliance:compliance');
});

test('if the look cannot be recorded, nothing is shown', async (rig) => {
  rig.audit.knows = {
    call: async () => sampleReplay(),
    history: async () => ({ items: [], next: null, flaws: [] }),
  };
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  for (const url of [URL, `${URL}?raw=true`, '/api/audit/members/M-1', '/api/audit/search?memberId=M-1']) {
    const response = await ask(rig, url, { 'x-reason': 'a complaint' });
    assert.is(response.statusCode, 503, url);
    assert.is(response.json().code, 'UNAVAILABLE');
    assert.not.match(response.body, /0001|question|M-1/);
  }
});

test('nobody but compliance staff may know whether there is such a call or member', async (rig) => {
  for (const knows of [{}, { call: async () => sampleReplay() }]) {
    rig.audit.knows = knows;
    for (const [method, url] of ROUTES) {
      for (const [key, status] of [
        ['coordinator', 403],
        ['operator', 403],
        ['nobody', 401],
      ] as const) {
        const response = await rig.server.inject({ method, url, headers: { 'x-api-key': key } });
        assert.is(response.statusCode, status, `${method} ${url} ${key}`);
      }
    }
  }
  assert.equal(rig.audit.seen, []);
});

test('an id that is nobody’s and one that could be none are not found, and no look is recorded', async (rig) => {
  const ids = [CALL, 'a%20b', '%00', '%e2%82%ac', 'x'.repeat(512), "'%20OR%201=1", '..%2f..%2fetc', 'a%0d%0ab'];
  for (const id of ids) {
    const response = await ask(rig, `/api/audit/calls/${id}`);
    assert.is(response.statusCode, 404, id);
    assert.is(response.json().code, 'CALL_NOT_FOUND');
  }
  assert.equal(rig.audit.seen, []);
});

test('an id that only the provider would think of is asked for as it is', async (rig) => {
  const asked: string[] = [];
  rig.audit.knows = {
    async call(id) {
      asked.push(id);
      return null;
    },
  };
  await ask(rig, `/api/audit/calls/${encodeURIComponent('aHR0cHM6/Ly9z+W11==')}`);
  assert.equal(asked, ['aHR0cHM6/Ly9z+W11==']);
});

test('as of takes a version or a time with its zone', async (rig) => {
  const asked: unknown[] = [];
  rig.audit.knows = {
    async call(_id, asOf) {
      asked.push(asOf);
      return sampleReplay();
    },
  };
  for (const asOf of ['7', '2026-03-02T15:00:00Z', '2026-03-02T16:00:00.5%2B01:00']) {
    const response = await ask(rig, `${URL}?asOf=${asOf}`);
    assert.is(response.json().asOf, decodeURIComponent(asOf));
  }
  const at = ['2026-03-02T15:00:00.000Z', '2026-03-02T15:00:00.500Z'];
  assert.equal(asked, [{ version: 7 }, { at: at[0] }, { at: at[1] }]);
});

test('as of anything else is refused in words, and nothing is looked at', async (rig) => {
  for (const asOf of [
    '',
    '0',
    '-1',
    '1.5',
    '1e3',
    'now',
    '2026-03-02',
    '2026-03-02T15:00:00',
    '2026-13-02T15:00:00Z',
    '9'.repeat(39),
  ]) {
    const response = await ask(rig, `${URL}?asOf=${asOf}`);
    assert.is(response.statusCode, 400, asOf);
    assert.match(response.json().detail, 'asOf');
  }
  assert.is((await ask(rig, `${URL}?asof=1`)).statusCode, 400);
  assert.is((await ask(rig, `${URL}?asOf=1&asOf=2`)).statusCode, 400);
  assert.equal(rig.audit.seen, []);
});

test('the bytes of entries need a reason, which is recorded', async (rig) => {
  const replay = sampleReplay();
  rig.audit.knows = { call: async () => replay };
  const bad = [undefined, '', '  ', '\u0085', 'x'.repeat(501)];
  for (const reason of bad) {
    const response = await ask(rig, `${URL}?raw=true`, reason === undefined ? {} : { 'x-reason': reason });
    assert.is(response.statusCode, 400, reason);
    assert.match(response.body, /reason/i);
  }
  assert.equal(rig.audit.seen, []);
  const response = await ask(rig, `${URL}?raw=true`, {
    'x-reason': Buffer.from('Beschwerde: 100 % über „Ja“').toString('latin1'),
  });
  const stored = replay.entries.map(({ stream: _stream, ...entry }) => entry);
  assert.equal(response.json().raw, stored);
  assert.match(response.body, '+15550100001');
  assert.is(rig.audit.seen[0]?.action, 'raw');
  assert.is(rig.audit.seen[0]?.reason, 'Beschwerde: 100 % über „Ja“');
  assert.is((await ask(rig, `${URL}?raw=true`, { 'x-reason': '100 % sure' })).statusCode, 200);
  assert.is(rig.audit.seen[1]?.reason, '100 % sure');
});

test('a coordinator is told the call as well, without the bytes of its entries', async (rig) => {
  rig.audit.knows = { call: async () => sampleReplay() };
  const headers = { 'x-api-key': 'coordinator', 'x-reason': 'curious' };
  const told = await rig.server.inject({ url: URL, headers });
  assert.is(told.statusCode, 200);
  assert.not.match(told.body, '+15550100001');
  const raw = await rig.server.inject({ url: `${URL}?raw=true`, headers });
  assert.equal([raw.statusCode, raw.json().code], [403, 'FORBIDDEN']);
  assert.equal(
    rig.audit.seen.map(({ actor, action }) => [actor, action]),
    [['coordinator:coordinator', 'replay']],
  );
  assert.equal(
    rig.audit.turnedAway.map(({ actor, status }) => [actor, status]),
    [['coordinator:coordinator', 403]],
  );
});

test('an operator is told no call', async (rig) => {
  rig.audit.knows = { call: async () => sampleReplay() };
  assert.is((await rig.server.inject({ url: URL, headers: { 'x-api-key': 'operator' } })).statusCode, 403);
});

test('without raw the number is nowhere in the answer', async (rig) => {
  rig.audit.knows = { call: async () => sampleReplay() };
  for (const url of [URL, `${URL}?raw=false`]) {
    const response = await ask(rig, url);
    assert.not.match(response.body, '+15550100001');
    assert.is(response.json().raw, undefined);
  }
});

test.run();
