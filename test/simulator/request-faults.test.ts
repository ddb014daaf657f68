import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { createCallBody, operationPath, repeatability, sendSigned } from './raw.ts';
import { call, clientOf, connectedCall, errorOf, MEMBER } from './rig.ts';
import { rigTest } from './suite.ts';

const create = () => ({ method: 'POST', path: operationPath(), body: createCallBody(), headers: repeatability() });

rigTest(
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

rigTest(
  'a throttled request gets Retry-After when told to',
  { faults: { throttleRate: 1, retryAfterSeconds: 3 } },
  async ({ simulator }) => {
    assert.is((await sendSigned(simulator.url, create())).headers['retry-after'], '3');
  },
);

rigTest(
  'the SDK waits as it is told, repeats and gets its call',
  { faults: { throttleRate: 1, retryAfterSeconds: 0, requestFaultsMax: 2 } },
  async (rig) => {
    const patient = { ...rig, client: clientOf(rig.simulator, { retryOptions: { maxRetries: 3 } }) };
    const { callConnectionProperties } = await call(patient);
    assert.is(callConnectionProperties.callConnectionState, 'connecting');
    assert.is(rig.simulator.stats().requestFaults, 2);
    assert.is(rig.simulator.stats().dials, 1);
  },
);

rigTest('a server error is 500/8512 and not executed', { faults: { serverErrorRate: 1 } }, async ({ simulator }) => {
  const answer = await sendSigned(simulator.url, create());
  assert.is(answer.status, 500);
  assert.is(answer.json.error.code, '8512');
  assert.is(simulator.stats().dials, 0);
});

rigTest(
  'a 503 says when to come back, or does not, and was not executed or was, as told',
  { callsPerCallerId: 0 },
  async ({ simulator }) => {
    for (const [rate, dials] of [
      ['unavailableRate', 0],
      ['unavailableAfterRate', 1],
    ] as const) {
      for (const retryAfterSeconds of [null, 3, 3600]) {
        simulator.setFaults({ unavailableRate: 0, unavailableAfterRate: 0, [rate]: 1, retryAfterSeconds });
        const before = simulator.stats().dials;
        const request = create();
        const answer = await sendSigned(simulator.url, request);
        assert.is(answer.status, 503);
        assert.is(answer.headers['retry-after'], retryAfterSeconds === null ? undefined : String(retryAfterSeconds));
        assert.is(simulator.stats().dials - before, dials);
        simulator.setFaults({ [rate]: 0 });
        assert.is((await sendSigned(simulator.url, request)).status, 201);
        assert.is(simulator.stats().dials - before, 1, 'under the same id it is one call, whatever was answered');
      }
    }
  },
);

rigTest('a request can be ignored: neither executed nor answered', { faults: { timeoutRate: 1 } }, async (rig) => {
  const error = await errorOf(call(rig, MEMBER, { requestOptions: { timeout: 200 } }));
  assert.ok(error);
  assert.is(rig.simulator.stats().requests, 1);
  assert.is(rig.simulator.stats().dials, 0);
});

rigTest(
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

rigTest('an answer can be lost in silence', { faults: { loseAnswerRate: 1, loseAnswerBy: 'silence' } }, async (rig) => {
  const error = await errorOf(call(rig, MEMBER, { requestOptions: { timeout: 200 } }));
  assert.ok(error);
  await until('the dial', () => rig.simulator.stats().dials === 1);
});

rigTest(
  'request faults touch only the operations that are named',
  { faults: { serverErrorRate: 1, requestOperations: ['terminate'] } },
  async (rig) => {
    const { connection } = await connectedCall(rig);
    assert.is((await errorOf(connection.hangUp(true)))?.statusCode, 500);
    await connection.hangUp(false);
  },
);

rigTest(
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

rigTest(
  'an invalid signature is refused before any fault',
  { faults: { serverErrorRate: 1 } },
  async ({ simulator }) => {
    assert.is((await sendSigned(simulator.url, create(), { key: 'b3RoZXI=' })).status, 401);
  },
);

test.run();
