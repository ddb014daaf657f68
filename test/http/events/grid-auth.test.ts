import { generateKeyPair } from 'jose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assertConfig, HttpConfigError } from '../../../src/http/config.ts';
import { sha256 } from '../../support/sha256.ts';
import { deliver } from '../rig.ts';
import { CALL, event, SECRET } from '../samples.ts';
import {
  GRID_APPLICATION,
  GRID_ROLE,
  GRID_SECRET,
  type GridRig,
  gridEvent,
  startGridRig,
  TENANT_ISSUER_V2,
  validation,
} from './grid-rig.ts';

const BODY = JSON.stringify([gridEvent()]);
const VALIDATION = { 'aeg-event-type': 'SubscriptionValidation' };

const asked = ({ fake }: GridRig) => fake.asked.recordGridEvents.length;

const secret = suite<GridRig>('event-grid-secret');
secret.before.each(async (context) => void Object.assign(context, await startGridRig('secret')));
secret.after.each((context) => context.close());

const IN_ADDRESS = {
  headers: { 'x-callistra-event-grid-secret': undefined },
  query: `?eventGridSecret=${GRID_SECRET}`,
};

secret(
  'a delivery with the secret in the header is taken, and with the secret in the address it is not',
  async (grid) => {
    assert.is((await grid.post(BODY)).status, 200);
    assert.is((await grid.post(BODY, IN_ADDRESS)).status, 401);
    assert.is((await grid.ask(IN_ADDRESS)).status, 401);
    assert.is(asked(grid), 1);
    assert.match(await grid.metrics(), 'callistra_event_grid_refusals_total{reason="secret-in-url"} 2');
  },
);

const inUrl = suite<GridRig>('event-grid-secret-in-url');
inUrl.before.each(async (context) => {
  const auth = { mode: 'secret', sha256: sha256(GRID_SECRET), inUrl: true } as const;
  Object.assign(context, await startGridRig('secret', { auth }));
});
inUrl.after.each((context) => context.close());

inUrl('where a setting says so the secret is taken from the address too, and a wrong one is not', async (grid) => {
  assert.is((await grid.post(BODY)).status, 200);
  assert.is((await grid.post(BODY, IN_ADDRESS)).status, 200);
  assert.is(asked(grid), 2);
  const { headers } = IN_ADDRESS;
  assert.is((await grid.post(BODY, { headers, query: '?eventGridSecret=' })).status, 401);
  assert.is((await grid.post(BODY, { headers, query: '?eventGridSecret=x' })).status, 403);
  const twice = `?eventGridSecret=${GRID_SECRET}&eventGridSecret=${GRID_SECRET}`;
  assert.is((await grid.post(BODY, { headers, query: twice })).status, 401);
  assert.is(asked(grid), 2);
});

secret('without the secret nothing is read, delivered or answered', async (grid) => {
  const wrong: readonly [string | undefined, string, number][] = [
    [undefined, '', 401],
    ['', '', 401],
    ['x', '', 403],
    [`${GRID_SECRET}x`, '', 403],
    [GRID_SECRET.slice(1), '', 403],
    ['wrong', `?eventGridSecret=${GRID_SECRET}`, 403],
    [undefined, '?eventGridSecret=', 401],
    [undefined, '?eventGridSecret=x', 401],
  ];
  for (const [header, query, status] of wrong) {
    const headers = { 'x-callistra-event-grid-secret': header };
    assert.is((await grid.post('{', { headers, query })).status, status, `${header} ${query}`);
    assert.is((await grid.ask({ headers, query })).status, status);
    const handshake = await grid.post(JSON.stringify([validation()]), {
      headers: { ...headers, ...VALIDATION },
      query,
    });
    assert.is(handshake.status, status);
    assert.not.match(await handshake.text(), 'F1E2');
  }
  assert.is(asked(grid), 0);
});

secret(
  'only subscriptions of the list deliver and are validated, in whatever case they write their names',
  async (grid) => {
    for (const name of ['callistra-calls', 'CALLISTRA-CALLS', 'Callistra-Calls']) {
      assert.is((await grid.post(BODY, { headers: { 'aeg-subscription-name': name } })).status, 200);
    }
    for (const name of ['callistra-calls2', 'callistra', 'callistra-calls,callistra-calls', undefined]) {
      const headers = { 'aeg-subscription-name': name };
      assert.is((await grid.post('{', { headers })).status, 403, name);
      assert.is(
        (await grid.post(JSON.stringify([validation()]), { headers: { ...headers, ...VALIDATION } })).status,
        403,
      );
    }
    assert.is((await grid.ask({ headers: { 'aeg-subscription-name': 'stranger' } })).status, 403);
    assert.is(asked(grid), 3);
  },
);

secret('what names a call is a callback of ACS and needs what those need, whatever its headers say', async (grid) => {
  for (const query of [`?call=${CALL}`, `?secret=${SECRET}`, `?call=${CALL}&secret=${SECRET}`, '?call=']) {
    assert.is((await grid.post(BODY, { query })).status, 401, query);
  }
  const headers = { 'aeg-event-type': 'Notification', 'x-callistra-event-grid-secret': GRID_SECRET };
  assert.is((await deliver(grid, JSON.stringify(event()), { headers })).statusCode, 200);
  assert.equal([asked(grid), grid.fake.asked.recordCallbacks.length], [0, 1]);
});

