import type { InjectOptions } from 'fastify';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROLES, type Role } from '../../src/identity/staff.ts';
import { record } from '../projections/access-contract.ts';
import { ACCOUNTING, EVIDENCE, NOTED, REVIEWED, SEEN, within } from './api/audit/evidence-fields.ts';
import { COUNTS, sampleAccounting, sampleEvidence, sampleSeen } from './api/audit/evidence-samples.ts';
import { AUDIT_EVENTS } from './api/audit/fhir-fields.ts';
import { CHECK, CHECKPOINT, EXPORT, EXPORTS, PROOFS } from './api/audit/proof-fields.ts';
import { sampleReplay, WHOLE_CALL } from './api/audit/samples.ts';
import { OPERATOR_BODIES, QUARANTINE, STUCK, STUCK_CALL } from './api/operator-fields.ts';
import { REHEARSAL, SCRIPTS, WHOLE_SCRIPT } from './api/questionnaire-fields.ts';
import { as, KEYS } from './keys.ts';
import { asDescribed } from './openapi/as-described.ts';
import { type Rig, startRig } from './rig.ts';
import { routesOf } from './routes-of.ts';
import { CALL, HASH, ROWS } from './samples.ts';

/** What one route shows to one role: names of fields, `[]` for a list, or that it is text. */
type Fields = readonly string[];
type Shown = Partial<Record<Role, Fields>>;

const CALL_FIELDS = [
  ...['callConnectionId', 'callSessionId', 'createdAt', 'disposition', 'memberId', 'questionnaire'],
  ...['status', 'updatedAt'],
];
const ANSWERS = ['responses[].questionNumber', 'responses[].recordedAt', 'responses[].response'];

