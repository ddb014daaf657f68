import { createRemoteJWKSet, jwtVerify } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { createCallBody, operationPath, repeatability, sendSigned } from './raw.ts';
import { call, errorOf, MEMBER, text } from './rig.ts';
import { clockTest, connectedAt } from './suite.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

clockTest('a phone that nobody answers fails after 115 seconds with 408/560408', {}, async (rig, clock) => {
  rig.simulator.setMember(MEMBER, 'keeps-ringing');
  const { callConnection } = await call(rig);
  clock.advance(114_999);
  assert.is((await callConnection.getCallConnectionProperties()).callConnectionState, 'connecting');
  clock.advance(1);
  const failed = await rig.receiver.event('CreateCallFailed');
  assert.is(failed.data.resultInformation.subCode, 560408);
});

clockTest('a phone that rings longer than the limit fails at the limit', {}, async (rig, clock) => {
  rig.simulator.setMember(MEMBER, { ringMs: 116_000 });
  await call(rig);
  clock.advance(117_000);
  await rig.receiver.event('CreateCallFailed');
  assert.not(rig.receiver.types().includes('CallConnected'));
});

clockTest('a call is ended after 30 hours with 429/10110', {}, async (rig, clock) => {
  await connectedAt(rig, clock);
  clock.advance(30 * HOUR_MS - 1);
  assert.is(rig.simulator.calls()[0]?.state, 'connected');
  clock.advance(1);
  const ended = await rig.receiver.event('CallDisconnected');
  assert.is(ended.data.resultInformation.code, 429);
  assert.is(ended.data.resultInformation.subCode, 10110);
});

clockTest(
  'an ended call stays readable for as long as it is told to',
  { faults: { disconnectedReadableMs: 20_000 } },
  async (rig, clock) => {
    const { connection } = await connectedAt(rig, clock);
    await connection.hangUp(true);
    clock.advance(300);
    clock.advance(19_999);
    assert.is((await connection.getCallConnectionProperties()).callConnectionState, 'disconnected');
    clock.advance(1);
    assert.is((await errorOf(connection.getCallConnectionProperties()))?.statusCode, 404);
  },
);

clockTest('repeatability ids are forgotten with time', { faults: { repeatabilityMs: 2_000 } }, async (rig, clock) => {
  const request = { method: 'POST', path: operationPath(), body: createCallBody(), headers: repeatability() };
  await sendSigned(rig.simulator.url, request);
  clock.advance(1_999);
  await sendSigned(rig.simulator.url, request);
  assert.is(rig.simulator.stats().dials, 1);
  clock.advance(1);
  await sendSigned(rig.simulator.url, request);
  assert.is(rig.simulator.stats().dials, 2);
});

clockTest('a token is good for five minutes and not longer', {}, async (rig, clock) => {
  const startMs = clock.now();
  await connectedAt(rig, clock);
  const token = rig.receiver.received[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
  const keys = createRemoteJWKSet(new URL(rig.simulator.jwksUrl));
  const verifyAt = (atMs: number) => jwtVerify(token, keys, { currentDate: new Date(atMs) });
  await verifyAt(startMs + 4 * MINUTE_MS);
  const error = await errorOf(verifyAt(startMs + 6 * MINUTE_MS));
  assert.is(error?.code, 'ERR_JWT_EXPIRED');
});

clockTest('a rotated key stays in the set while its tokens may be under way, then goes', {}, async (rig, clock) => {
  const kids = async () => {
    const response = await fetch(rig.simulator.jwksUrl);
    const { keys } = (await response.json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const [old] = await kids();
  await rig.simulator.rotateKeys();
  assert.is((await kids()).length, 2);
  assert.is((await kids())[1], old);
  clock.advance(11 * MINUTE_MS);
  assert.is((await kids()).length, 1);
  assert.is.not((await kids())[0], old);
});

clockTest('a media operation before the answer fails after nine seconds with 500/9999', {}, async (rig, clock) => {
  rig.simulator.setMember(MEMBER, 'keeps-ringing');
  const { callConnection } = await call(rig);
  const failure = errorOf(callConnection.getCallMedia().playToAll([text('Hello')]));
  await until('the request', () => (rig.simulator.stats().requestsByOperation['play'] ?? 0) > 0);
  clock.advance(9_000);
  const error = await failure;
  assert.is(error?.statusCode, 500);
  assert.is(error?.code, '9999');
});

test.run();
