import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/composition/system-clock.ts';
import { createOpenIdClient } from '../../src/identity/open-id.ts';
import { CLIENT, CLIENT_SECRET, startOpenIdProvider, TENANT } from '../support/openid-provider.ts';
import { PUBLIC, sealsOf, signInRig } from './sign-in-rig.ts';

const SECRETS = ['s'.repeat(32)];
const FLOW = '__Host-callistra-flow';
const SESSION = '__Host-callistra-session';
const redirectUri = `${PUBLIC}/console/signed-in`;

const provider = await startOpenIdProvider({ redirectUri });
const clientOf = (proof: Parameters<typeof createOpenIdClient>[0]['proof'], issuer = provider.issuer) =>
  createOpenIdClient({ issuer, clientId: CLIENT, redirectUri, proof, clock: systemClock });
const entra = { tenantId: TENANT, client: clientOf({ secret: CLIENT_SECRET }) };
const { server, audit, browser } = signInRig({ entra, secrets: SECRETS });
const seal = sealsOf(SECRETS).flow;

const ANNA = {
  oid: '00000000-0000-4000-8000-0000000000a1',
  tid: TENANT,
  roles: ['Coordinator', 'Compliance', 'Other'],
};

test.before.each(() => {
  provider.person = ANNA;
  audit.turnedAway.length = 0;
});
test.after(async () => {
  await server.close();
  await provider.close();
});

type Browser = ReturnType<typeof browser>;

/** To the provider and back to our door, not through it. */
async function thereAndBack(visitor: Browser, path = '/console/sign-in/entra', jar?: Map<string, string>) {
  const { status, location } = await visitor.get(path);
  assert.is(status, 302, path);
  return new URL(await provider.visit(location!, jar));
}

const ours = ({ pathname, search }: URL): string => `${pathname}${search}`;

test('whoever has signed in at Entra ID comes to what they wanted, with the roles that it says', async () => {
  const anna = browser();
  const page = await anna.get('/console/members');
  const link = /<a class="button" data-turbo="false" href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  assert.is(page.status, 401);
  const back = await thereAndBack(anna, link);
  const { status, location, headers } = await anna.get(ours(back));
  assert.equal([status, location], [303, '/console/members']);
  assert.not.match(JSON.stringify(headers['set-cookie']), /eyJhbGciOiJSUzI1NiI/, 'no token is in the cookie');
  assert.not.ok(anna.cookies.has(FLOW));
  assert.is((await anna.get('/console/members')).status, 200);
  assert.equal([audit.seen.at(-1)?.actor, audit.seen.at(-1)?.by], [`coordinator:${ANNA.oid}`, 'person']);
  assert.equal(audit.seen.at(-1)?.roles, ['Coordinator', 'Compliance']);
});

test('it is asked with PKCE, state and nonce, for who it is alone', async () => {
  const { location } = await browser().get('/console/sign-in/entra');
  const asked = new URL(location!).searchParams;
  assert.equal([asked.get('scope'), asked.get('response_type')], ['openid', 'code']);
  assert.equal([asked.get('code_challenge_method'), asked.get('redirect_uri')], ['S256', redirectUri]);
  for (const name of ['state', 'nonce', 'code_challenge']) assert.ok((asked.get(name) ?? '').length > 20, name);
  assert.is(asked.get('prompt'), null);
});

/** What somebody brings to our door who should not get in. @returns the address that is asked */
type Attack = (mallory: Browser, back: URL) => Promise<string> | string;

const changed =
  (change: (params: URLSearchParams) => void): Attack =>
  (_mallory, back) => {
    change(back.searchParams);
    return ours(back);
  };

const withFlow =
  (change: object): Attack =>
  async (mallory, back) => {
    const flow = await seal.open(mallory.cookies.get(FLOW)!);
    mallory.cookies.set(FLOW, await seal.seal({ ...flow, ...change }));
    return ours(back);
  };