const STATUS = [...CALL_FIELDS, ...ANSWERS, 'simulated'].sort();
const LIST = [...within('calls', CALL_FIELDS), 'nextCursor'];
const FIGURES = within('figures', ['calls', 'disposition', 'hour', 'questionnaire', 'status']);
const MEMBERS = [...within('members', ['memberId', 'phoneNumber', 'timeZone']), 'nextCursor'];
const MEMBERS_FOUND = [...MEMBERS, 'isPartial'];
const MEMBER = ['hasName', 'memberId', 'phoneNumber', 'timeZone'];
const IMPORTED = ['badRecords', 'changed', 'imported', 'new', 'preview', 'problems[]', 'unchanged'];
const NUMBER = ['memberId', 'phoneNumber'];
const LOOKER = [
  ...['action', 'actor', 'address', 'at', 'coversMs', 'fields[]', 'isPerson', 'kind', 'name', 'purpose', 'refused'],
  ...['requestId', 'roles[]'],
];
const LOOKS = [...within('looks', [...LOOKER, 'calls[]', 'members[]', 'reason', 'stream', 'version']), 'nextCursor'];
const REVIEW = [...within('looks', [...LOOKER, 'callCount', 'hasReason', 'memberCount']), 'nextCursor'];
const WHO = ['kind', 'name', 'role', 'words'].map((field) => `who.${field}`);
const SPOKEN = ['audience', 'script.hash', 'script.id', 'script.version', 'text', 'voice'];
const STATE = [
  'answers[]',
  'answers[].question',
  'answers[].response',
  'disposition',
  'position',
  'positionWords',
  'status',
];
const STEP = [
  ...['at', 'cause', 'cause.version', 'cause.what', 'codes', 'codes.code', 'codes.subCode', 'flaw', 'kind', 'spoken'],
  ...['type', 'version', 'what', ...WHO],
  ...SPOKEN.map((field) => `spoken.${field}`),
  ...STATE.map((field) => `state.${field}`),
];
const REPLAY = ['asOf', 'callSessionId', 'flaws[]', 'memberId', 'phoneNumber', ...within('steps', STEP)];
const EVENT = ['at', 'callSessionIds[]', 'disposition', 'id', 'kind', 'what', ...WHO];
const HISTORY = [...within('items', EVENT), 'flaws[]', 'memberId', 'nextCursor'];
const FOUND = [...CALL_FIELDS, 'staff[].at', 'staff[].did', ...WHO.map((field) => `staff[].${field}`)];
const SEARCH = [...within('calls', FOUND), 'looked', 'nextCursor', 'unreadable[]'];
const SIGNED_IN = ['name', ...within('sessions', ['address', 'beganAt', 'expiresAt', 'roles[]'])];
/** Everything that staff may ask for, and what of it each role is shown; a role that is not named is turned away. */
const TABLE: Readonly<Record<string, Shown>> = {
  'GET /api/calls/status/:id': { Coordinator: STATUS, Compliance: STATUS },
  'GET /api/calls': { Coordinator: LIST, Compliance: LIST },
  'GET /api/calls/figures': { Coordinator: FIGURES, Compliance: FIGURES, Operator: FIGURES },
  'POST /api/calls/initiate/:memberId': { Coordinator: ['callSessionId', 'status'] },
  'POST /api/calls/:callSessionId/cancel': { Coordinator: ['callSessionId', 'status'] },
  'GET /api/calls/stuck': { Operator: STUCK },
  'POST /api/calls/:callSessionId/check': { Operator: ['callSessionId', 'status'] },
  'POST /api/calls/:callSessionId/close': { Operator: ['callSessionId', 'status'] },
  'GET /api/sessions/:name': { Operator: SIGNED_IN },
  'POST /api/sessions/:name/end': { Operator: ['ended', 'name'] },
  'GET /api/members': { Coordinator: MEMBERS, Compliance: MEMBERS },
  'POST /api/members/search': { Coordinator: MEMBERS_FOUND, Compliance: MEMBERS_FOUND },
  'GET /api/members/:memberId': { Coordinator: MEMBER, Compliance: MEMBER },
  'GET /api/members/:memberId/number': { Coordinator: NUMBER, Compliance: NUMBER },
  'GET /api/questionnaires': { Coordinator: SCRIPTS, Compliance: SCRIPTS, Operator: SCRIPTS },
  'GET /api/questionnaires/:hash': { Coordinator: WHOLE_SCRIPT, Compliance: WHOLE_SCRIPT, Operator: WHOLE_SCRIPT },
  'GET /api/questionnaires/:hash/rehearsal': { Coordinator: REHEARSAL, Compliance: REHEARSAL, Operator: REHEARSAL },
  'GET /api/quarantine': { Operator: QUARANTINE },
  'POST /api/quarantine/:id/release': { Operator: ['status'] },
  'POST /api/quarantine/:id/discard': { Operator: ['status'] },
  'POST /api/quarantine/discard': { Operator: ['discarded', 'left'] },
  'GET /api/audit/access': { Compliance: LOOKS },
  'GET /api/audit/access/review': { Operator: REVIEW },
  'POST /api/audit/backups': { Operator: ['recorded', 'requestId'] },
  'GET /api/audit/calls/:id': { Coordinator: REPLAY, Compliance: REPLAY },
  'GET /api/audit/calls/:id/check': { Compliance: CHECK },
  'GET /api/audit/calls/:id/proof': { Compliance: ['text'] },
  'GET /api/audit/checkpoint': { Compliance: CHECKPOINT },
  'GET /api/audit/members/:id': { Compliance: HISTORY },
  'GET /api/audit/fhir/audit-events': { Compliance: AUDIT_EVENTS },
  'GET /api/audit/search': { Compliance: SEARCH },
  'POST /api/audit/verify': { Compliance: ['status'] },
  'GET /api/audit/verify': { Compliance: ['last', 'underWay'] },
  'POST /api/audit/requests': { Compliance: ['kind', 'memberId', 'recordedAt', 'requestId'] },
  'GET /api/audit/members/:id/disclosures': { Compliance: ACCOUNTING },
  'POST /api/audit/disclosures': { Compliance: NOTED },
  'POST /api/audit/suspensions': { Compliance: NOTED },
  'GET /api/audit/evidence': { Compliance: EVIDENCE },
  'GET /api/audit/evidence/looks': { Compliance: [...within('looks', SEEN), 'nextCursor'] },
  'POST /api/audit/sign-offs': { Compliance: ['id', 'month', 'recordedAt', 'sha256', ...REVIEWED] },
  'GET /api/audit/exports': { Compliance: within('exports', EXPORT) },
  'GET /api/audit/exports/:exportId': { Compliance: [...EXPORT, 'firstLine'] },
  'POST /api/audit/exports': { Compliance: ['exportId', 'firstLine'] },
  'POST /api/audit/exports/:exportId/parts': { Compliance: ['text'] },
  'GET /api/audit/log/checkpoint': { Compliance: ['text'] },
  'GET /api/audit/log/tile/*': { Compliance: ['text'] },
  'POST /api/audit/checkpoint': { Compliance: ['text'] },
  'POST /api/audit/reopen': { Compliance: ['origin', 'verifierKey'] },
  'GET /metrics': { Operator: ['text'] },
  // After all that shows a member.
  'POST /api/members/import': { Coordinator: IMPORTED },
  'DELETE /api/members/:memberId': { Coordinator: ['memberId', 'status'] },
};

