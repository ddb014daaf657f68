import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import type { Received } from './receiver.ts';
import { ask, call, connectedCall, endOf, errorOf, MEMBER, text } from './rig.ts';
import { LASTING, rigTest } from './suite.ts';

const SILENT = { defaultMember: 'silent-mailbox' } as const;
const tokenOf = (one: Received | undefined) => one?.headers.authorization?.replace(/^Bearer /, '') ?? '';

rigTest(
  'an answered call sends CallConnected and ParticipantsUpdated, in an order that the seed decides',
  { callsPerCallerId: 0 },
  async (rig) => {
    for (let i = 0; i < 10; i++) await call(rig, `+1555020${i}`);
    await until('all events', () => rig.receiver.events().length === 20);
    const firsts = rig.simulator.calls().map(({ callConnectionId }) => {
      const [first] = rig.receiver.events().filter(({ data }) => data.callConnectionId === callConnectionId);
      return first?.type.replace('Microsoft.Communication.', '');
    });
    assert.equal([...new Set(firsts)].sort(), ['CallConnected', 'ParticipantsUpdated']);
  },
);

rigTest('an event is an array of one CloudEvent with its members in the order of the service', SILENT, async (rig) => {
  const { media } = await connectedCall(rig);
  await ask(media, 'q-1');
  await endOf(rig, 'q-1');
  const last = rig.receiver.received.at(-1);
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
});

rigTest('members that are particular to a type come before the common ones', {}, async (rig) => {
  const { media } = await connectedCall(rig);
  await ask(media, 'q-1');
  await endOf(rig, 'q-1');
  const event = await rig.receiver.event('RecognizeCompleted');
  assert.equal(Object.keys(event.data).slice(0, 4), ['recognitionType', 'dtmfResult', 'version', 'operationContext']);
  const participants = await rig.receiver.event('ParticipantsUpdated');
  assert.equal(Object.keys(participants.data).slice(0, 3), ['participants', 'sequenceNumber', 'version']);
  assert.not('operationContext' in participants.data);
});

rigTest('an operationContext that was not given is absent', {}, async (rig) => {
  await connectedCall(rig, MEMBER, { operationContext: undefined } as object);
  const connected = await rig.receiver.event('CallConnected');
  assert.not('operationContext' in connected.data);
});

rigTest('the callback URI comes back byte for byte', {}, async (rig) => {
  const query = "/Path/../%7e?q='|'&a=%2f&b=+&c=%C3%A9&&d=;x&secret=A%2Bb==";
  const invite = { targetParticipant: { phoneNumber: MEMBER }, sourceCallIdNumber: { phoneNumber: '+15550199' } };
  await rig.client.createCall(invite, `${rig.receiver.url}${query}`);
  await rig.receiver.event('CallConnected');
  assert.ok(rig.receiver.received.every(({ url }) => url === query));
});

rigTest('an operationCallbackUri takes the events of its operation, and only those', LASTING, async (rig) => {
  const { media, connection } = await connectedCall(rig);
  const elsewhere = '/elsewhere?token=%7E1';
  await media.playToAll([text('x')], { operationContext: 'p', operationCallbackUrl: rig.receiver.url + elsewhere });
  await endOf(rig, 'p');
  await ask(media, 'q', { operationCallbackUrl: rig.receiver.url + elsewhere } as object);
  await connection.hangUp(true);
  await rig.receiver.event('CallDisconnected');
  const paths = rig.receiver.received.map(({ url, events }) => [events[0]?.type.split('.').at(-1), url === elsewhere]);
  assert.equal(paths.slice(2), [
    ['PlayStarted', true],
    ['PlayCompleted', true],
    ['RecognizeCanceled', true],
    ['CallDisconnected', false],
  ]);
});

rigTest('every event has a fresh token that verifies against the published keys', {}, async (rig) => {
  await connectedCall(rig);
  await until('two events', () => rig.receiver.received.length === 2);
  const configuration = await fetch(`${rig.simulator.url}/calling/.well-known/acsopenidconfiguration`);
  const { issuer, jwks_uri } = (await configuration.json()) as { issuer: string; jwks_uri: string };
  assert.is(issuer, rig.simulator.issuer);
  assert.is(issuer, rig.simulator.url);
  assert.is(jwks_uri, rig.simulator.jwksUrl);
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  const tokens = rig.receiver.received.map(tokenOf);
  for (const token of tokens) {
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience: rig.simulator.resourceId });
    assert.is(protectedHeader.alg, 'RS256');
    assert.is((payload.exp ?? 0) - (payload.iat ?? 0), 300);
  }
  assert.is(new Set(tokens).size, 2);
});

