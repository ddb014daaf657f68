import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createEntraVerifier } from '../../src/identity/entra-staff.ts';
import { CALL, type Harness, sha256, startHarness } from './harness.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const APP = '22222222-2222-4222-8222-222222222222';
const OID = '33333333-3333-4333-8333-333333333333';
const ISSUERS = [`https://login.microsoftonline.com/${TENANT}/v2.0`, `https://sts.windows.net/${TENANT}/`];

type Context = {
  harness: Harness;
  token(claims: JWTPayload, more?: { issuer?: string; audience?: string }): Promise<string>;
  stopKeys(): Promise<void>;
};

const tests = suite<Context>('staff with tokens of Entra ID');

tests.before.each(async (context) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const keyServer = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/keys`;
  const verifier = createEntraVerifier({ issuers: ISSUERS, audiences: [APP, `api://${APP}`], jwksUrl, now: Date.now });
  const keys = [{ name: 'tool', sha256: sha256('key-of-tool'), roles: ['Coordinator'] as const }];
  context.harness = await startHarness({ staff: { mode: 'entra', verifier, keys } });
  context.token = (claims, { issuer = ISSUERS[0]!, audience = APP } = {}) =>
    new SignJWT({ oid: OID, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
  context.stopKeys = () =>
    new Promise((resolve) => {
      keyServer.close(() => resolve());
      keyServer.closeAllConnections();
    });
});

tests.after.each(async ({ harness, stopKeys }) => {
  await harness.close();
  await stopKeys();
});

const ask = (harness: Harness, token: string, method: 'GET' | 'POST' = 'GET', url = '/api/calls') =>
  harness.server.inject({ method, url, headers: { authorization: `Bearer ${token}` } });

tests('whoever has an app role of the route gets in, under the object id and the role', async ({ harness, token }) => {
  const coordinator = await token({
    roles: ['Coordinator'],
    name: 'Ana Example',
    preferred_username: 'ana@plan.example',
  });
  assert.is((await ask(harness, coordinator, 'POST', '/api/calls/initiate/M-1')).statusCode, 202);
  assert.is(harness.fake.asked.initiate[0]?.[0].actor, `coordinator:${OID}`);
  assert.is((await ask(harness, await token({ roles: ['Compliance'] }))).statusCode, 200);
  assert.is((await ask(harness, await token({ roles: ['Operator'] }), 'GET', '/metrics')).statusCode, 200);
});

tests('tokens of both versions are taken', async ({ harness, token }) => {
  const one = await token({ roles: ['Coordinator'] }, { issuer: ISSUERS[1]!, audience: `api://${APP}` });
  assert.is((await ask(harness, one)).statusCode, 200);
});

tests('a role of another route, no role, or a made-up one does not let in', async ({ harness, token }) => {
  for (const claims of [{ roles: ['Operator'] }, {}, { roles: 'Coordinator' }, { roles: ['coordinator'] }]) {
    assert.is((await ask(harness, await token(claims))).statusCode, 403, JSON.stringify(claims));
  }
  assert.is(
    (await ask(harness, await token({ roles: ['Compliance'] }), 'POST', `/api/calls/${CALL}/cancel`)).statusCode,
    403,
  );
});

tests(
  'a token of another tenant, for another service, without an object id or with a changed letter is none',
  async ({ harness, token }) => {
    const roles = ['Coordinator'];
    const good = await token({ roles });
    const bad = [
      await token({ roles }, { issuer: 'https://login.microsoftonline.com/other/v2.0' }),
      await token({ roles }, { audience: 'https://graph.microsoft.com' }),
      await token({ roles, oid: undefined }),
      await token({ roles, oid: 'Ana Example\n' }),
      `${good.slice(0, -8)}${good.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`,
    ];
    for (const each of bad) assert.is((await ask(harness, each)).statusCode, 401);
    assert.is((await ask(harness, good)).statusCode, 200);
  },
);

tests('API keys work beside tokens', async ({ harness }) => {
  assert.is((await ask(harness, 'key-of-tool')).statusCode, 200);
  assert.is((await ask(harness, 'key-of-nobody')).statusCode, 401);
  const answer = await harness.server.inject({
    method: 'GET',
    url: '/api/calls',
    headers: { 'x-api-key': 'key-of-tool' },
  });
  assert.is(answer.statusCode, 200);
});

tests(
  'while the keys of the issuer cannot be had nobody gets in, and it says to come again',
  async ({ harness, token, stopKeys }) => {
    const good = await token({ roles: ['Coordinator'] });
    await stopKeys();
    assert.is((await ask(harness, good)).statusCode, 503);
  },
);

tests.run();