secret('the secret opens nothing for what does not come as Event Grid', async (grid) => {
  const headers = { 'aeg-event-type': undefined, 'aeg-subscription-name': undefined };
  assert.is((await grid.post(BODY, { headers })).status, 401);
  assert.is(asked(grid), 0);
});

secret('refusals are counted, and no secret or number is written anywhere', async (grid) => {
  await grid.post(BODY, { headers: { 'x-callistra-event-grid-secret': 'x' } });
  await grid.post(BODY, { headers: { 'aeg-subscription-name': 'stranger' } });
  const metrics = await grid.metrics();
  assert.match(metrics, 'callistra_event_grid_refusals_total{reason="wrong-secret"} 1');
  assert.match(metrics, 'callistra_event_grid_refusals_total{reason="foreign-subscription"} 1');
  for (const text of [metrics, ...grid.logLines]) {
    assert.not.match(text, GRID_SECRET);
    assert.not.match(text, '15550142');
  }
});

const entra = suite<GridRig>('event-grid-token');
entra.before.each(async (context) => void Object.assign(context, await startGridRig('entra')));
entra.after.each((context) => context.close());

const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

entra('a token of Entra ID for Event Grid opens deliveries and both handshakes', async (grid) => {
  assert.is((await grid.post(BODY)).status, 200);
  const second = await grid.token({ iss: TENANT_ISSUER_V2, ver: '2.0', appid: undefined, azp: GRID_APPLICATION });
  assert.is((await grid.post(BODY, withToken(second))).status, 200);
  assert.is((await grid.ask()).status, 200);
  assert.is((await grid.post(JSON.stringify([validation()]), { headers: VALIDATION })).status, 200);
});

entra('a token of another tenant, audience, application or without the role opens nothing', async (grid) => {
  const { privateKey } = await generateKeyPair('RS256');
  const foreign: readonly [string, number][] = [
    [await grid.token({ iss: 'https://sts.windows.net/99999999-2222-4333-8444-555555555555/' }), 401],
    [await grid.token({ exp: 1 }), 401],
    [await grid.tenant.sign({ iss: TENANT_ISSUER_V2 }, { key: privateKey }), 401],
    [await grid.token({ aud: 'api://another' }), 403],
    [await grid.token({ appid: '99999999-9cdb-44cf-a8bf-237846a00ab7' }), 403],
    [await grid.token({ appid: undefined }), 403],
    [await grid.token({ ver: '2.0', azp: 'another' }), 403],
    [await grid.token({ roles: ['Another'] }), 403],
    [await grid.token({ roles: undefined }), 403],
    [await grid.token({ roles: GRID_ROLE }), 403],
    ['abc', 401],
  ];
  for (const [token, status] of foreign) {
    assert.is((await grid.post('{', withToken(token))).status, status, token);
    assert.is((await grid.ask(withToken(token))).status, status);
  }
  assert.is((await grid.post('{', { headers: { authorization: undefined } })).status, 401);
  assert.is(asked(grid), 0);
});

entra('the shared secret is no way in where tokens are asked for', async (grid) => {
  const headers = { authorization: undefined, 'x-callistra-event-grid-secret': GRID_SECRET };
  assert.is((await grid.post(BODY, { headers, query: `?eventGridSecret=${GRID_SECRET}` })).status, 401);
});

entra('while the keys of the tenant cannot be had a delivery may be sent again', async (grid) => {
  grid.tenant.breakDown(true);
  assert.is((await grid.post(BODY)).status, 503);
  grid.tenant.breakDown(false);
  await grid.clock.advance(2_000);
  assert.is((await grid.post(BODY)).status, 200);
});

const none = suite<GridRig>('event-grid-not-set-up');
none.before.each(async (context) => void Object.assign(context, await startGridRig('none')));
none.after.each((context) => context.close());

none('without settings for Event Grid whoever speaks in its name is a stranger', async (grid) => {
  assert.is((await grid.post(BODY)).status, 401);
  assert.is((await grid.post(JSON.stringify([validation()]), { headers: VALIDATION })).status, 401);
  assert.is((await grid.ask()).status, 401);
  assert.is(asked(grid), 0);
});

none('a list without names, with names that none can have, or a hash that is none stop the start', () => {
  const staff = { mode: 'loopback' } as const;
  const check = (subscriptions: readonly string[], hash: string) =>
    assertConfig({
      publicBaseUrl: 'https://calls.example',
      callbackUrlAllow: [],
      staff,
      eventGrid: { subscriptions, auth: { mode: 'secret', sha256: hash } },
    });
  const isRefused = (error: unknown) => error instanceof HttpConfigError && error.code === 'HTTP_BAD_EVENT_GRID';
  check(['callistra-calls'], sha256(GRID_SECRET));
  assert.throws(() => check([], sha256(GRID_SECRET)), isRefused);
  assert.throws(() => check(['a b c'], sha256(GRID_SECRET)), isRefused);
  assert.throws(() => check(['callistra-calls'], 'abc'), isRefused);
});

inUrl.run();
secret.run();
entra.run();
none.run();
