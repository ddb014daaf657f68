import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, call, connectedCall, endOf, errorOf, MEMBER, text } from './support/bench.ts';
import type { Received } from './support/receiver.ts';
import { benchTest, LASTING, until } from './support/suite.ts';

const SILENT = { defaultMember: 'silent-mailbox' } as const;
const tokenOf = (one: Received | undefined) => one?.headers.authorization?.replace(/^Bearer /, '') ?? '';

benchTest(
  'an answered call sends CallConnected and ParticipantsUpdated, in an order that the seed decides',
  { callsPerCallerId: 0 },
  async (bench) => {
    for (let i = 0; i < 10; i++) await call(bench, `+1555020${i}`);
    await until(() => bench.receiver.events().length === 20, 'all events');
    const firsts = bench.simulator.calls().map(({ callConnectionId }) => {
      const [first] = bench.receiver.events().filter(({ data }) => data.callConnectionId === callConnectionId);
      return first?.type.replace('Microsoft.Communication.', '');
    });
    assert.equal([...new Set(firsts)].sort(), ['CallConnected', 'ParticipantsUpdated']);
  },
);

benchTest(
  'an event is an array of one CloudEvent with its members in the order of the service',
  SILENT,
  async (bench) => {
    const { media } = await connectedCall(bench);
    await ask(media, 'q-1');
    await endOf(bench, 'q-1');
    const last = bench.receiver.received.at(-1);
    const [event, ...others] = JSON.parse(last?.raw ?? '[]');
    assert.is(others.length, 0);
    assert.is(last?.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(Object.keys(event), [
      'id',
      'source',
      'type',
      'data',
      'time',
      'specversion',
      'datacontenttype',
      'subject',
    ]);
    assert.equal(Object.keys(event.data), [
      'version',
      'operationContext',
      'resultInformation',
      'callConnectionId',
      'serverCallId',
      'correlationId',
      'publicEventType',
    ]);
    assert.is(event.type, 'Microsoft.Communication.RecognizeFailed');
    assert.is(event.data.publicEventType, event.type);
    assert.is(event.source, `calling/callConnections/${event.data.callConnectionId}`);
    assert.is(event.subject, event.source);
    assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/);
  },
);

benchTest('members that are particular to a type come before the common ones', {}, async (bench) => {
  const { media } = await connectedCall(bench);
  await ask(media, 'q-1');
  await endOf(bench, 'q-1');
  const event = await bench.receiver.event('RecognizeCompleted');
  assert.equal(Object.keys(event.data).slice(0, 4), ['recognitionType', 'dtmfResult', 'version', 'operationContext']);
  const participants = await bench.receiver.event('ParticipantsUpdated');
  assert.equal(Object.keys(participants.data).slice(0, 3), ['participants', 'sequenceNumber', 'version']);
  assert.not('operationContext' in participants.data);
});

benchTest('an operationContext that was not given is absent', {}, async (bench) => {
  await connectedCall(bench, MEMBER, { operationContext: undefined } as object);
  const connected = await bench.receiver.event('CallConnected');
  assert.not('operationContext' in connected.data);
});

benchTest('the callback URI comes back byte for byte', {}, async (bench) => {
  const query = "/Path/../%7e?q='|'&a=%2f&b=+&c=%C3%A9&&d=;x&secret=A%2Bb==";
  const invite = { targetParticipant: { phoneNumber: MEMBER }, sourceCallIdNumber: { phoneNumber: '+15550199' } };
  await bench.client.createCall(invite, `${bench.receiver.url}${query}`);
  await bench.receiver.event('CallConnected');
  assert.ok(bench.receiver.received.every(({ url }) => url === query));
});

benchTest('an operationCallbackUri takes the events of its operation, and only those', LASTING, async (bench) => {
  const { media, connection } = await connectedCall(bench);
  const elsewhere = '/elsewhere?token=%7E1';
  await media.playToAll([text('x')], { operationContext: 'p', operationCallbackUrl: bench.receiver.url + elsewhere });
  await endOf(bench, 'p');
  await ask(media, 'q', { operationCallbackUrl: bench.receiver.url + elsewhere } as object);
  await connection.hangUp(true);
  await bench.receiver.event('CallDisconnected');
  const paths = bench.receiver.received.map(({ url, events }) => [
    events[0]?.type.split('.').at(-1),
    url === elsewhere,
  ]);
  assert.equal(paths.slice(2), [
    ['PlayStarted', true],
    ['PlayCompleted', true],
    ['RecognizeCanceled', true],
    ['CallDisconnected', false],
  ]);
});

benchTest('every event has a fresh token that verifies against the published keys', {}, async (bench) => {
  await connectedCall(bench);
  await until(() => bench.receiver.received.length === 2, 'two events');
  const configuration = await fetch(`${bench.simulator.url}/calling/.well-known/acsopenidconfiguration`);
  const { issuer, jwks_uri } = (await configuration.json()) as { issuer: string; jwks_uri: string };
  assert.is(issuer, bench.simulator.issuer);
  assert.is(issuer, bench.simulator.url);
  assert.is(jwks_uri, bench.simulator.jwksUrl);
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  const tokens = bench.receiver.received.map(tokenOf);
  for (const token of tokens) {
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience: bench.simulator.resourceId });
    assert.is(protectedHeader.alg, 'RS256');
    assert.is((payload.exp ?? 0) - (payload.iat ?? 0), 300);
  }
  assert.is(new Set(tokens).size, 2);
});

