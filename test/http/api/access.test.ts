import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { record } from '../../projections/access-contract.ts';
import { as, KEYS } from '../keys.ts';
import { type Rig, startRig } from '../rig.ts';
import { CALL } from '../samples.ts';

const test = suite<{ rig: Rig }>('who looked, over HTTP');
test.before.each(async (context) => {
  context.rig = await startRig({ staff: KEYS });
  context.rig.audit.shown = [
    record(3, { reason: 'asked by M-7', kind: 'person' }),
    record(2, { kind: 'loopback', name: 'local', actor: 'compliance:local', members: ['M-2', 'M-7'] }),
    record(1),
  ];
});
test.after.each(({ rig }) => rig.close());

const get = ({ server }: Rig, url: string, who = 'compliance') =>
  server.inject({ method: 'GET', url, headers: as(who) });

test('Compliance sees who looked at a member, when, what for, and whether that is a person', async ({ rig }) => {
  const response = await get(rig, '/api/audit/access?member=M-2&from=2026-01-01&to=2026-02-01');
  assert.equal(rig.audit.asked[0]?.filter, {
    member: 'M-2',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
  });
  const { looks, nextCursor } = response.json();
  assert.is(nextCursor, null);
  assert.equal(looks[0], {
    at: record(3).at,
    actor: 'compliance:anna',
    name: 'Anna Example',
    kind: 'person',
    isPerson: true,
    roles: ['Compliance'],
    action: 'status',
    purpose: 'HOPERAT',
    requestId: 'r-3',
    address: '10.0.0.7',
    fields: [],
    coversMs: 300_000,
    refused: null,
    reason: 'asked by M-7',
    calls: ['call-3'],
    members: ['M-0'],
    stream: 'access:2026-01-05:p1:1',
    version: 3,
  });
  assert.equal(
    looks.map((look: { kind: string; isPerson: boolean; name: string | null }) => [
      look.kind,
      look.isPerson,
      look.name,
    ]),
    [
      ['person', true, 'Anna Example'],
      ['loopback', false, null],
      ['api-key', false, 'Anna Example'],
    ],
  );
});

test('looking there is a look at all that is shown', async ({ rig }) => {
  await get(rig, '/api/audit/access?actor=anna&call=call-1');
  const [look] = rig.audit.seen;
  assert.equal([look?.action, look?.fields], ['access', ['call', 'actor']]);
  assert.equal(
    [[...look!.calls].sort(), [...look!.members].sort()],
    [
      ['call-1', 'call-2', 'call-3'],
      ['M-0', 'M-1', 'M-2', 'M-7'],
    ],
  );
});

test('pages go on behind the last look', async ({ rig }) => {
  const { looks, nextCursor } = (await get(rig, '/api/audit/access?limit=2')).json();
  assert.is(looks.length, 2);
  assert.equal(rig.audit.seen[0]?.calls, ['call-3', 'call-2']);
  await get(rig, `/api/audit/access?limit=2&cursor=${nextCursor}`);
  assert.is(rig.audit.asked[1]?.before, record(2).recordId);
});

test('a call is looked for by its id in any case', async ({ rig }) => {
  await get(rig, `/api/audit/access?call=${CALL.toUpperCase()}`);
  assert.is(rig.audit.asked.at(-1)?.filter.call, CALL);
});

test('a period that is reversed, no time, or a strange cursor is 400', async ({ rig }) => {
  const codeOf = async (query: string) => {
    const response = await get(rig, `/api/audit/access?${query}`);
    return [response.statusCode, response.json().code];
  };
  assert.equal(await codeOf('from=2026-02-01&to=2026-01-01'), [400, 'BAD_REQUEST']);
  assert.equal(await codeOf('from=2026-02-01&to=2026-02-01'), [400, 'BAD_REQUEST']);
  assert.equal(await codeOf('from=yesterday'), [400, 'BAD_REQUEST']);
  assert.equal(await codeOf('cursor=bm90IG91cnM'), [400, 'INVALID_CURSOR']);
  assert.equal(await codeOf('nobody=1'), [400, 'BAD_REQUEST']);
  assert.equal([rig.audit.seen, rig.audit.asked], [[], []]);
  assert.equal((await get(rig, '/api/audit/access?from=0001-01-01&to=9999-12-31')).statusCode, 200);
});

test('Operators review what Compliance looked at, and see no id of a member, of a call, and no reason', async ({
  rig,
}) => {
  const response = await get(rig, '/api/audit/access/review?actor=anna', 'operator');
  assert.equal(rig.audit.asked[0]?.filter, { byCompliance: true, actor: 'anna' });
  const { looks } = response.json();
  assert.equal(
    looks.map((look: { callCount: number; memberCount: number; hasReason: boolean }) => [
      look.callCount,
      look.memberCount,
      look.hasReason,
    ]),
    [
      [1, 1, true],
      [1, 2, false],
      [1, 1, false],
    ],
  );
  assert.not.match(response.body, /M-\d|call-\d|asked by/);
  assert.equal([rig.audit.seen[0]?.action, rig.audit.seen[0]?.members], ['access', []]);
});

test('whoever copies the log has an entry first', async ({ rig }) => {
  const response = await rig.server.inject({ method: 'POST', url: '/api/audit/backups', headers: as('operator') });
  assert.equal([response.statusCode, response.json().recorded], [201, true]);
  assert.equal([rig.audit.seen[0]?.action, rig.audit.seen[0]?.actor], ['backup', 'operator:operator']);
});

test.run();
