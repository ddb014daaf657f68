import { createRemoteJWKSet, jwtVerify } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { call, errorOf, MEMBER, text } from './support/bench.ts';
import { createCallBody, operationPath, repeatability, sendSigned } from './support/raw.ts';
import { clockTest, connectedAt, until } from './support/suite.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

clockTest('a phone that nobody answers fails after 115 seconds with 408/560408', {}, async (bench, clock) => {
  bench.simulator.setMember(MEMBER, 'keeps-ringing');
  const { callConnection } = await call(bench);
  clock.advance(114_999);
  assert.is((await callConnection.getCallConnectionProperties()).callConnectionState, 'connecting');
  clock.advance(1);
  const failed = await bench.receiver.event('CreateCallFailed');
  assert.is(failed.data.resultInformation.subCode, 560408);
});

clockTest('a phone that rings longer than the limit fails at the limit', {}, async (bench, clock) => {
  bench.simulator.setMember(MEMBER, { ringMs: 116_000 });
  await call(bench);
  clock.advance(117_000);
  await bench.receiver.event('CreateCallFailed');
  assert.not(bench.receiver.types().includes('CallConnected'));
});

clockTest('a call is ended after 30 hours with 429/10110', {}, async (bench, clock) => {
  await connectedAt(bench, clock);
  clock.advance(30 * HOUR_MS - 1);
  assert.is(bench.simulator.calls()[0]?.state, 'connected');
  clock.advance(1);
  const ended = await bench.receiver.event('CallDisconnected');
  assert.is(ended.data.resultInformation.code, 429);
  assert.is(ended.data.resultInformation.subCode, 10110);
});

clockTest(
  'an ended call stays readable for as long as it is told to',
  { faults: { disconnectedReadableMs: 20_000 } },
  async (bench, clock) => {
    const { connection } = await connectedAt(bench, clock);
    await connection.hangUp(true);
    clock.advance(300);
    clock.advance(19_999);
    assert.is((await connection.getCallConnectionProperties()).callConnectionState, 'disconnected');
    clock.advance(1);
    assert.is((await errorOf(connection.getCallConnectionProperties()))?.statusCode, 404);
  },
);

clockTest('repeatability ids are forgotten with time', { faults: { repeatabilityMs: 2_000 } }, async (bench, clock) => {
  const request = { method: 'POST', path: operationPath(), body: createCallBody(), headers: repeatability() };
  await sendSigned(bench.simulator.url, request);
  clock.advance(1_999);
  await sendSigned(bench.simulator.url, request);
  assert.is(bench.simulator.stats().dials, 1);
  clock.advance(1);
  await sendSigned(bench.simulator.url, request);
  assert.is(bench.simulator.stats().dials, 2);
});

clockTest('a token is good for five minutes and not longer', {}, async (bench, clock) => {
  const startMs = clock.now();
  await connectedAt(bench, clock);
  const token = bench.receiver.received[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
  const keys = createRemoteJWKSet(new URL(bench.simulator.jwksUrl));
  const verifyAt = (atMs: number) => jwtVerify(token, keys, { currentDate: new Date(atMs) });
  await verifyAt(startMs + 4 * MINUTE_MS);
  const error = await errorOf(verifyAt(startMs + 6 * MINUTE_MS));
  assert.is(error?.code, 'ERR_JWT_EXPIRED');
});

clockTest('a rotated key stays in the set while its tokens may be under way, then goes', {}, async (bench, clock) => {
  const kids = async () => {
    const response = await fetch(bench.simulator.jwksUrl);
    const { keys } = (await response.json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const [old] = await kids();
  await bench.simulator.rotateKeys();
  assert.is((await kids()).length, 2);
  assert.is((await kids())[1], old);
  clock.advance(11 * MINUTE_MS);
  assert.is((await kids()).length, 1);
  assert.is.not((await kids())[0], old);
});

clockTest('a media operation before the answer fails after nine seconds with 500/9999', {}, async (bench, clock) => {
  bench.simulator.setMember(MEMBER, 'keeps-ringing');
  const { callConnection } = await call(bench);
  const failure = errorOf(callConnection.getCallMedia().playToAll([text('Hello')]));
  await until(() => (bench.simulator.stats().requestsByOperation['play'] ?? 0) > 0, 'the request');
  clock.advance(9_000);
  const error = await failure;
  assert.is(error?.statusCode, 500);
  assert.is(error?.code, '9999');
});

test.run();