const ATTACKS: Readonly<Record<string, Attack>> = {
  'without a flow that was begun here': (mallory, back) => {
    mallory.cookies.delete(FLOW);
    return ours(back);
  },
  'with a flow that somebody has made up': (mallory, back) => {
    mallory.cookies.set(FLOW, 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c');
    return ours(back);
  },
  'with a session’s cookie for a flow': async (mallory, back) => {
    mallory.cookies.set(FLOW, await sealsOf(SECRETS).session.seal({ state: back.searchParams.get('state') }));
    return ours(back);
  },
  'with the flow of another browser': async (mallory, back) => {
    const other = browser();
    await other.get('/console/sign-in/entra');
    mallory.cookies.set(FLOW, other.cookies.get(FLOW)!);
    return ours(back);
  },
  'a second time': async (mallory, back) => {
    const copy = browser(mallory.cookies);
    assert.is((await copy.get(ours(back))).status, 303);
    return ours(back);
  },
  'with a foreign state': changed((params) => params.set('state', 'foreign')),
  'without a state': changed((params) => params.delete('state')),
  'with a foreign code': changed((params) => params.set('code', 'foreign')),
  'of a foreign issuer': changed((params) => params.set('iss', 'https://evil.example')),
  'with a foreign nonce': withFlow({ nonce: 'foreign' }),
  'with a foreign verifier': withFlow({ verifier: 'v'.repeat(43) }),
  'after it took too long': withFlow({ beganMs: Date.now() - 16 * 60_000 }),
  'that was called off': changed((params) => {
    params.delete('code');
    params.set('error', 'access_denied');
  }),
};

for (const [what, attack] of Object.entries(ATTACKS)) {
  test(`what comes back ${what} signs nobody in, and stands in the log`, async () => {
    const mallory = browser();
    const address = await attack(mallory, await thereAndBack(mallory));
    const { status, text, headers } = await mallory.get(address);
    assert.is(status, 403);
    assert.match(text, /Nobody was signed in.*href="\/console\/sign-in/s);
    assert.not.match(String(headers['set-cookie'] ?? ''), /callistra-session=[^;]/);
    assert.not.match(text, /foreign|evil/);
    assert.equal(
      audit.turnedAway.map(({ route, actor }) => [route, actor]),
      [['GET /console/signed-in', 'anonymous']],
    );
  });
}

const NOT_OURS: readonly (readonly [who: string, claims: object, words: RegExp])[] = [
  ['of another tenant', { tid: '00000000-0000-4000-8000-0000000000bb' }, /another organisation/],
  ['of no tenant', { tid: undefined }, /another organisation/],
  ['whom Entra ID does not name', { oid: undefined }, /does not say who you are/],
  ['whose name is none', { oid: 'a:b/c' }, /does not say who you are/],
  [
    'without roles',
    { roles: [] },
    /<strong>Coordinator<\/strong>.*<strong>Compliance<\/strong>.*<strong>Operator<\/strong>/s,
  ],
  ['with roles of something else', { roles: ['Admin'] }, /<strong>Operator<\/strong>/],
  ['whose roles are no list', { roles: 'Coordinator' }, /<strong>Operator<\/strong>/],
];

for (const [who, claims, words] of NOT_OURS) {
  test(`somebody ${who} is not let in, and told why`, async () => {
    provider.person = { ...ANNA, ...claims };
    const visitor = browser();
    const { status, text } = await visitor.get(ours(await thereAndBack(visitor)));
    assert.is(status, 403);
    assert.match(text, words);
    assert.not.ok(visitor.cookies.has(SESSION));
    assert.is(audit.turnedAway.length, 1);
  });
}

test('a session that was there before a sign-in is no one’s after it', async () => {
  const mallory = browser();
  await mallory.get(ours(await thereAndBack(mallory)));
  const anna = browser(mallory.cookies);
  await anna.get(ours(await thereAndBack(anna)));
  assert.is((await anna.get('/console')).status, 200);
  assert.is((await mallory.get('/console')).status, 401);
});

test('somebody who was away proves anew who they are, though the provider still knows', async () => {
  const [anna, jar] = [browser(), new Map<string, string>()];
  await anna.get(ours(await thereAndBack(anna, undefined, jar)));
  const before = provider.proofs();
  await thereAndBack(browser(), undefined, jar);
  assert.is(provider.proofs(), before, 'the provider knows who it is');
  await anna.post('/console/sign-out/idle');
  await thereAndBack(anna, undefined, jar);
  assert.is(provider.proofs(), before + 1, 'what is left of a session tells that somebody was away');
  await thereAndBack(browser(), '/console/sign-in/entra?again=1', jar);
  assert.is(provider.proofs(), before + 2);
});

test('who strips that off the address is found out by when they proved it', async () => {
  const visitor = browser();
  const back = await thereAndBack(visitor);
  const flow = await seal.open(visitor.cookies.get(FLOW)!);
  const later = { ...flow, again: true, beganMs: Date.now() + 10 * 60_000 };
  visitor.cookies.set(FLOW, await seal.seal(later));
  const { status, text } = await visitor.get(ours(back));
  assert.is(status, 403);
  assert.match(text, /You were to prove again/);
});

test('whatever stands in a flow, one is led to pages of ours only', async () => {
  for (const returnTo of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
    const visitor = browser();
    const back = await thereAndBack(visitor, `/console/sign-in/entra?${new URLSearchParams({ returnTo })}`);
    assert.is((await visitor.get(ours(back))).location, '/console');
  }
});

test('who has signed out here is shown where to sign out of Entra ID', async () => {
  const anna = browser();
  await anna.get(ours(await thereAndBack(anna)));
  await anna.post('/console/sign-out');
  const { text } = await anna.get('/console/signed-out');
  const link = /<a data-turbo="false" href="([^"]+)">\s*Sign out of Microsoft/.exec(text)?.[1] ?? '';
  assert.ok(link.startsWith(`${provider.issuer}/session/end?`), link);
});

