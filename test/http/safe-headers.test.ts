import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createClosing } from '../../src/http/closing.ts';
import { clientErrorHandler } from '../../src/http/errors.ts';
import { rawConnection } from '../support/raw-connection.ts';
import { type Rig, startRig } from './rig.ts';
import { EVENTS_URL, event } from './samples.ts';

const closing = createClosing();
let rig: Rig;
let port: number;
let token: string;

test.before(async () => {
  rig = await startRig({}, closing);
  await rig.server.listen({ host: '127.0.0.1', port: 0 });
  port = (rig.server.server.address() as AddressInfo).port;
  token = await rig.issuer.sign();
});
test.after(() => rig.close());

/** That both stand in it once: two of one kind, a browser may heed neither. */
function assertSafe(answer: string, what: string): void {
  const lines = answer.split('\r\n\r\n', 1)[0]!.toLowerCase().split('\r\n');
  for (const [name, value] of [
    ['x-content-type-options', 'nosniff'],
    ['strict-transport-security', 'max-age=31536000'],
  ]) {
    const found = lines.filter((line) => line.startsWith(`${name}:`));
    assert.equal(found, [`${name}: ${value}`], `${what}: ${lines[0]}`);
  }
}

const HOST = 'host: localhost\r\n';
const plain = (line: string, headers = '', body = ''): string =>
  `${line} HTTP/1.1\r\n${HOST}connection: close\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
const get = (path: string): string => plain(`GET ${path}`);
const initiate = (type: string, body: string): string =>
  plain('POST /api/calls/initiate/M-1', `content-type: ${type}\r\n`, body);
const callback = (authorization: string): string =>
  plain(
    `POST ${EVENTS_URL}`,
    `content-type: application/json\r\nauthorization: Bearer ${authorization}\r\n`,
    JSON.stringify(event()),
  );

/** Whatever is asked, by the status of its answer. */
const ASKED: Readonly<Record<string, readonly [status: number, bytes: () => string]>> = {
  'whether it lives': [200, () => get('/health/live')],
  'whether it is ready': [200, () => get('/health/ready')],
  'only the head of that': [200, () => plain('HEAD /health/ready')],
  metrics: [200, () => get('/metrics')],
  'the page of the description': [200, () => get('/docs')],
  'a file of that page': [200, () => get('/docs/static/swagger-ui.css')],
  'a file that the page has not': [404, () => get('/docs/static/none.css')],
  'the description': [200, () => get('/docs/json')],
  'a list': [200, () => get('/api/calls')],
  'a call that nobody has': [400, () => get('/api/calls/status/a%20b')],
  'a call to be placed': [202, () => initiate('application/json', '{}')],
  'a callback': [200, () => callback(token)],
  'a callback of nobody’s': [401, () => callback('a.b.c')],
  'a handshake of nobody’s': [401, () => plain('OPTIONS /api/calls/events')],
  'what no route takes': [404, () => get('/nowhere')],
  'a method that a route does not take': [405, () => plain('DELETE /api/calls')],
  'the whole server': [404, () => plain('OPTIONS *')],
  'an address that cannot be read': [400, () => get('/api/calls/status/%zz')],
  'an address without end': [414, () => get(`/api/calls/status/${'x'.repeat(600)}`)],
  'another type': [415, () => initiate('text/xml', '<x/>')],
  'no JSON': [400, () => initiate('application/json', '{')],
  'more than a body may be': [413, () => initiate('application/json', ' '.repeat(20_000))],
  'as a page of another site': [403, () => plain('GET /api/calls', 'origin: https://evil.example\r\n')],
  'under a name that is bound to this machine': [403, () => 'GET /docs HTTP/1.0\r\nhost: evil.example\r\n\r\n'],
  'for no host': [400, () => 'GET /docs HTTP/1.1\r\n\r\n'],
  'an expectation that nobody can meet': [417, () => plain('GET /docs', 'expect: tea\r\n')],
  'a tunnel': [405, () => `CONNECT example.org:443 HTTP/1.1\r\n${HOST}\r\n`],
  'headers without end': [431, () => plain('GET /docs', `x: ${'x'.repeat(20_000)}\r\n`)],
  'what is not HTTP': [400, () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
};

for (const [what, [status, bytes]] of Object.entries(ASKED)) {
  test(`whoever asks for ${what} is answered ${status}, with nosniff and HSTS`, async () => {
    const answer = await (await rawConnection(port, bytes())).ended;
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assertSafe(answer, what);
  });
}

test('who took too long is told so with them', async () => {
  const socket = new PassThrough();
  clientErrorHandler(Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  const answer = `${await socket.toArray()}`;
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assertSafe(answer, 'late');
});

test('what goes wrong here is told with them, and so is what cannot be now', async () => {
  const answers: string[] = [];
  const ask = async (bytes: string) => answers.push(await (await rawConnection(port, bytes)).ended);
  rig.fake.recorded = new TypeError('a mistake');
  await ask(callback(token));
  rig.fake.recorded = Object.assign(new Error('away'), { code: 'LOG_UNAVAILABLE' });
  await ask(callback(token));
  rig.fake.appHealth = { ...rig.fake.appHealth, ready: false, log: { ...rig.fake.appHealth.log, restart: true } };
  await ask(get('/health/ready'));
  await ask(get('/health/live'));
  closing.begin();
  await ask(initiate('application/json', '{}'));
  assert.equal(
    answers.map((answer) => answer.slice(9, 12)),
    ['500', '503', '503', '503', '503'],
  );
  for (const answer of answers) assertSafe(answer, 'trouble');
});

test.run();