const ITEM = {
  kind: 'call',
  at: '2026-03-01T09:00:00.000Z',
  id: CALL,
  who: { kind: 'staff', words: 'ann (Coordinator)', role: 'Coordinator', name: 'ann' },
  what: 'asked for a call: it is open',
  callSessionIds: [CALL],
  disposition: null,
} as const;

/** Routes that are for machines, or for everybody, and show nothing of a member. */
const OPEN = /^(?:OPTIONS|POST) \/api\/calls\/events$|^GET \/(?:health|docs)\b/;

const URLS: Readonly<Record<string, string>> = {
  ':id': CALL,
  ':memberId': 'M-1',
  ':callSessionId': CALL,
  ':exportId': 'e',
  ':hash': HASH,
  ':name': 'ann',
  '*': '0/000.p/2',
};

const QUERIES: Readonly<Record<string, string>> = {
  '/api/calls/figures': '?from=2026-02-01&to=2026-03-01',
  '/api/questionnaires/:hash/rehearsal': '?did=5,2',
  '/api/audit/search': '?memberId=M-1',
  '/api/audit/evidence/looks': '?from=2026-02-01&to=2026-03-01',
};

const BODIES: Readonly<Record<string, object | string>> = {
  '/api/members/import': 'memberId,phoneNumber\nM-1,+12025550143\n',
  '/api/members/search': { text: 'M-' },
  '/api/quarantine/:id/discard': { reason: 'a test' },
  '/api/sessions/:name/end': { reason: 'a test' },
  '/api/audit/requests': { kind: 'hold', memberId: 'M-1', reason: 'a test' },
  ...OPERATOR_BODIES,
  '/api/audit/reopen': { reason: 'a test' },
  '/api/audit/disclosures': {
    ...{ memberId: 'M-1', recipient: 'somebody else', what: 'a call', purpose: 'by mistake' },
    ...{ on: '2026-03-01', reason: 'a test' },
  },
  '/api/audit/suspensions': { memberId: 'M-1', agency: 'an agency', until: '2026-04-01', reason: 'a test' },
  '/api/audit/sign-offs': { month: '2026-02', statement: 'a test' },
  '/api/audit/exports': { memberId: 'M-1', recipient: { name: 'a court' }, purpose: 'HLEGAL' },
  '/api/audit/exports/:exportId/parts': { after: 'a note' },
};

const test = suite<{ rig: Rig; routes: Set<string> }>('what each route shows to each role');
test.before.each(async (context) => {
  const { rig, routes } = await walked();
  context.rig = rig;
  context.routes = routes;
  rig.fake.waiting = [
    { id: CALL, callSessionId: CALL, eventId: 'e', eventType: 't', receivedAt: '2026-03-01T09:00:00.000Z' },
  ] as never;
  rig.fake.stuck = { calls: [{ callSessionId: CALL, ...STUCK_CALL }], more: false };
  rig.audit.knows = {
    call: async () => sampleReplay(),
    history: async () => ({ items: [ITEM], next: null, flaws: [] }),
    search: async () => ({
      calls: [{ ...ROWS.session, staff: [{ who: ITEM.who, did: 'asked', at: ITEM.at }] }],
      looked: 1,
      unreadable: [],
      next: null,
    }),
    request: async () => ({ requestId: 'r', kind: 'hold', memberId: 'M-1', recordedAt: ITEM.at }),
  };
  rig.audit.disclosed = { accounting: async () => sampleAccounting(), record: noted, suspend: noted };
  rig.audit.evident = {
    gather: async () => sampleEvidence(),
    looks: async () => ({ looks: [sampleSeen()], next: null }),
    signOff: async ({ month }) => ({ id: 's', month, counts: COUNTS, sha256: 'ab', recordedAt: ITEM.at }),
  };
  rig.audit.checked = { check: async () => WHOLE_CALL, proof: async () => ({ text: 'a proof', memberId: 'M-1' }) };
  await rig.audit.sessions.begin({ by: 'api-key', name: 'ann' }, { roles: ['Operator'], address: null });
  rig.audit.shown = [record(1, { reason: 'asked by M-7', fields: ['memberId'] })];
});
test.after.each(({ rig }) => rig.close());

