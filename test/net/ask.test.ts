import http from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, textWithin } from '../../src/net/ask.ts';
import { useProxiesOf } from '../../src/net/proxy.ts';
import { flood } from '../support/flood.ts';
import { type ForwardProxy, startForwardProxy } from '../support/forward-proxy.ts';
import { listen } from '../support/loopback.ts';

const KIB = 1_024;

const test = suite<{ server: Awaited<ReturnType<typeof listen>>; ended: string[] }>('asking over the web');
test.before(async (context) => {
  context.ended = [];
  const server = http.createServer((request, response) => {
    response.on('close', () => context.ended.push(request.url ?? ''));
    if (request.url === '/flood') flood(request, response);
    else if (request.url === '/away') response.writeHead(302, { location: '/flood' }).end();
    else response.end('x'.repeat(KIB));
  });
  context.server = await listen(server);
});
test.after(({ server }) => server.close());
test.after.each(() => useProxiesOf({}));

test('an answer is read to its end, and no further than it may go', async ({ server, ended }) => {
  assert.is((await textWithin(await ask(`${server.url}/`), KIB)).length, KIB);
  for (const [path, most] of [
    ['/', KIB - 1],
    ['/flood', KIB * KIB],
  ] as const) {
    const error = await textWithin(await ask(server.url + path), most).catch((reason: unknown) => reason);
    assert.is((error as { code?: string }).code, 'NET_ANSWER_TOO_LARGE');
  }
  // Whoever sends without an end is hung up on.
  while (!ended.includes('/flood')) await new Promise(setImmediate);
});

test('nobody is sent on to somebody else', async ({ server }) => {
  const { status } = await ask(`${server.url}/away`);
  assert.is(status, 302);
});

test('this machine is asked straight, others through the proxy, with its name and password', async ({ server }) => {
  const proxy: ForwardProxy = await startForwardProxy(undefined, (_request, response) => response.end('by the proxy'));
  const withKey = new URL(proxy.url);
  [withKey.username, withKey.password] = ['anna', 'p%40ss'];
  useProxiesOf({ HTTP_PROXY: withKey.href });
  assert.is((await textWithin(await ask(`${server.url}/`), KIB)).length, KIB);
  assert.equal(proxy.asked, []);
  assert.is(
    await textWithin(await ask('http://keys.example/keys?a=b', { method: 'POST', body: 'x' }), KIB),
    'by the proxy',
  );
  const refused = await ask('https://keys.example/keys').catch((error: unknown) => error);
  assert.instance(refused, Error);
  assert.equal(proxy.asked, ['http://keys.example/keys?a=b', 'keys.example:443']);
  const basic = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`;
  assert.equal(proxy.credentials, [basic, basic]);
  assert.not.match(String(refused), 'p@ss');
  await proxy.close();
});

test.run();
