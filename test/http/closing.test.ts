import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createClosing } from '../../src/http/closing.ts';
import { rawConnection } from '../support/raw-connection.ts';
import { until } from '../support/until.ts';
import { deliver, type Rig, startRig } from './rig.ts';
import { CALL, EVENTS_URL, event } from './samples.ts';

let rig: Rig;
let closing: ReturnType<typeof createClosing>;

test.before.each(async () => {
  closing = createClosing();
  rig = await startRig({}, closing);
});
test.after.each(() => rig.close());

async function listen(): Promise<number> {
  await rig.server.listen({ host: '127.0.0.1', port: 0 });
  return (rig.server.server.address() as AddressInfo).port;
}

type Row = readonly [method: 'GET' | 'POST' | 'OPTIONS', url: string, status: number, body?: object];

/** While the server takes no new work: what ends calls, tells of them or looks at them goes on. */
const WHILE_LEAVING: readonly Row[] = [
  ['POST', '/api/calls/initiate/M-1', 503],
  ['POST', '/api/quarantine/1/release', 503],
  ['POST', '/api/quarantine/1/discard', 503, { reason: 'stray' }],
  ['POST', '/api/quarantine/discard', 503, { reason: 'stray', ids: ['1'] }],
  ['POST', `/api/calls/${CALL}/check`, 202, { reason: 'it hangs' }],
  ['POST', `/api/calls/${CALL}/close`, 202, { reason: 'it hangs' }],
  ['POST', '/api/calls/nowhere', 503],
  ['POST', `/api/calls/${CALL}/cancel`, 202],
  ['GET', `/api/calls/status/${CALL}`, 200],
  ['GET', '/api/calls', 200],
  ['GET', '/api/quarantine', 200],
  ['GET', '/metrics', 200],
  ['GET', '/health/live', 200],
  ['GET', '/health/ready', 503],
];

test('while it takes no new work, what tells of calls, ends them or looks at them is answered, on connections that close', async () => {
  closing.begin();
  for (const [method, url, status, payload] of WHILE_LEAVING) {
    const answer = await rig.server.inject({ method, url, ...(payload && { payload }) });
    assert.is(answer.statusCode, status, url);
    assert.is(answer.headers.connection, 'close', url);
    if (status === 503) assert.ok(Number(answer.headers['retry-after']) > 0, url);
  }
  assert.is(rig.fake.asked.initiate.length, 0);
  assert.is((await deliver(rig, JSON.stringify(event()))).statusCode, 200);
  assert.is(rig.fake.asked.recordCallbacks.length, 1);
});

test('when it is shut nothing but the question whether it lives is answered', async () => {
  closing.begin();
  closing.shut();
  for (const [method, url, , payload] of WHILE_LEAVING) {
    const answer = await rig.server.inject({ method, url, ...(payload && { payload }) });
    assert.is(answer.statusCode, url === '/health/live' ? 200 : 503, url);
  }
  assert.is((await deliver(rig, JSON.stringify(event()))).statusCode, 503);
  assert.is(rig.fake.asked.recordCallbacks.length, 0);
});

test('readiness says that it shuts down, before anything else', async () => {
  rig.fake.appHealth = { ...rig.fake.appHealth, problems: ['calls were set aside'] };
  closing.begin();
  const { code, problems } = (await rig.server.inject('/health/ready')).json();
  assert.equal([code, problems], ['NOT_READY', ['the server is shutting down', 'calls were set aside']]);
});

test('it still listens when it takes no new work, and lets go of who connects and says nothing', async () => {
  const port = await listen();
  closing.begin();
  const [silent, asking] = [await rawConnection(port), await rawConnection(port)];
  asking.send('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  assert.match(await asking.ended, /^HTTP\/1\.1 200 .*"live"/s);
  assert.is(await silent.ended, '');
});

test('who is being answered when it begins is told to close, and is not cut off', async () => {
  const port = await listen();
  let open = () => {};
  rig.fake.gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const body = JSON.stringify(event());
  const head = [
    `POST ${EVENTS_URL} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `content-length: ${body.length}`,
    `authorization: Bearer ${await rig.issuer.sign()}`,
  ];
  const client = await rawConnection(port, `${head.join('\r\n')}\r\n\r\n${body}`);
  await until('it is worked on', () => rig.fake.asked.recordCallbacks.length === 1);
  const idle = await rawConnection(port, 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await until('it is answered', () => idle.heard().includes('"live"'));
  closing.begin();
  await idle.ended;
  assert.is(client.heard(), '');
  open();
  assert.match(await client.ended, /^HTTP\/1\.1 200 .*\r\nconnection: close\r\n.*"Processed"/is);
});

test('who does not take the answer, or never ends the request, is cut off when the time is over', async () => {
  const port = await listen();
  const half = 'POST /api/calls/initiate/M-1 HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
  const client = await rawConnection(port, `${half}content-length: 2\r\n\r\n{`);
  const asking = await rawConnection(port, 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await until('all has been read', () => asking.heard().includes('"live"'));
  closing.begin();
  const closed = rig.server.close();
  await asking.ended;
  closing.cut();
  await closed;
  assert.is(await client.ended, '');
  assert.is(rig.fake.asked.initiate.length, 0);
});

test.run();
