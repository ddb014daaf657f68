import { Agent, type IncomingHttpHeaders, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KEYS } from './keys.ts';
import { deliver, type Rig, startRig } from './rig.ts';
import { routesOf } from './routes-of.ts';
import { CALL } from './samples.ts';

const test = suite<{ rig: Rig; port: number }>('an empty body');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

test.before(async (context) => {
  context.rig = await startRig();
  await context.rig.server.listen({ port: 0, host: '127.0.0.1' });
  context.port = (context.rig.server.server.address() as AddressInfo).port;
});
test.after(async ({ rig }) => {
  agent.destroy();
  await rig.close();
});

/** Said of no bytes at all, with a length of 0 and in chunks of which none comes. */
const TYPES = [
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'not a type',
  '',
  null,
];

const PARAMS: Readonly<Record<string, string>> = { ':memberId': 'M-1', '*': '0/000.p/2' };

type Answer = { readonly status: number; readonly body: string };

/** @param type null: none is named; @param how `none`: a request without anything that speaks of a body */
function ask(
  port: number,
  { method, url }: { readonly method: string; readonly url: string },
  type: string | null,
  how: 'none' | 'length' | 'chunks',
): Promise<Answer> {
  const path = url.replaceAll(/:\w+|\*/g, (name) => PARAMS[name] ?? CALL);
  const headers: IncomingHttpHeaders = { ...(type !== null && { 'content-type': type }) };
  if (how === 'length') headers['content-length'] = '0';
  if (how === 'chunks') headers['transfer-encoding'] = 'chunked';
  return new Promise((resolve, reject) => {
    const request = send({ port, host: '127.0.0.1', method, path, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end();
  });
}

test('is no body on every route of staff, whatever its type and however it is sent', async ({ rig, port }) => {
  const people = rig.fake.people;
  const routes = routesOf(rig.server).filter(({ url }) => /^\/(?:api|metrics|health)/.test(url));
  const staffs = routes.filter(({ url }) => url !== '/api/calls/events');
  assert.ok(staffs.filter(({ method }) => method === 'POST').length > 12);
  for (const route of staffs) {
    const fresh = async (type: string | null, how: 'none' | 'length' | 'chunks'): Promise<Answer> => {
      rig.fake.people = people;
      const { status, body } = await ask(port, route, type, how);
      // What is counted or made anew for each answer is not compared.
      return { status, body: route.url === '/metrics' ? '' : body.replaceAll(/[0-9a-f-]{36}/g, '') };
    };
    const without = await fresh(null, 'none');
    for (const type of route.method === 'GET' ? ['text/plain'] : TYPES) {
      for (const how of ['length', 'chunks'] as const) {
        assert.equal(await fresh(type, how), without, `${route.method} ${route.url} ${type} ${how}`);
      }
    }
  }
});

test('of a callback is no callback, as ever', async ({ rig }) => {
  const answers = await Promise.all(['application/json', 'text/plain'].map((type) => emptyCallback(rig, type)));
  assert.equal(answers, [400, 415]);
  assert.is(rig.fake.asked.recordCallbacks.length, 0);
});

async function emptyCallback(rig: Rig, type: string): Promise<number> {
  return (await deliver(rig, '', { headers: { 'content-type': type } })).statusCode;
}

test('is told from one that comes late, which is read whole', async ({ rig, port }) => {
  const socket = connect(port, '127.0.0.1');
  const head = [
    'POST /api/calls/initiate/M-1 HTTP/1.1',
    'host: 127.0.0.1',
    'connection: close',
    'content-type: application/json',
    'transfer-encoding: chunked',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const chunks = ['{"prio', 'rity":', '"low"}'].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
  for (const chunk of chunks) await new Promise((resolve) => socket.write(chunk, resolve));
  socket.write('0\r\n\r\n');
  let answer = '';
  for await (const bytes of socket) answer += bytes;
  assert.match(answer, /^HTTP\/1\.1 202 /);
  assert.is(rig.fake.asked.initiate.at(-1)?.[0].priority, 'low');
});

test('is not waited for after the client has gone', async ({ rig, port }) => {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /api/calls/initiate/M-2 HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  await new Promise<void>((resolve) => rig.server.server.once('request', () => resolve()));
  socket.destroy();
  const { status } = await ask(port, { method: 'POST', url: '/api/calls/initiate/:memberId' }, 'text/plain', 'chunks');
  assert.is(status, 202);
  assert.not(rig.fake.asked.initiate.some(([{ memberId }]) => memberId === 'M-2'));
});

test('is refused for who it is from, before anybody looks at it', async () => {
  const rig = await startRig({ staff: KEYS });
  const headers = { 'content-type': 'text/plain', 'content-length': '0' };
  const { statusCode } = await rig.server.inject({ method: 'POST', url: '/api/calls/initiate/M-1', headers });
  assert.is(statusCode, 401);
  await rig.close();
});

test.run();