benchTest('published keys are public', {}, async ({ simulator }) => {
  const { keys } = (await (await fetch(simulator.jwksUrl)).json()) as { keys: Record<string, string>[] };
  assert.equal(Object.keys(keys[0] ?? {}).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

benchTest(
  'the issuer can be another, and the keys are still found',
  { issuer: 'https://issuer.example' },
  async (bench) => {
    await connectedCall(bench);
    const keys = createRemoteJWKSet(new URL(bench.simulator.jwksUrl));
    await jwtVerify(tokenOf(bench.receiver.received[0]), keys, { issuer: 'https://issuer.example' });
  },
);

benchTest('after a rotation new tokens name the new key, and old tokens still verify', {}, async (bench) => {
  const { connection } = await connectedCall(bench);
  const old = tokenOf(bench.receiver.received[0]);
  await bench.simulator.rotateKeys();
  await connection.hangUp(true);
  await bench.receiver.event('CallDisconnected');
  const next = tokenOf(bench.receiver.received.at(-1));
  assert.is.not(decodeProtectedHeader(next).kid, decodeProtectedHeader(old).kid);
  const keys = createRemoteJWKSet(new URL(bench.simulator.jwksUrl));
  for (const token of [old, next]) await jwtVerify(token, keys, { issuer: bench.simulator.issuer });
});

benchTest('an event that is not answered with 2xx is tried again, with its id and a new token', {}, async (bench) => {
  let refused = 0;
  bench.receiver.answerWith(({ events }) => {
    if (!events[0]?.type.endsWith('CallConnected') || refused === 2) return 200;
    refused++;
    return 503;
  });
  await call(bench);
  await until(() => bench.simulator.stats().callbacksSent === 2, 'both events delivered');
  const tries = bench.receiver.received.filter(({ events }) => events[0]?.type.endsWith('CallConnected'));
  assert.is(tries.length, 3);
  assert.is(new Set(tries.map(({ raw }) => raw)).size, 1);
  assert.is(new Set(tries.map(tokenOf)).size, 3);
  assert.is(bench.simulator.stats().callbacksLost, 0);
});

benchTest('an event is lost after the last try', { faults: { callbackAttempts: 2 } }, async (bench) => {
  bench.receiver.answerWith(() => 500);
  bench.simulator.setMember(MEMBER, 'busy');
  await call(bench);
  await until(() => bench.simulator.stats().callbacksLost === 1, 'the loss');
  assert.is(bench.receiver.received.length, 2);
  assert.is(bench.simulator.stats().callbackAttempts, 2);
  assert.is(bench.simulator.stats().callbacksPending, 0);
});

benchTest(
  'a receiver that does not answer in time is tried again',
  { faults: { callbackTimeoutMs: 250 } },
  async (bench) => {
    bench.simulator.setMember(MEMBER, 'busy');
    bench.receiver.answerWith(() => (bench.receiver.received.length === 1 ? undefined : 200));
    await call(bench);
    await until(() => bench.simulator.stats().callbacksSent === 1, 'the second try');
    assert.is(bench.receiver.received.length, 2);
  },
);

benchTest('a receiver that is not there costs the event, not the call', {}, async (bench) => {
  const invite = { targetParticipant: { phoneNumber: MEMBER }, sourceCallIdNumber: { phoneNumber: '+15550199' } };
  const { callConnection } = await bench.client.createCall(invite, 'http://127.0.0.1:9/nobody');
  await until(() => bench.simulator.stats().callbacksLost === 2, 'both events lost');
  assert.is((await callConnection.getCallConnectionProperties()).callConnectionState, 'connected');
});

benchTest('events of a call arrive in order when nothing goes wrong', {}, async (bench) => {
  const { media, connection } = await connectedCall(bench);
  for (let i = 0; i < 10; i++) await media.playToAll([text('x')], { operationContext: `p-${i}` });
  await endOf(bench, 'p-9');
  await connection.hangUp(true);
  await bench.receiver.event('CallDisconnected');
  const contexts = bench.receiver
    .events()
    .slice(2)
    .map(({ data }) => data.operationContext);
  const expected = Array.from({ length: 10 }, (_, i) => [`p-${i}`, `p-${i}`]).flat();
  assert.equal(contexts, [...expected, 'call-1']);
});

benchTest('closing in the middle of a call leaves nothing running', SILENT, async (bench) => {
  const { media } = await connectedCall(bench);
  await ask(media, 'q');
  await bench.simulator.close();
  const count = bench.receiver.received.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(bench.receiver.received.length, count);
  assert.ok(await errorOf(ask(media, 'r')));
});

test.run();
