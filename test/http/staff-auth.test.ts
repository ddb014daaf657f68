import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertBindAllowed, assertConfig, type HttpConfig, HttpConfigError } from '../../src/http/config.ts';
import type { StaffConfig } from '../../src/identity/staff.ts';
import { sha256 } from '../support/sha256.ts';
import { deliver, startRig } from './rig.ts';
import { CALL, event } from './samples.ts';

const KEYS: StaffConfig = {
  mode: 'api-keys',
  keys: [
    { name: 'ana', sha256: sha256('key-of-ana'), roles: ['Coordinator'] },
    { name: 'carl', sha256: sha256('key-of-carl').toUpperCase(), roles: ['Compliance'] },
    { name: 'olga', sha256: sha256('key-of-olga'), roles: ['Operator'] },
  ],
};

const BASE: HttpConfig = { publicBaseUrl: 'https://calls.example', callbackUrlAllow: [], staff: { mode: 'loopback' } };

const ROUTES = [
  ['POST', '/api/calls/initiate/M-1', ['ana']],
  ['POST', `/api/calls/${CALL}/cancel`, ['ana']],
  ['GET', '/api/calls', ['ana', 'carl']],
  ['GET', `/api/calls/status/${CALL}`, ['ana', 'carl']],
  ['GET', '/metrics', ['olga']],
  ['GET', '/api/quarantine', ['olga']],
  ['POST', '/api/quarantine/item-1/release', ['olga']],
] as const;

test('every staff route is open to its roles only', async () => {
  const rig = await startRig({ staff: KEYS });
  for (const [method, url, allowed] of ROUTES) {
    for (const name of ['ana', 'carl', 'olga'] as const) {
      const good = (allowed as readonly string[]).includes(name);
      for (const headers of [{ authorization: `Bearer key-of-${name}` }, { 'x-api-key': `key-of-${name}` }]) {
        const response = await rig.server.inject({ method, url, headers });
        assert.is(response.statusCode < 300, good, `${name} ${method} ${url}`);
        if (!good) assert.is(response.json().code, 'FORBIDDEN');
      }
    }
  }
  assert.is(rig.fake.asked.initiate[0]?.[0].actor, 'coordinator:ana');
  await rig.close();
});

test('nobody gets in without a key that is known', async () => {
  const rig = await startRig({ staff: KEYS });
  const headers = [
    {},
    { authorization: '' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer nobody' },
    { authorization: `Bearer ${sha256('key-of-ana')}` },
    { authorization: 'Basic key-of-ana' },
    { 'x-api-key': '' },
    { 'x-api-key': 'key-of-an' },
  ];
  for (const [method, url] of ROUTES) {
    for (const each of headers) {
      const response = await rig.server.inject({ method, url, headers: each });
      assert.is(response.statusCode, 401, JSON.stringify(each));
      assert.is(response.json().code, 'UNAUTHENTICATED');
    }
  }
  assert.equal([rig.fake.asked.initiate, rig.fake.asked.cancel, rig.fake.asked.list], [[], [], []]);
  await rig.close();
});

test('who may not ask is not told what is wrong with the question', async () => {
  const rig = await startRig({ staff: KEYS });
  const response = await rig.server.inject({ method: 'POST', url: '/api/calls/initiate/a%20b', payload: '{' });
  assert.is(response.statusCode, 401);
  await rig.close();
});

test('a page of another site cannot use the loopback address', async () => {
  const rig = await startRig();
  const refused = [
    { host: 'evil.example' },
    { host: 'evil.example:8080' },
    { host: '127.0.0.1.evil.example' },
    { host: 'calls.example' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
  ];
  for (const [method, url] of ROUTES) {
    for (const headers of refused) {
      const response = await rig.server.inject({ method, url, headers });
      assert.is(response.statusCode, 403, `${url} ${JSON.stringify(headers)}`);
    }
    for (const headers of [
      {},
      { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' },
      { host: '[::1]:8080' },
      { host: 'LOCALHOST', 'sec-fetch-site': 'same-origin' },
    ]) {
      const response = await rig.server.inject({ method, url, headers });
      assert.ok(response.statusCode < 300, `${url} ${JSON.stringify(headers)} ${response.body}`);
    }
  }
  await rig.close();
});

test('a name that is bound to this machine does not open the pages without a login either', async () => {
  const rig = await startRig();
  for (const url of ['/health/live', '/health/ready', '/docs', '/docs/json']) {
    assert.is((await rig.server.inject({ url, headers: { host: 'evil.example' } })).statusCode, 403, url);
    assert.is((await rig.server.inject({ url, headers: { host: 'calls.example' } })).statusCode, 200, url);
  }
  await rig.close();
});

test('a peer that is not this machine is nobody in loopback mode', async () => {
  const rig = await startRig();
  const response = await rig.server.inject({ url: '/api/calls', remoteAddress: '203.0.113.9' });
  assert.is(response.statusCode, 403);
  await rig.close();
});

test('over a real connection the coordinator of this machine is let in', async () => {
  const rig = await startRig();
  await rig.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = rig.server.server.address() as AddressInfo;
  const statuses: (number | undefined)[] = [];
  for (const host of [`127.0.0.1:${port}`, 'rebound.example']) {
    const [response] = await once(request({ port, path: '/api/calls', headers: { host } }).end(), 'response');
    statuses.push(response.statusCode);
    response.resume();
  }
  assert.equal(statuses, [200, 403]);
  await rig.close();
});

test('callbacks come through tunnels and proxies, under any name', async () => {
  const rig = await startRig();
  const headers = { host: 'tunnel.example', 'x-forwarded-for': '203.0.113.9' };
  assert.is((await deliver(rig, JSON.stringify(event()), { headers })).statusCode, 200);
  await rig.close();
});

test('a staff key does not open the callbacks', async () => {
  const rig = await startRig({ staff: KEYS });
  const headers = { 'x-api-key': 'key-of-ana' };
  assert.is((await deliver(rig, JSON.stringify(event()), { headers, token: 'key-of-ana' })).statusCode, 401);
  await rig.close();
});

const hasCode = (code: string) => (error: unknown) => error instanceof HttpConfigError && error.code === code;

test('without staff keys only loopback addresses are listened on', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) assertBindAllowed(host, BASE);
  for (const host of ['0.0.0.0', '::', '', '10.0.0.1', '127.0.0.1.example', '1.127.0.0.1', 'example.org']) {
    assert.throws(() => assertBindAllowed(host, BASE), hasCode('HTTP_BIND_REFUSED'));
    assertBindAllowed(host, { ...BASE, staff: KEYS });
  }
});

test('settings that can never work are refused at the start', () => {
  const key = { name: 'ana', sha256: sha256('x'), roles: [] };
  for (const keys of [[], [{ ...key, sha256: 'abc' }], [{ ...key, name: '' }], [{ ...key, name: 'a b' }]]) {
    assert.throws(() => assertConfig({ ...BASE, staff: { mode: 'api-keys', keys } }), hasCode('HTTP_BAD_API_KEY'));
  }
  assert.throws(() => assertConfig({ ...BASE, publicBaseUrl: 'calls.example' }), hasCode('HTTP_BAD_URL'));
  assert.throws(() => assertConfig({ ...BASE, callbackUrlAllow: ['*'] }), hasCode('HTTP_BAD_URL'));
});

test.run();
