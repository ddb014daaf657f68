import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { deliver, type Rig, startRig } from './rig.ts';
import { EVENTS_URL, event } from './samples.ts';

async function listen({ server }: Rig): Promise<number> {
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}

/** Sends raw bytes and reads until the server closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return answer;
}

test('a client that never finishes its headers or its body is told so and dropped', async () => {
  const rig = await startRig({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 } });
  const port = await listen(rig);
  for (const bytes of [
    'GET /health/live HTTP/1.1\r\nhost: localhost\r\n',
    'POST /api/calls/initiate/M-1 HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  ]) {
    const answer = await exchange(port, bytes);
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.match(answer, 'application/problem+json');
    assert.match(answer, '"code":"REQUEST_TIMEOUT"');
  }
  assert.is(rig.fake.asked.initiate.length, 0);
  await rig.close();
});

test('what is not HTTP, or has headers beyond measure, is a problem', async () => {
  const rig = await startRig();
  const port = await listen(rig);
  assert.match(await exchange(port, 'HELLO 15550142\r\n\r\n'), /^HTTP\/1\.1 400 .*"code":"BAD_REQUEST"/s);
  const large = `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`;
  assert.match(await exchange(port, large), /^HTTP\/1\.1 431 .*"code":"HEADERS_TOO_LARGE"/s);
  await rig.close();
});

test('more requests at a time than allowed are turned away, and let in again afterwards', async () => {
  const rig = await startRig({ limits: { maxInFlight: 1 } });
  let open = () => {};
  rig.fake.gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const waiting = deliver(rig, JSON.stringify(event()));
  while (rig.fake.asked.recordCallbacks.length === 0) await new Promise(setImmediate);
  const refused = await deliver(rig, JSON.stringify(event()));
  assert.is(refused.statusCode, 503);
  assert.is(refused.json().code, 'OVERLOADED');
  assert.ok(refused.headers['retry-after']);
  assert.is((await rig.server.inject('/health/live')).statusCode, 200);
  open();
  assert.is((await waiting).statusCode, 200);
  assert.is((await deliver(rig, JSON.stringify(event()))).statusCode, 200);
  assert.is(rig.fake.asked.recordCallbacks.length, 2);
  await rig.close();
});

test('too much memory turns everything away but the question whether the process lives', async () => {
  for (const limits of [{ maxHeapBytes: 1 }, { maxRssBytes: 1 }]) {
    const rig = await startRig({ limits });
    assert.is((await rig.server.inject('/api/calls')).json().code, 'OVERLOADED');
    assert.is((await deliver(rig, JSON.stringify(event()))).statusCode, 503);
    assert.is((await rig.server.inject('/health/live')).statusCode, 200);
    assert.is(rig.fake.asked.recordCallbacks.length, 0);
    await rig.close();
  }
});

test('a loop that is late again and again turns callbacks away, and lets them in when it is free', async () => {
  const rig = await startRig({ limits: { maxEventLoopDelayMs: 10, loadSampleMs: 50 } });
  const token = await rig.issuer.sign();
  const codeOf = async () => (await deliver(rig, JSON.stringify(event()), { token })).json().code;
  /** Longer than from one look to the next, which comes before the second turn. */
  const hog = async () => {
    const untilMs = performance.now() + 80;
    while (performance.now() < untilMs);
    for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate);
  };
  await until('it is too much', async () => {
    await hog();
    await hog();
    return (await codeOf()) === 'OVERLOADED';
  });
  assert.is((await rig.server.inject('/api/calls')).json().code, 'OVERLOADED');
  assert.is((await rig.server.inject('/health/live')).statusCode, 200);
  await until('it is free', async () => (await codeOf()) === undefined);
  await rig.close();
});

test('closing lets a request that is being worked on finish, and takes no other', async () => {
  const rig = await startRig();
  const port = await listen(rig);
  let open = () => {};
  rig.fake.gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await rig.issuer.sign()}` };
  const first = request({ port, path: EVENTS_URL, method: 'POST', headers }).end(JSON.stringify(event()));
  const answered = once(first, 'response');
  while (rig.fake.asked.recordCallbacks.length === 0) await new Promise(setImmediate);
  // A second request on a connection that is in use reaches the server while it closes.
  const pipelined = exchangeWhileBusy(port, `${EVENTS_URL}`, headers);
  while (rig.fake.asked.recordCallbacks.length < 2) await new Promise(setImmediate);
  const closed = rig.close();
  await new Promise(setImmediate);
  pipelined.sendAnother();
  open();
  const [response] = await answered;
  assert.is(response.statusCode, 200);
  response.resume();
  const answers = await pipelined.answers;
  assert.match(answers, /^HTTP\/1\.1 200 /);
  await closed;
  assert.is(rig.fake.asked.recordCallbacks.length, 2);
});

function exchangeWhileBusy(port: number, path: string, headers: Record<string, string>) {
  const body = JSON.stringify(event());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`POST ${path} HTTP/1.1`, 'host: localhost', `content-length: ${body.length}`, ...lines].join('\r\n');
  const text = `${head}\r\n\r\n${body}`;
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  return { sendAnother: () => socket.write(text), answers: once(socket, 'close').then(() => answer) };
}

test.run();
