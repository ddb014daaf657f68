import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { createCallBody, operationPath, sendSigned } from './raw.ts';
import { call, connectedCall, errorOf, MEMBER } from './rig.ts';
import { rigTest } from './suite.ts';

const others = ['+15550101', '+15550102', '+15550103'] as const;

rigTest('a third call from one number is throttled with 429/8530 and no Retry-After', {}, async (rig) => {
  await call(rig, others[0]);
  await call(rig, others[1]);
  const third = await sendSigned(rig.simulator.url, {
    method: 'POST',
    path: operationPath(),
    body: createCallBody(),
  });
  assert.is(third.status, 429);
  assert.is(third.json.error.code, '8530');
  assert.not('retry-after' in third.headers);
  assert.is(rig.simulator.stats().dials, 2);
});

rigTest(
  'the throttle names a time to wait when told to',
  { callsPerCallerId: 1, faults: { tooManyCalls: 'throttle-retry-after', retryAfterSeconds: 7 } },
  async (rig) => {
    await call(rig, others[0]);
    const second = await sendSigned(rig.simulator.url, {
      method: 'POST',
      path: operationPath(),
      body: createCallBody(),
    });
    assert.is(second.status, 429);
    assert.is(second.headers['retry-after'], '7');
  },
);

rigTest(
  'the excess can also come as CreateCallFailed 603/560603, without sipDetails and without ringing',
  { callsPerCallerId: 1, faults: { tooManyCalls: 'create-call-failed' } },
  async (rig) => {
    await call(rig, others[0]);
    await call(rig, MEMBER);
    const failed = await rig.receiver.event('CreateCallFailed');
    assert.is(failed.data.resultInformation.subCode, 560603);
    assert.not(failed.data.resultInformation.sipDetails);
    assert.not(MEMBER in rig.simulator.stats().ringsByNumber);
  },
);

rigTest('an ended call makes room for the next', { callsPerCallerId: 1 }, async (rig) => {
  const { connection } = await connectedCall(rig, others[0]);
  assert.is((await errorOf(call(rig, others[1])))?.statusCode, 429);
  await connection.hangUp(true);
  await rig.receiver.event('CallDisconnected');
  await call(rig, others[1]);
  assert.is(rig.simulator.stats().dials, 2);
});

rigTest('another caller number has its own places', { callsPerCallerId: 1 }, async (rig) => {
  await call(rig, others[0]);
  const body = createCallBody({ sourceCallerIdNumber: { value: '+15550198' } });
  assert.is((await sendSigned(rig.simulator.url, { method: 'POST', path: operationPath(), body })).status, 201);
});

rigTest('a limit of 0 is no limit', { callsPerCallerId: 0 }, async (rig) => {
  await Promise.all(others.map((number) => call(rig, number)));
  await until('three calls', () => rig.simulator.calls().length === 3);
});

test.run();
