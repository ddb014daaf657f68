import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallBody, operationPath, type RawRequest, send, sendSigned, signature } from './raw.ts';
import { clientOf, errorOf } from './rig.ts';
import { rigTest } from './suite.ts';

const create: RawRequest = { method: 'POST', path: operationPath(), body: createCallBody() };
const MINUTE_MS = 60_000;
const dateOff = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toUTCString();

rigTest('a request signed over method, path, date, host and body is let in', {}, async ({ simulator }) => {
  assert.is((await sendSigned(simulator.url, create)).status, 201);
});

rigTest('an unsigned request is refused with 401/7509', {}, async ({ simulator }) => {
  const answer = await send(simulator.url, create);
  assert.is(answer.status, 401);
  assert.is(answer.json.error.code, '7509');
});

rigTest('a signature by another key is refused', {}, async ({ simulator }) => {
  const answer = await sendSigned(simulator.url, create, { key: Buffer.from('another').toString('base64') });
  assert.is(answer.status, 401);
});

rigTest('a body other than the signed one is refused', {}, async ({ simulator }) => {
  const answer = await sendSigned(simulator.url, create, { signedBody: createCallBody({ sourceDisplayName: 'x' }) });
  assert.is(answer.status, 401);
  assert.match(answer.json.error.message, 'content hash');
});

rigTest('a signature for one path does not open another', {}, async ({ simulator }) => {
  const headers = signature(simulator.url, { ...create, path: operationPath('/x:terminate') });
  assert.is((await send(simulator.url, { ...create, headers })).status, 401);
});

rigTest('a date is accepted 14 minutes off and refused 16 minutes off, either way', {}, async ({ simulator }) => {
  const get = { method: 'GET', path: operationPath('/unknown') };
  for (const minutes of [-14, 14]) {
    assert.is((await sendSigned(simulator.url, get, { date: dateOff(minutes) })).status, 404);
  }
  for (const minutes of [-16, 16]) {
    assert.is((await sendSigned(simulator.url, get, { date: dateOff(minutes) })).status, 401);
  }
});

rigTest('the same signature is welcome again, for the SDK resends it', {}, async ({ simulator }) => {
  const get = { method: 'GET', path: operationPath('/unknown') };
  const headers = signature(simulator.url, get);
  for (let i = 0; i < 2; i++) assert.is((await send(simulator.url, { ...get, headers })).status, 404);
});

rigTest('a bearer token over http is refused', {}, async ({ simulator }) => {
  const headers = { ...signature(simulator.url, create), Authorization: 'Bearer abc' };
  assert.is((await send(simulator.url, { ...create, headers })).status, 401);
});

rigTest(
  'a request without api-version, or with nonsense for one, is refused with 400/8523',
  {},
  async ({ simulator }) => {
    for (const path of ['/calling/callConnections', operationPath('', 'latest')]) {
      const answer = await sendSigned(simulator.url, { ...create, path });
      assert.is(answer.status, 400);
      assert.is(answer.json.error.code, '8523');
    }
  },
);

rigTest('an older api-version of the SDK is served', {}, async ({ simulator }) => {
  const client = clientOf(simulator, { apiVersion: '2025-05-15' });
  const error = await errorOf(client.getCallConnection('unknown').getCallConnectionProperties());
  assert.is(error?.statusCode, 404);
  assert.is(error?.code, '8522');
});

test.run();
