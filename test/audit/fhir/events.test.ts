import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { disclosureEventsOf } from '../../../src/audit/fhir/disclosures.ts';
import { auditEventsOf } from '../../../src/audit/fhir/looks.ts';
import { find, type Json } from './must-haves.ts';
import { allKinds, CANARIES, EXPORTED, look, SITE, theExport, written } from './samples.ts';

const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};
const MASKED = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'masked' }],
};

const told = (...asked: Parameters<typeof look>): Json[] => written(auditEventsOf(look(...asked), { site: SITE }));
const valuesOf = (event: Json | undefined, path: string) => find(event ?? {}, path, {}).map(({ value }) => value);
const memberOf = (event: Json) => valuesOf(event, 'entity.what.identifier')[0];
const namedIn = (event: Json | undefined) => valuesOf(event, 'entity.what.identifier.value');
const agentOf = (event: Json | undefined, code: string) =>
  (valuesOf(event, 'agent') as Json[]).find((agent) => JSON.stringify(agent['type']).includes(`"${code}"`));

const test = suite('looks and exports as audit events');

test('there is one event for each member, in the entry’s order, and one where nobody is named', () => {
  const both = told(1, { action: 'list', members: ['M-2', 'M-1', 'M-2'] });
  assert.equal(both.map(memberOf), [
    { system: 'urn:callistra:member', value: 'M-2' },
    { system: 'urn:callistra:member', value: 'M-1' },
  ]);
  assert.is(new Set(both.map(({ id }) => id)).size, 2);
  assert.equal(told(1, { members: [] }).map(namedIn), [['call-1', 'r-1']]);
});

test('asked for one member, only theirs is told, under the same id', () => {
  const record = look(1, { action: 'list', members: ['M-2', 'M-1'] });
  const all = auditEventsOf(record, { site: SITE });
  assert.equal(auditEventsOf(record, { site: SITE, only: 'M-1' }), all.slice(1));
  assert.equal(disclosureEventsOf({ ...EXPORTED }, null, { site: SITE, only: 'M-2' }).length, 1);
});

test('a call is what was read; of several the entry is, and each is named beside it', () => {
  assert.equal(namedIn(told(1)[0]), ['M-1', 'call-1', 'r-1']);
  const [history] = told(1, { action: 'history', calls: ['call-1', 'call-2'], members: ['M-1'] });
  assert.equal(namedIn(history), ['M-1', 'access:2026-01-05:p1:1/1', 'call-1', 'call-2', 'r-1']);
});

test('an event of one member tells of no other member, and of no call that may be another’s', () => {
  for (const action of ['list', 'search', 'access', 'verify', 'quarantine', 'status']) {
    for (const event of told(1, { action, calls: ['call-1', 'call-2'], members: ['M-1', 'M-2'] })) {
      assert.not.match(JSON.stringify(event), /call-\d/);
      assert.is([...new Set(JSON.stringify(event).match(/M-\d/g))].length, 1);
    }
  }
});

test('a search is told by the names of its fields, and that the rest is withheld', () => {
  const [event] = told(1, { action: 'search', fields: ['memberId', 'from'] });
  assert.equal(valuesOf(event, 'entity.description'), ['Searched by memberId, from']);
  assert.equal(valuesOf(event, 'entity.query'), [MASKED]);
});

test('whoever asked is told with their roles, that they are no person, what for, and from where', () => {
  const [event] = told(1, { roles: ['Compliance'], purpose: 'HLEGAL' });
  const user = agentOf(event, 'IRCP');
  assert.equal(user?.['who'], { identifier: { system: 'urn:callistra:staff', value: 'anna' } });
  assert.equal(valuesOf(user, 'role.coding.code'), ['Compliance', 'api-key']);
  assert.equal(valuesOf(event, 'purposeOfEvent.coding.code'), ['HLEGAL']);
  assert.equal(agentOf(event, '110152')?.['network'], { address: '10.0.0.7', type: '2' });
});

test('what an entry does not say is said to be unknown, and a purpose that nobody knows is left out', () => {
  const [event] = told(1, { address: null, purpose: 'SNOOP', requestId: null, roles: [], kind: 'unknown' });
  assert.equal(agentOf(event, '110152')?.['network'], UNKNOWN);
  assert.equal([event?.['purposeOfEvent'], agentOf(event, 'IRCP')?.['role']], [undefined, undefined]);
  assert.equal(
    told(1, { action: 'of-a-later-release' }).map(({ action }) => action),
    ['R'],
  );
});

