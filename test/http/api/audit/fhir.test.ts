import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LogError } from '../../../../src/log/port.ts';
import { flawsOf, type Json } from '../../../audit/fhir/must-haves.ts';
import { record } from '../../../projections/access-contract.ts';
import { as, KEYS } from '../../keys.ts';
import { type Rig, startRig } from '../../rig.ts';

type Bundle = {
  type: string;
  link?: { relation: string; url: string }[];
  entry?: { fullUrl: string; resource: Json }[];
};

const test = suite<{ rig: Rig }>('audit events over HTTP');
test.before.each(async (context) => {
  context.rig = await startRig({ staff: KEYS });
  context.rig.audit.shown = [record(3, { action: 'list', members: ['M-1', 'M-2'] }), record(1)];
});
test.after.each(({ rig }) => rig.close());

const URL_OF = '/api/audit/fhir/audit-events';
const get = ({ server }: Rig, query = '', who = 'compliance') =>
  server.inject({ method: 'GET', url: `${URL_OF}${query}`, headers: as(who) });

test('Compliance gets a bundle in FHIR’s own type, of events that follow their patterns', async ({ rig }) => {
  const response = await get(rig);
  assert.equal([response.statusCode, response.headers['content-type']], [200, 'application/fhir+json']);
  const { type, entry = [], link } = response.json() as Bundle;
  assert.equal([type, entry.length, link], ['collection', 3, undefined]);
  assert.equal(
    entry.flatMap(({ resource }) => flawsOf(resource)),
    [],
  );
  assert.ok(entry.every(({ fullUrl, resource }) => fullUrl === `urn:uuid:${resource['id']}`));
});

test('looking there is a look at whom the events name', async ({ rig }) => {
  await get(rig, '?from=2026-01-01');
  assert.equal(
    rig.audit.seen.map(({ action, calls, members, fields }) => ({ action, calls, members, fields })),
    [{ action: 'access', calls: ['call-1'], members: ['M-1', 'M-2'], fields: ['from'] }],
  );
  await get(rig, '?member=M-2');
  assert.equal([rig.audit.seen[1]?.members, rig.audit.seen[1]?.fields], [['M-2'], ['member']]);
});

test('if the look cannot be recorded, nothing is shown', async ({ rig }) => {
  rig.audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  const response = await get(rig);
  assert.is(response.statusCode, 503);
  assert.not.match(response.body, /M-\d|call-\d|AuditEvent/);
});

test('the link to the next page leads on, with all that was asked for', async ({ rig }) => {
  rig.audit.shown = Array.from({ length: 201 }, (_, n) => record(900 - n, { members: ['M-1'] }));
  const { link = [], entry } = (await get(rig, '?member=M-1&to=2027-01-01')).json() as Bundle;
  assert.is(entry?.length, 200);
  assert.is(link[0]?.relation, 'next');
  const { origin, pathname, search, searchParams } = new URL(link[0]!.url);
  assert.equal([origin, pathname], ['https://calls.example', URL_OF]);
  assert.equal([searchParams.get('member'), searchParams.get('to')], ['M-1', '2027-01-01T00:00:00.000Z']);
  assert.is((await get(rig, search)).statusCode, 200);
  const [first, second] = rig.audit.asked;
  assert.equal([second?.filter, second?.before], [first?.filter, record(701).recordId]);
});

test('asked again, the answer is the same to the byte', async ({ rig }) => {
  assert.is((await get(rig)).body, (await get(rig)).body);
});

test('where there is nothing the bundle is empty, and the look is recorded', async ({ rig }) => {
  rig.audit.shown = [];
  assert.is(((await get(rig)).json() as Bundle).entry, undefined);
  assert.is(rig.audit.seen.length, 1);
});

test('what cannot be asked for is 400, and nobody else may ask', async ({ rig }) => {
  for (const query of ['?from=2026-02-01&to=2026-01-01', '?from=yesterday', '?cursor=bm90IG91cnM', '?actor=anna']) {
    assert.is((await get(rig, query)).statusCode, 400, query);
  }
  for (const who of ['operator', 'coordinator']) assert.is((await get(rig, '', who)).statusCode, 403);
  assert.equal([rig.audit.seen, rig.audit.asked], [[], []]);
});

test.run();
