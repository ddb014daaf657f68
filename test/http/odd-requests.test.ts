import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rawConnection } from '../support/raw-connection.ts';
import { until } from '../support/until.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
let port: number;

test.before(async () => {
  rig = await startRig();
  await rig.server.listen({ host: '127.0.0.1', port: 0 });
  port = (rig.server.server.address() as AddressInfo).port;
});
test.after(() => rig.close());
test.before.each(() => {
  rig.fake.asked.initiate.length = 0;
});

const HOST = 'host: localhost\r\n';
const LIVE = 'GET /health/live';
const INITIATE = 'POST /api/calls/initiate/M-1';
const JSON_TYPE = 'content-type: application/json\r\n';
const BODY = `${HOST}${JSON_TYPE}content-length: 2\r\n\r\n{}`;
const CHUNKED = `${HOST}${JSON_TYPE}transfer-encoding: chunked\r\n`;

type Row = readonly [what: string, bytes: string, status: number, code: string, after: 'closes' | 'stays'];

/** What is no request of ours, or none at all: by status, code, and what becomes of the connection. */
const REFUSED: readonly Row[] = [
  [
    'an expectation that nobody can meet',
    `${INITIATE} HTTP/1.1\r\nexpect: tea\r\n${BODY}`,
    417,
    'EXPECTATION_FAILED',
    'closes',
  ],
  ['a tunnel', `CONNECT example.org:443 HTTP/1.1\r\n${HOST}\r\n`, 405, 'METHOD_NOT_ALLOWED', 'closes'],
  [
    'a tunnel to ourselves',
    `CONNECT localhost:80 HTTP/1.1\r\n${HOST}\r\nGET / HTTP/1.1\r\n\r\n`,
    405,
    'METHOD_NOT_ALLOWED',
    'closes',
  ],
  ['a tunnel by the old version', 'CONNECT example.org:443 HTTP/1.0\r\n\r\n', 405, 'METHOD_NOT_ALLOWED', 'closes'],
  ['no host', `${INITIATE} HTTP/1.1\r\ncontent-length: 0\r\n\r\n`, 400, 'BAD_REQUEST', 'closes'],
  ['no host on a route that is nobody’s', 'GET /nowhere HTTP/1.1\r\n\r\n', 400, 'BAD_REQUEST', 'closes'],
  [
    'no host on the callbacks’ route',
    'POST /api/calls/events HTTP/1.1\r\ncontent-length: 0\r\n\r\n',
    400,
    'BAD_REQUEST',
    'closes',
  ],
  ['two hosts', `${INITIATE} HTTP/1.1\r\nHost: evil.example\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['one host twice', `${INITIATE} HTTP/1.1\r\nHOST: localhost\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['an empty host', `${INITIATE} HTTP/1.1\r\nhost:\r\ncontent-length: 0\r\n\r\n`, 403, 'FORBIDDEN', 'stays'],
  [
    'a target of another host',
    `POST http://evil.example/api/calls/initiate/M-1 HTTP/1.1\r\n${BODY}`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  ['a target that is no address', `POST localhost:80 HTTP/1.1\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['the whole server', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 404, 'ROUTE_NOT_FOUND', 'stays'],
  ['an echo', `TRACE /api/calls HTTP/1.1\r\n${HOST}\r\n`, 405, 'METHOD_NOT_ALLOWED', 'stays'],
  ['a method of other protocols', `PROPFIND /api/calls HTTP/1.1\r\n${HOST}\r\n`, 405, 'METHOD_NOT_ALLOWED', 'stays'],
  ['a method of nobody’s', `FOO /api/calls HTTP/1.1\r\n${HOST}\r\n`, 400, 'BAD_REQUEST', 'closes'],
  ['a method without end', `${'A'.repeat(5_000)} / HTTP/1.1\r\n${HOST}\r\n`, 400, 'BAD_REQUEST', 'closes'],
  ['the next version', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'BAD_REQUEST', 'closes'],
  ['a version of nobody’s', `${LIVE} HTTP/3.7\r\n${HOST}\r\n`, 400, 'BAD_REQUEST', 'closes'],
  ['the old version without host', `${INITIATE} HTTP/1.0\r\ncontent-length: 0\r\n\r\n`, 403, 'FORBIDDEN', 'closes'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'BAD_REQUEST', 'closes'],
  [
    'a length and chunks',
    `${INITIATE} HTTP/1.1\r\n${CHUNKED}content-length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  [
    'chunks and a length',
    `${INITIATE} HTTP/1.1\r\ncontent-length: 2\r\n${CHUNKED}\r\n2\r\n{}\r\n0\r\n\r\n`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  ['two lengths', `${INITIATE} HTTP/1.1\r\ncontent-length: 3\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['a length with a sign', `${INITIATE} HTTP/1.1\r\n${HOST}content-length: +2\r\n\r\n{}`, 400, 'BAD_REQUEST', 'closes'],
  [
    'a length below nothing',
    `${INITIATE} HTTP/1.1\r\n${HOST}content-length: -1\r\n\r\n{}`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  [
    'an encoding that is no chunks',
    `${INITIATE} HTTP/1.1\r\n${HOST}transfer-encoding: gzip\r\n\r\n{}`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  [
    'chunks undone again',
    `${INITIATE} HTTP/1.1\r\n${CHUNKED}transfer-encoding: identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  [
    'a chunk without a length',
    `${INITIATE} HTTP/1.1\r\n${CHUNKED}\r\nzz\r\n{}\r\n0\r\n\r\n`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  [
    'a chunk with too much beside it',
    `${INITIATE} HTTP/1.1\r\n${CHUNKED}\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    400,
    'BAD_REQUEST',
    'closes',
  ],
  ['a NUL in the address', `POST /api/calls/initiate/M\0-1 HTTP/1.1\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['a NUL in an id', `GET /api/calls/status/%00 HTTP/1.1\r\n${HOST}\r\n`, 400, 'BAD_REQUEST', 'stays'],
  ['half a letter in an id', `GET /api/calls/status/%zz HTTP/1.1\r\n${HOST}\r\n`, 400, 'BAD_REQUEST', 'stays'],
  ['a blank in the address', `${INITIATE} x HTTP/1.1\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['a NUL in a header', `${INITIATE} HTTP/1.1\r\nx: a\0b\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['lines that end by half', `${LIVE} HTTP/1.1\nhost: localhost\n\n`, 400, 'BAD_REQUEST', 'closes'],
  ['a header over two lines', `${INITIATE} HTTP/1.1\r\nx: a\r\n b\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  ['a blank before a colon', `${INITIATE} HTTP/1.1\r\nx : a\r\n${BODY}`, 400, 'BAD_REQUEST', 'closes'],
  [
    'a way up and down again',
    `${LIVE.replace('/', '/x/../')} HTTP/1.1\r\n${HOST}\r\n`,
    404,
    'ROUTE_NOT_FOUND',
    'stays',
  ],
];

for (const [what, bytes, status, code, after] of REFUSED) {
  test(`${what}: a problem ${status}, the connection ${after}, nothing is done`, async () => {
    const client = await rawConnection(port, bytes);
    await until('an answer', () => client.heard().includes('\r\n\r\n'));
    if (after === 'closes') await client.ended;
    else await until('all of it', () => client.heard().endsWith('}'));
    const answer = client.heard();
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, /^content-type: application\/problem\+json\r$/im);
    assert.match(answer, `"code":"${code}"`);
    if (after === 'closes') assert.match(answer, /^connection: close\r$/im);
    else await assertStays(client);
    assert.equal([rig.fake.asked.initiate, rig.fake.asked.recordCallbacks], [[], []]);
    client.socket.destroy();
  });
}

async function assertStays(client: Awaited<ReturnType<typeof rawConnection>>): Promise<void> {
  client.send(`${LIVE} HTTP/1.1\r\n${HOST}\r\n`);
  await until('the answer to the next request', () => client.heard().includes('"live"'));
}

/** What is odd and right: it is answered as the plain request is. */
const TAKEN: readonly (readonly [what: string, bytes: string, first: RegExp])[] = [
  [
    'an expectation to go on',
    `${INITIATE} HTTP/1.1\r\nexpect: 100-continue\r\n${BODY}`,
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /,
  ],
  ['the old version', `${INITIATE} HTTP/1.0\r\n${BODY}`, /^HTTP\/1\.1 202 /],
  ['a whole address as target', `POST http://LOCALHOST/api/calls/initiate/M-1 HTTP/1.1\r\n${BODY}`, /^HTTP\/1\.1 202 /],
  [
    'an upgrade that nobody needs',
    `${INITIATE} HTTP/1.1\r\nconnection: upgrade\r\nupgrade: h2c\r\n${BODY}`,
    /^HTTP\/1\.1 202 /,
  ],
  ['empty lines before it', `\r\n\r\n${INITIATE} HTTP/1.1\r\n${BODY}`, /^HTTP\/1\.1 202 /],
  [
    'chunks, and a host behind them',
    `${INITIATE} HTTP/1.1\r\n${CHUNKED}trailer: host\r\n\r\n2\r\n{}\r\n0\r\nhost: evil\r\n\r\n`,
    /^HTTP\/1\.1 202 /,
  ],
];

for (const [what, bytes, first] of TAKEN) {
  test(`${what}: done once`, async () => {
    const client = await rawConnection(port, bytes);
    await until('an answer', () => client.heard().includes('"Initiated"'));
    assert.match(client.heard(), first);
    assert.is(rig.fake.asked.initiate.length, 1);
    client.socket.destroy();
  });
}

test('whoever asks for a tunnel and hangs up, or stays for ever, does the server no harm', async () => {
  const rude = await rawConnection(port, `CONNECT example.org:443 HTTP/1.1\r\n${HOST}\r\n`);
  rude.socket.resetAndDestroy();
  const patient = await rawConnection(port, `CONNECT example.org:443 HTTP/1.1\r\n${HOST}\r\n`);
  await patient.ended;
  assert.is((await rig.server.inject('/health/live')).statusCode, 200);
});

test.run();
