import type { JWTPayload } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/composition/system-clock.ts';
import { createEntraVerifier } from '../../src/identity/entra-staff.ts';
import type { EntraVerifier } from '../../src/identity/staff.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { sha256 } from '../support/sha256.ts';
import { type Rig, startRig } from './rig.ts';
import { CALL } from './samples.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const APP = '22222222-2222-4222-8222-222222222222';
/** The application with which somebody has signed in, or which speaks for itself. */
const CLIENT = '44444444-4444-4444-8444-444444444444';
const OID = '33333333-3333-4333-8333-333333333333';
const ISSUERS: [string, string] = [
  `https://login.microsoftonline.com/${TENANT}/v2.0`,
  `https://sts.windows.net/${TENANT}/`,
];

type Context = { rig: Rig; issuer: Issuer; verifier: EntraVerifier };

const tests = suite<Context>('staff with tokens of Entra ID');

tests.before.each(async (context) => {
  context.issuer = await startIssuer({ claims });
  const { jwksUrl } = context.issuer;
  const verifier = createEntraVerifier({
    issuers: ISSUERS,
    audiences: [APP, `api://${APP}`],
    jwksUrl,
    clock: systemClock,
  });
  const keys = [{ name: 'tool', sha256: sha256('key-of-tool'), roles: ['Coordinator'] as const }];
  context.verifier = verifier;
  context.rig = await startRig({ staff: { mode: 'entra', verifier, keys } });
});

tests.after.each(async ({ rig, issuer }) => {
  await rig.close();
  await issuer.close();
});

function claims(): JWTPayload {
  const nowS = Math.floor(Date.now() / 1_000);
  return { iss: ISSUERS[0]!, aud: APP, oid: OID, iat: nowS, exp: nowS + 300, ver: '2.0', azp: CLIENT };
}

const ask = (rig: Rig, token: string, method: 'GET' | 'POST' = 'GET', url = '/api/calls') =>
  rig.server.inject({ method, url, headers: { authorization: `Bearer ${token}` } });

tests('whoever has an app role of the route gets in, under the object id and the role', async ({ rig, issuer }) => {
  const coordinator = await issuer.sign({
    roles: ['Coordinator'],
    name: 'Ana Example',
    preferred_username: 'ana@plan.example',
  });
  assert.is((await ask(rig, coordinator, 'POST', '/api/calls/initiate/M-1')).statusCode, 202);
  assert.is(rig.fake.asked.initiate[0]?.[0].actor, `coordinator:${OID}`);
  assert.is((await ask(rig, await issuer.sign({ roles: ['Compliance'] }))).statusCode, 200);
  assert.is((await ask(rig, await issuer.sign({ roles: ['Operator'] }), 'GET', '/metrics')).statusCode, 200);
});

tests(
  'who looks is a person where a person signed in, and an application otherwise, with all roles',
  async ({ rig, issuer }) => {
    const roles = ['Operator', 'Compliance'];
    await ask(rig, await issuer.sign({ roles, scp: 'access_as_user' }));
    await ask(rig, await issuer.sign({ roles }));
    assert.equal(
      rig.audit.seen.map(({ actor, by, roles: held }) => [actor, by, held]),
      [
        [`compliance:${OID}`, 'person', ['Compliance', 'Operator']],
        [`compliance:${OID}`, 'app', ['Compliance', 'Operator']],
      ],
    );
  },
);

tests('whoever is somebody and may not stands in the log by their object id', async ({ rig, issuer }) => {
  await ask(rig, await issuer.sign({ roles: ['Operator'], scp: 'access_as_user' }));
  await ask(rig, await issuer.sign({ scp: 'access_as_user' }));
  await ask(rig, await issuer.sign({ oid: undefined }));
  assert.equal(
    rig.audit.turnedAway.map(({ actor, by = null, status }) => [actor, by, status]),
    [
      [`operator:${OID}`, 'person', 403],
      [`nobody:${OID}`, 'person', 403],
      ['anonymous', null, 401],
    ],
  );
});

tests('tokens of both versions are taken', async ({ rig, issuer }) => {
  const one = await issuer.sign({ roles: ['Coordinator'], ...V1, appid: CLIENT });
  assert.is((await ask(rig, one)).statusCode, 200);
});