const noted = async () => ({ id: 'd', memberId: 'M-1', recordedAt: ITEM.at });

async function walked(): Promise<{ rig: Rig; routes: Set<string> }> {
  const rig = await startRig({ staff: KEYS, proofs: PROOFS, exports: EXPORTS, look: asDescribed });
  const routes = new Set(routesOf(rig.server).map(({ method, url }) => `${method} ${url}`));
  return { rig, routes };
}

function ask({ server }: Rig, route: string, headers: Record<string, string>) {
  const [method, path = ''] = route.split(' ');
  const url = path.replaceAll(/:\w+|\*/g, (name) => URLS[name] ?? name) + (QUERIES[path] ?? '');
  const payload = BODIES[path];
  const body = payload ? { payload } : {};
  const type = typeof payload === 'string' ? { 'content-type': 'text/csv' } : {};
  return server.inject({
    method: method as InjectOptions['method'],
    url,
    headers: { ...headers, ...type },
    ...body,
  } as InjectOptions);
}

const asRole = (role: Role) => ({ ...as(role.toLowerCase()), 'x-reason': 'they asked me to' });

/** Every path to a value. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each !== 'object')) return [`${path}[]`];
    return [...new Set(value.flatMap((each) => fieldsOf(each, `${path}[]`)))];
  }
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path === '' ? name : `${path}.${name}`));
}

test('every route of staff is in the table', ({ routes }) => {
  assert.ok(routes.size > 15, [...routes].join('\n'));
  const missing = [...routes].filter((route) => TABLE[route] === undefined && !OPEN.test(route));
  assert.equal(missing, []);
  assert.equal(
    Object.keys(TABLE).filter((route) => !routes.has(route)),
    [],
  );
});

test('whoever is nobody is shown nothing', async ({ rig }) => {
  for (const route of Object.keys(TABLE)) assert.is((await ask(rig, route, {})).statusCode, 401, route);
});

for (const role of ROLES) {
  test(`${role} is shown these fields, and no others`, async ({ rig }) => {
    for (const [route, shown] of Object.entries(TABLE)) {
      const response = await ask(rig, route, asRole(role));
      const wanted = shown[role];
      if (wanted === undefined) {
        assert.equal([response.statusCode, response.json().code], [403, 'FORBIDDEN'], route);
        continue;
      }
      assert.ok(response.statusCode < 300, `${route}: ${response.statusCode} ${response.body}`);
      const isJson = /^application\/(fhir\+)?json/.test(`${response.headers['content-type']}`);
      assert.equal(isJson ? fieldsOf(response.json()).sort() : ['text'], [...wanted].sort(), route);
    }
  });
}

test('a number is whole where somebody said why, and nowhere else; a name is nowhere', async ({ rig }) => {
  for (const role of ROLES) {
    for (const route of Object.keys(TABLE)) {
      const { body } = await ask(rig, route, asRole(role));
      assert.not.match(body, 'Canary Person', route);
      if (route !== 'GET /api/members/:memberId/number') assert.not.match(body, /\+?1?5550142/, route);
    }
  }
});

test('a list has the answers too where they are asked for', async ({ rig }) => {
  for (const role of ['Coordinator', 'Compliance'] as const) {
    const response = await rig.server.inject({ url: '/api/calls?include=responses', headers: asRole(role) });
    assert.equal(fieldsOf(response.json()).sort(), [...LIST, ...within('calls', ANSWERS)].sort());
  }
});

test('Operators see no answer and no member', async ({ rig }) => {
  for (const route of Object.keys(TABLE)) {
    // What a key of a script means is nobody's answer.
    if (route.startsWith('GET /api/questionnaires')) continue;
    const { body } = await ask(rig, route, asRole('Operator'));
    assert.not.match(body, /"yes"|"response"|M-\d/, route);
  }
});

test.run();