rigTest('published keys are public', {}, async ({ simulator }) => {
  const { keys } = (await (await fetch(simulator.jwksUrl)).json()) as { keys: Record<string, string>[] };
  assert.equal(Object.keys(keys[0] ?? {}).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

rigTest(
  'the issuer can be another, and the keys are still found',
  { issuer: 'https://issuer.example' },
  async (rig) => {
    await connectedCall(rig);
    const keys = createRemoteJWKSet(new URL(rig.simulator.jwksUrl));
    await jwtVerify(tokenOf(rig.receiver.received[0]), keys, { issuer: 'https://issuer.example' });
  },
);

rigTest('after a rotation new tokens name the new key, and old tokens still verify', {}, async (rig) => {
  const { connection } = await connectedCall(rig);
  const old = tokenOf(rig.receiver.received[0]);
  await rig.simulator.rotateKeys();
  await connection.hangUp(true);
  await rig.receiver.event('CallDisconnected');
  const next = tokenOf(rig.receiver.received.at(-1));
  assert.is.not(decodeProtectedHeader(next).kid, decodeProtectedHeader(old).kid);
  const keys = createRemoteJWKSet(new URL(rig.simulator.jwksUrl));
  for (const token of [old, next]) await jwtVerify(token, keys, { issuer: rig.simulator.issuer });
});

rigTest('an event that is not answered with 2xx is tried again, with its id and a new token', {}, async (rig) => {
  let refused = 0;
  rig.receiver.answerWith(({ events }) => {
    if (!events[0]?.type.endsWith('CallConnected') || refused === 2) return 200;
    refused++;
    return 503;
  });
  await call(rig);
  await until('both events delivered', () => rig.simulator.stats().callbacksSent === 2);
  const tries = rig.receiver.received.filter(({ events }) => events[0]?.type.endsWith('CallConnected'));
  assert.is(tries.length, 3);
  assert.is(new Set(tries.map(({ raw }) => raw)).size, 1);
  assert.is(new Set(tries.map(tokenOf)).size, 3);
  assert.is(rig.simulator.stats().callbacksLost, 0);
});

rigTest('an event is lost after the last try', { faults: { callbackAttempts: 2 } }, async (rig) => {
  rig.receiver.answerWith(() => 500);
  rig.simulator.setMember(MEMBER, 'busy');
  await call(rig);
  await until('the loss', () => rig.simulator.stats().callbacksLost === 1);
  assert.is(rig.receiver.received.length, 2);
  assert.is(rig.simulator.stats().callbackAttempts, 2);
  assert.is(rig.simulator.stats().callbacksPending, 0);
});

rigTest(
  'a receiver that does not answer in time is tried again',
  { faults: { callbackTimeoutMs: 250 } },
  async (rig) => {
    rig.simulator.setMember(MEMBER, 'busy');
    rig.receiver.answerWith(() => (rig.receiver.received.length === 1 ? undefined : 200));
    await call(rig);
    await until('the second try', () => rig.simulator.stats().callbacksSent === 1);
    assert.is(rig.receiver.received.length, 2);
  },
);

rigTest('a receiver that is not there costs the event, not the call', {}, async (rig) => {
  const invite = { targetParticipant: { phoneNumber: MEMBER }, sourceCallIdNumber: { phoneNumber: '+15550199' } };
  const { callConnection } = await rig.client.createCall(invite, 'http://127.0.0.1:9/nobody');
  await until('both events lost', () => rig.simulator.stats().callbacksLost === 2);
  assert.is((await callConnection.getCallConnectionProperties()).callConnectionState, 'connected');
});

rigTest('events of a call arrive in order when nothing goes wrong', {}, async (rig) => {
  const { media, connection } = await connectedCall(rig);
  for (let i = 0; i < 10; i++) await media.playToAll([text('x')], { operationContext: `p-${i}` });
  await endOf(rig, 'p-9');
  await connection.hangUp(true);
  await rig.receiver.event('CallDisconnected');
  const contexts = rig.receiver
    .events()
    .slice(2)
    .map(({ data }) => data.operationContext);
  const expected = Array.from({ length: 10 }, (_, i) => [`p-${i}`, `p-${i}`]).flat();
  assert.equal(contexts, [...expected, 'call-1']);
});

rigTest('closing in the middle of a call leaves nothing running', SILENT, async (rig) => {
  const { media } = await connectedCall(rig);
  await ask(media, 'q');
  await rig.simulator.close();
  const count = rig.receiver.received.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(rig.receiver.received.length, count);
  assert.ok(await errorOf(ask(media, 'r')));
});

test.run();