const V1 = { iss: ISSUERS[1]!, aud: `api://${APP}`, ver: '1.0', azp: undefined };

/** Claims of tokens as Entra ID issues them, beside what all have, and whether they let in. */
const TOKENS: readonly (readonly [what: string, claims: JWTPayload, isLetIn: boolean])[] = [
  ['access token of a person, version 2', { azp: CLIENT, azpacr: '0', scp: 'access_as_user', name: 'Ana' }, true],
  ['access token of a tool, version 2', { azp: CLIENT, azpacr: '1', idtyp: 'app' }, true],
  ['access token of a person, version 1', { ...V1, appid: CLIENT, appidacr: '0', scp: 'user', amr: ['pwd'] }, true],
  ['access token of a tool, version 1', { ...V1, appid: CLIENT, appidacr: '1', idp: ISSUERS[1]! }, true],
  ['ID token, version 2', { azp: undefined, nonce: 'n-1', preferred_username: 'ana@plan.example' }, false],
  ['ID token of a sign-in without a nonce', { azp: undefined, preferred_username: 'ana@plan.example' }, false],
  ['ID token with the hash of a code', { azp: CLIENT, c_hash: 'h' }, false],
  ['ID token with the hash of an access token', { azp: CLIENT, at_hash: 'h' }, false],
  ['ID token, version 1', { ...V1, nonce: 'n-1', amr: ['pwd'], unique_name: 'ana@plan.example' }, false],
  ['ID token that names an application', { azp: APP, nonce: 'n-1' }, false],
  ['token with an empty nonce', { azp: CLIENT, nonce: '' }, false],
  ['token whose application is no name', { azp: '' }, false],
  ['token whose application is a list', { azp: [CLIENT] }, false],
];

for (const [what, own, isLetIn] of TOKENS) {
  tests(`${what}: ${isLetIn ? 'lets in' : 'lets nobody in'}`, async ({ rig, issuer, verifier }) => {
    const token = await issuer.sign({ roles: ['Coordinator'], ...own });
    assert.is((await ask(rig, token)).statusCode, isLetIn ? 200 : 401);
    const verified = await verifier.verify(token);
    assert.is('refusal' in verified ? verified.refusal : 'none', isLetIn ? 'none' : 'id-token');
  });
}

tests('a role of another route, no role, or a made-up one does not let in', async ({ rig, issuer }) => {
  for (const claims of [{ roles: ['Operator'] }, {}, { roles: 'Coordinator' }, { roles: ['coordinator'] }]) {
    assert.is((await ask(rig, await issuer.sign(claims))).statusCode, 403, JSON.stringify(claims));
  }
  assert.is(
    (await ask(rig, await issuer.sign({ roles: ['Compliance'] }), 'POST', `/api/calls/${CALL}/cancel`)).statusCode,
    403,
  );
});

tests(
  'a token of another tenant, for another service, without an object id or with a changed letter is none',
  async ({ rig, issuer }) => {
    const roles = ['Coordinator'];
    const good = await issuer.sign({ roles });
    const bad = [
      await issuer.sign({ roles, iss: 'https://login.microsoftonline.com/other/v2.0' }),
      await issuer.sign({ roles, aud: 'https://graph.microsoft.com' }),
      await issuer.sign({ roles, oid: undefined }),
      await issuer.sign({ roles, oid: 'Ana Example\n' }),
      `${good.slice(0, -8)}${good.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`,
    ];
    for (const each of bad) assert.is((await ask(rig, each)).statusCode, 401);
    assert.is((await ask(rig, good)).statusCode, 200);
  },
);

tests('API keys work beside tokens', async ({ rig }) => {
  assert.is((await ask(rig, 'key-of-tool')).statusCode, 200);
  assert.is((await ask(rig, 'key-of-nobody')).statusCode, 401);
  const answer = await rig.server.inject({
    method: 'GET',
    url: '/api/calls',
    headers: { 'x-api-key': 'key-of-tool' },
  });
  assert.is(answer.statusCode, 200);
});

tests(
  'while the keys of the issuer cannot be had nobody gets in, and it says to come again',
  async ({ rig, issuer }) => {
    const good = await issuer.sign({ roles: ['Coordinator'] });
    await issuer.close();
    assert.is((await ask(rig, good)).statusCode, 503);
  },
);

tests.run();