test('requests that were turned away are alerts, by their number', () => {
  const refused = { action: 'refused', calls: [], members: [], purpose: null };
  const [one] = told(1, { ...refused, refused: 1 });
  const [many] = told(2, { ...refused, refused: 70 });
  assert.equal([one?.['outcome'], one?.['outcomeDesc']], ['4', 'The request was turned away']);
  assert.is(many?.['outcomeDesc'], '70 requests were turned away');
  const [nobody] = told(3, { ...refused, refused: 1, actor: 'anonymous', name: 'anonymous' });
  assert.equal(
    [many, nobody].map((event) => agentOf(event, 'IRCP')?.['who']),
    [UNKNOWN, UNKNOWN],
  );
  assert.equal(valuesOf(agentOf(one, 'IRCP'), 'who.identifier.value'), ['anna']);
});

test('an export is a disclosure of each member to whoever got it, for the purpose that it was made for', () => {
  const events = written(disclosureEventsOf(EXPORTED, theExport(), { site: SITE }));
  assert.equal(
    events.map(memberOf).map((each) => (each as Json)['value']),
    ['M-1', 'M-2'],
  );
  const [event] = events;
  assert.is(event?.['recorded'], EXPORTED.at);
  assert.equal(valuesOf(event, 'purposeOfEvent.coding.code'), ['HLEGAL']);
  assert.equal(agentOf(event, '110153')?.['network'], { address: 'https://calls.example', type: '5' });
  const { who, network } = agentOf(event, '110152') ?? {};
  assert.equal([who, network], [{ display: 'Dr. Law' }, { address: 'https://law.example/in', type: '5' }]);
  assert.equal(agentOf(event, 'IRCP')?.['network'], { address: '10.0.0.7', type: '2' });
});

test('a recipient’s address is told as what it is', () => {
  for (const [address, type] of [
    ['198.51.100.7', '2'],
    ['2001:db8::7', '2'],
    ['law@firm.example', '4'],
    ['mailto:law@firm.example', '5'],
    ['+1 555 0100 200', '3'],
    ['files.law.example', '1'],
  ]) {
    const [event] = written(disclosureEventsOf(EXPORTED, theExport({ name: 'x', address }), { site: SITE }));
    assert.equal(agentOf(event, '110152')?.['network'], { address, type }, address);
  }
  const address = '1 Main Street, Springfield';
  const [event] = written(disclosureEventsOf(EXPORTED, theExport({ name: 'x', address }), { site: SITE }));
  const { network, location } = agentOf(event, '110152') ?? {};
  assert.equal([network, location], [UNKNOWN, { display: address }]);
});

test('an export of which the log cannot tell is told, with a recipient who is unknown', () => {
  const [event] = written(disclosureEventsOf(EXPORTED, null, { site: SITE }));
  assert.equal([agentOf(event, '110152')?.['who'], agentOf(event, '110152')?.['network']], [UNKNOWN, UNKNOWN]);
  assert.equal(valuesOf(event, 'purposeOfEvent.coding.code'), ['HOPERAT']);
});

test('an export that has ended since is told in the same bytes', () => {
  const before = theExport();
  const after = { ...before, end: { digest: CANARIES.ended } as never };
  const bytes = (found: typeof before) => JSON.stringify(disclosureEventsOf(EXPORTED, found, { site: SITE }));
  assert.is(bytes(after), bytes(before));
});

test('no reason leaves, of whatever kind', () => {
  const all = JSON.stringify(allKinds());
  for (const canary of Object.values(CANARIES)) assert.not.match(all, canary);
});

test('the same entries give the same bytes, and no two events have one id', () => {
  assert.is(JSON.stringify(allKinds()), JSON.stringify(allKinds()));
  // Of these an earlier test has the same entry told in several ways.
  const lists = [1, 2, 3].flatMap((n) => told(n, { action: 'list', members: ['M-1', 'M-2'] }));
  assert.is(new Set(lists.map(({ id }) => id)).size, 6);
  for (const { id } of lists) assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  assert.is(told(1)[0]?.['id'], 'a47360a3-695f-8cc3-8613-069cecbe43cd');
});

test.run();