test('a key lets nobody in where there is Entra ID', async () => {
  const { status } = await browser().post('/console/sign-in', { key: 'the-key-of-anna' });
  assert.is(status, 405);
});

const UNABLE: readonly (readonly [what: string, client: ReturnType<typeof clientOf>])[] = [
  ['the provider does not take our secret', clientOf({ secret: 'another' })],
  ['no managed identity vouches for us', clientOf({ assertion: () => Promise.reject(new Error('no identity')) })],
];

for (const [what, client] of UNABLE) {
  test(`when ${what}, nobody’s fault is said to be theirs`, async () => {
    const visitor = browser();
    const back = await thereAndBack(visitor);
    const flow = (await seal.open(visitor.cookies.get(FLOW)!))!;
    const code = await client.finish(back, flow as never).then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
    assert.is(code, 'SIGN_IN_UNAVAILABLE');
  });
}

test('what the managed identity gives out proves the client as well as a secret', async () => {
  const other = await startOpenIdProvider({ redirectUri, usesAssertion: true });
  other.person = ANNA;
  const client = clientOf({ assertion: other.assertion }, other.issuer);
  const { url, flow } = await client.begin(false);
  const found = await client.finish(new URL(await other.visit(url)), flow);
  assert.equal(found, { person: { name: ANNA.oid, tenantId: TENANT, roles: ['Coordinator', 'Compliance'] } });
  await other.close();
});

test('a provider that cannot be reached is said to be away, in a page', async () => {
  const gone = clientOf({ secret: CLIENT_SECRET }, 'http://127.0.0.1:1/tenant/v2.0');
  const error = await gone.begin(false).catch((thrown: { code: string }) => thrown.code);
  assert.is(error, 'SIGN_IN_UNAVAILABLE');
});

test.run();
