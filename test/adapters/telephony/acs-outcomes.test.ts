import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createAcsTelephony } from '../../../src/adapters/telephony/acs.ts';
import { SENT_TYPES } from '../../../src/domain/call/bodies.ts';
import { freePort } from '../../support/free-port.ts';
import { ACCESS_KEY, acsError, json, type Provider, SPEECH, startProvider } from './provider.ts';
import { CALL, COMMANDS } from './samples.ts';

const test = suite<{ provider: Provider }>('acs-outcomes');
test.before.each(async (context) => {
  context.provider = await startProvider();
});
test.after.each((context) => context.provider.close());

const send = (provider: Provider, type: keyof typeof COMMANDS) => provider.telephony.send(COMMANDS[type], CALL);

test('a refusal is sent once and tells status and sub-code', async ({ provider }) => {
  provider.answerWith(acsError(404, '8522'));
  const outcome = await send(provider, 'CheckCall');
  assert.equal(outcome, { type: 'Rejected', status: 404, subCode: 8522, transient: false });
  assert.is(provider.seen.length, 1);
});

test('a service error is not repeated by the SDK: when to try again is our decision', async ({ provider }) => {
  provider.answerWith(acsError(500, '9999'));
  const outcome = await send(provider, 'AskQuestion');
  assert.equal(outcome, { type: 'Rejected', status: 500, subCode: 9999, transient: true });
  assert.is(provider.seen.length, 1);
});

test('throttling is passed on at once with the wait that was asked for', async ({ provider }) => {
  provider.answerWith(acsError(429, '8516', { 'retry-after': '30' }));
  const outcome = await send(provider, 'PlaceCall');
  assert.equal(outcome, { type: 'Rejected', status: 429, subCode: 8516, transient: true, retryAfterMs: 30_000 });
  assert.is(provider.seen.length, 1);
});

test('a server error after PlaceCall leaves it unknown whether the phone rings', async ({ provider }) => {
  provider.answerWith(acsError(500, '8512'));
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'server-error' });
});

test('a call that was created without an id is unknown', async ({ provider }) => {
  provider.answerWith(json(201, { callConnectionState: 'connecting' }));
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'server-error' });
});

test('answers that are no answer are unknown, and nothing is thrown', async ({ provider }) => {
  const bodies = ['<html>', '[', '"text"', 'null', '{"callConnectionId":5}'];
  for (const body of bodies) {
    provider.answerWith((response) => response.writeHead(201, { 'content-type': 'application/json' }).end(body));
    const outcome = await send(provider, 'PlaceCall');
    assert.equal(outcome, { type: 'Unknown', reason: 'server-error' }, body);
  }
  const packed = gzipSync('{"callConnectionId":"leg-1"}');
  provider.answerWith((response) => response.writeHead(201, { 'content-encoding': 'gzip' }).end(packed));
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'server-error' }, 'nobody asked for it');
  provider.answerWith((response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html>gateway</html>'),
  );
  assert.equal(await send(provider, 'SayMessage'), { type: 'Rejected', status: 502, subCode: 0, transient: true });
  provider.answerWith((response) => response.writeHead(400).end());
  assert.equal(await send(provider, 'SayMessage'), { type: 'Rejected', status: 400, subCode: 0, transient: false });
});

test('a check that tells no state is no answer', async ({ provider }) => {
  provider.answerWith(json(200, { callConnectionId: 'leg-2' }));
  assert.equal(await send(provider, 'CheckCall'), { type: 'Unknown', reason: 'server-error' });
});

test('a redirection is refused, not followed', async ({ provider }) => {
  provider.answerWith((response) => response.writeHead(307, { location: '/elsewhere' }).end());
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Rejected', status: 307, subCode: 0, transient: false });
  assert.is(provider.seen.length, 1);
});

test('another success than the one the SDK expects does not make a message fail', async ({ provider }) => {
  provider.answerWith((response) => response.writeHead(200).end());
  assert.equal(await send(provider, 'SayMessage'), { type: 'Accepted' });
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'server-error' });
});

test('a server that never answers is unknown in time, and its connection is given up', async () => {
  const provider = await startProvider(50);
  provider.answerWith(() => {});
  for (const type of SENT_TYPES) {
    const outcome = send(provider, type);
    assert.equal(await outcome, { type: 'Unknown', reason: 'timeout' }, type);
    for (const socket of provider.sockets) await once(socket, 'close');
  }
  assert.is(provider.sockets.size, 0);
  await provider.close();
});

test('a server that begins an answer and never ends it is unknown in time', async () => {
  const provider = await startProvider(50);
  provider.answerWith((response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"callConnectionId":"leg-1"');
  });
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'timeout' });
  for (const socket of provider.sockets) await once(socket, 'close');
  await provider.close();
});

test('a connection that breaks after the request was sent leaves it unknown', async ({ provider }) => {
  provider.answerWith((_response, request) => request.socket.resetAndDestroy());
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'connection-lost' });
  provider.answerWith((_response, request) => request.socket.end());
  assert.equal(await send(provider, 'AskQuestion'), { type: 'Unknown', reason: 'connection-lost' });
  provider.answerWith((response, request) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"call', () => request.socket.destroy());
  });
  assert.equal(await send(provider, 'PlaceCall'), { type: 'Unknown', reason: 'connection-lost' });
});

test('nobody listening means that nothing was sent', async () => {
  assert.equal(await sendTo(`http://127.0.0.1:${await freePort()}`), {
    type: 'Rejected',
    status: 0,
    subCode: 0,
    transient: true,
  });
});

test('a name that does not exist means that nothing was sent', async () => {
  const outcome = await sendTo('http://nobody.invalid');
  assert.equal(outcome, { type: 'Rejected', status: 0, subCode: 0, transient: true });
});

test('a credential that gets no token means that nothing was sent, and one that hangs is bounded', async () => {
  const refused = () => Promise.reject(Object.assign(new Error('no identity'), { name: 'CredentialUnavailableError' }));
  const refusing = telephonyWith(refused);
  const rejected = { type: 'Rejected', status: 0, subCode: 0, transient: true };
  assert.equal(await refusing.send(COMMANDS.SayMessage, CALL), rejected);
  const hanging = telephonyWith(() => new Promise<never>(() => {}));
  assert.equal(await hanging.send(COMMANDS.SayMessage, CALL), { type: 'Unknown', reason: 'timeout' });
});

test('an endpoint without encryption is refused unless it is asked for', () => {
  for (const connectionString of [`endpoint=http://127.0.0.1;accesskey=${ACCESS_KEY}`, 'endpoint=;accesskey=x', '']) {
    const options = { connectionString, cognitiveServicesEndpoint: SPEECH };
    assert.throws(
      () => createAcsTelephony(options),
      (error: { code?: string }) => error.code === 'TELEPHONY_BAD_ENDPOINT',
    );
  }
});

function telephonyWith(getToken: () => Promise<never>) {
  const endpoint = 'https://127.0.0.1:9';
  return createAcsTelephony({
    endpoint,
    credential: { getToken },
    cognitiveServicesEndpoint: SPEECH,
    requestTimeoutMs: 50,
  });
}

async function sendTo(endpoint: string) {
  const telephony = createAcsTelephony({
    connectionString: `endpoint=${endpoint};accesskey=${ACCESS_KEY}`,
    cognitiveServicesEndpoint: SPEECH,
    allowInsecureConnection: true,
  });
  const outcome = await telephony.send(COMMANDS.PlaceCall, CALL);
  await telephony.close();
  return outcome;
}

test.run();
