import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { call, clientOf, connectedCall, errorOf, MEMBER } from './support/bench.ts';
import { createCallBody, operationPath, repeatability, sendSigned } from './support/raw.ts';
import { benchTest, until } from './support/suite.ts';

const create = () => ({ method: 'POST', path: operationPath(), body: createCallBody(), headers: repeatability() });

benchTest(
  'a throttled request gets 429 without Retry-After and is not executed',
  { faults: { throttleRate: 1 } },
  async ({ simulator }) => {
    const answer = await sendSigned(simulator.url, create());
    assert.is(answer.status, 429);
    assert.is(answer.json.error.code, '8516');
    assert.not('retry-after' in answer.headers);
    assert.is(simulator.stats().dials, 0);
  },
);

benchTest(
  'a throttled request gets Retry-After when told to',
  { faults: { throttleRate: 1, retryAfterSeconds: 3 } },
  async ({ simulator }) => {
    assert.is((await sendSigned(simulator.url, create())).headers['retry-after'], '3');
  },
);

benchTest(
  'the SDK waits as it is told, repeats and gets its call',
  { faults: { throttleRate: 1, retryAfterSeconds: 0, requestFaultsMax: 2 } },
  async (bench) => {
    const patient = { ...bench, client: clientOf(bench.simulator, { retryOptions: { maxRetries: 3 } }) };
    const { callConnectionProperties } = await call(patient);
    assert.is(callConnectionProperties.callConnectionState, 'connecting');
    assert.is(bench.simulator.stats().requestFaults, 2);
    assert.is(bench.simulator.stats().dials, 1);
  },
);

benchTest('a server error is 500/8512 and not executed', { faults: { serverErrorRate: 1 } }, async ({ simulator }) => {
  const answer = await sendSigned(simulator.url, create());
  assert.is(answer.status, 500);
  assert.is(answer.json.error.code, '8512');
  assert.is(simulator.stats().dials, 0);
});

benchTest('a request can be ignored: neither executed nor answered', { faults: { timeoutRate: 1 } }, async (bench) => {
  const error = await errorOf(call(bench, MEMBER, { requestOptions: { timeout: 200 } }));
  assert.ok(error);
  assert.is(bench.simulator.stats().requests, 1);
  assert.is(bench.simulator.stats().dials, 0);
});

benchTest(
  'an answer can be lost by a reset: the phone rings, and the repetition is the same call',
  { faults: { loseAnswerRate: 1, requestOperations: ['createCall'], requestFaultsMax: 1 } },
  async ({ simulator }) => {
    const request = create();
    const error = await errorOf(sendSigned(simulator.url, request));
    assert.is(error?.code, 'ECONNRESET');
    assert.is(simulator.stats().dials, 1);
    const again = await sendSigned(simulator.url, request);
    assert.is(again.status, 201);
    assert.is(simulator.stats().dials, 1);
    assert.is(simulator.calls()[0]?.callConnectionId, again.json.callConnectionId);
  },
);

benchTest(
  'an answer can be lost in silence',
  { faults: { loseAnswerRate: 1, loseAnswerBy: 'silence' } },
  async (bench) => {
    const error = await errorOf(call(bench, MEMBER, { requestOptions: { timeout: 200 } }));
    assert.ok(error);
    await until(() => bench.simulator.stats().dials === 1, 'the dial');
  },
);

benchTest(
  'request faults touch only the operations that are named',
  { faults: { serverErrorRate: 1, requestOperations: ['terminate'] } },
  async (bench) => {
    const { connection } = await connectedCall(bench);
    assert.is((await errorOf(connection.hangUp(true)))?.statusCode, 500);
    await connection.hangUp(false);
  },
);

benchTest(
  'setting faults anew starts their count anew',
  { faults: { serverErrorRate: 1, requestFaultsMax: 1 } },
  async ({ simulator }) => {
    const statuses = async () =>
      [await sendSigned(simulator.url, create()), await sendSigned(simulator.url, create())].map(
        ({ status }) => status,
      );
    assert.equal(await statuses(), [500, 201]);
    simulator.setFaults({ requestFaultsMax: 1 });
    assert.is((await statuses())[0], 500);
  },
);

benchTest(
  'an invalid signature is refused before any fault',
  { faults: { serverErrorRate: 1 } },
  async ({ simulator }) => {
    assert.is((await sendSigned(simulator.url, create(), { key: 'b3RoZXI=' })).status, 401);
  },
);

test.run();
