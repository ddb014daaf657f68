import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { call, connectedCall, errorOf, MEMBER } from './support/bench.ts';
import { createCallBody, operationPath, sendSigned } from './support/raw.ts';
import { benchTest, until } from './support/suite.ts';

const others = ['+15550101', '+15550102', '+15550103'] as const;

benchTest('a third call from one number is throttled with 429/8530 and no Retry-After', {}, async (bench) => {
  await call(bench, others[0]);
  await call(bench, others[1]);
  const third = await sendSigned(bench.simulator.url, {
    method: 'POST',
    path: operationPath(),
    body: createCallBody(),
  });
  assert.is(third.status, 429);
  assert.is(third.json.error.code, '8530');
  assert.not('retry-after' in third.headers);
  assert.is(bench.simulator.stats().dials, 2);
});

benchTest(
  'the throttle names a time to wait when told to',
  { callsPerCallerId: 1, faults: { tooManyCalls: 'throttle-retry-after', retryAfterSeconds: 7 } },
  async (bench) => {
    await call(bench, others[0]);
    const second = await sendSigned(bench.simulator.url, {
      method: 'POST',
      path: operationPath(),
      body: createCallBody(),
    });
    assert.is(second.status, 429);
    assert.is(second.headers['retry-after'], '7');
  },
);

benchTest(
  'the excess can also come as CreateCallFailed 603/560603, without sipDetails and without ringing',
  { callsPerCallerId: 1, faults: { tooManyCalls: 'create-call-failed' } },
  async (bench) => {
    await call(bench, others[0]);
    await call(bench, MEMBER);
    const failed = await bench.receiver.event('CreateCallFailed');
    assert.is(failed.data.resultInformation.subCode, 560603);
    assert.not(failed.data.resultInformation.sipDetails);
    assert.not(MEMBER in bench.simulator.stats().ringsByNumber);
  },
);

benchTest('an ended call makes room for the next', { callsPerCallerId: 1 }, async (bench) => {
  const { connection } = await connectedCall(bench, others[0]);
  assert.is((await errorOf(call(bench, others[1])))?.statusCode, 429);
  await connection.hangUp(true);
  await bench.receiver.event('CallDisconnected');
  await call(bench, others[1]);
  assert.is(bench.simulator.stats().dials, 2);
});

benchTest('another caller number has its own places', { callsPerCallerId: 1 }, async (bench) => {
  await call(bench, others[0]);
  const body = createCallBody({ sourceCallerIdNumber: { value: '+15550198' } });
  assert.is((await sendSigned(bench.simulator.url, { method: 'POST', path: operationPath(), body })).status, 201);
});

benchTest('a limit of 0 is no limit', { callsPerCallerId: 0 }, async (bench) => {
  await Promise.all(others.map((number) => call(bench, number)));
  await until(() => bench.simulator.calls().length === 3, 'three calls');
});

test.run();
