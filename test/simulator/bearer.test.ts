import { SignJWT } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallBody, operationPath, type RawRequest, send, sendSigned } from './raw.ts';
import { rigTest } from './suite.ts';

const create: RawRequest = { method: 'POST', path: operationPath(), body: createCallBody() };
const ACS = 'https://communication.azure.com';
const HOUR_S = 3_600;
const nowS = () => Math.floor(Date.now() / 1_000);

async function token(audience: string, expiresAtS: number): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setExpirationTime(expiresAtS)
    .sign(Buffer.alloc(32));
}

function shown(url: string, bearer: string) {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  return send(url, { ...create, headers });
}

rigTest(
  'told to take tokens, it takes those for ACS, however many slashes',
  { takesTokens: true, callsPerCallerId: 0 },
  async (rig) => {
    const { url } = rig.simulator;
    for (const audience of [ACS, `${ACS}/`, `${ACS}//`])
      assert.is((await shown(url, await token(audience, nowS() + HOUR_S))).status, 201, audience);
  },
);

rigTest('and none for others, none that expired, and no nonsense', { takesTokens: true }, async ({ simulator }) => {
  const bad = {
    'is for somebody else': await token('https://storage.azure.com', nowS() + HOUR_S),
    'has expired': await token(ACS, nowS() - 1),
    'is malformed': 'abc',
  };
  for (const [problem, bearer] of Object.entries(bad)) {
    const { status, json } = await shown(simulator.url, bearer);
    assert.is(status, 401);
    assert.is(json.error.code, '7509');
    assert.match(json.error.message, problem);
  }
});

rigTest('and signatures as before', { takesTokens: true }, async ({ simulator }) => {
  assert.is((await sendSigned(simulator.url, create)).status, 201);
  assert.is((await send(simulator.url, create)).status, 401);
});

rigTest('not told so, it takes no token', {}, async ({ simulator }) => {
  assert.is((await shown(simulator.url, await token(ACS, nowS() + HOUR_S))).status, 401);
});

test.run();
