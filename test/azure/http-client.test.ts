import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { classify } from '../../src/adapters/telephony/classify.ts';
import { createHttpClient } from '../../src/azure/http-client.ts';
import { createAgents } from '../../src/net/agents.ts';
import { useProxiesOf } from '../../src/net/proxy.ts';
import { makeCertificate } from '../support/certificate.ts';
import { flood } from '../support/flood.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { bodyOf, listen } from '../support/loopback.ts';

const MIB = 1024 ** 2;

type Context = { url: string; answer: RequestListener; client: HttpClient; close: (() => unknown)[] };

const test = suite<Context>('requests of the SDK');
test.before(async (context) => {
  const server = await listen(http.createServer((request, response) => context.answer(request, response)));
  const { httpClient, close } = createHttpClient();
  Object.assign(context, { url: server.url, client: httpClient, close: [close, server.close] });
});
test.after(async ({ close }) => {
  for (const each of close) await each();
});
test.after.each(() => useProxiesOf({}));

const asking = (url: string, special: object = {}) =>
  createPipelineRequest({ url, allowInsecureConnection: true, ...special });

test('an answer comes whole, and the request is left as it was', async (context) => {
  context.answer = (_request, response) => response.writeHead(404, { 'x-one': '1' }).end('{"a":"ü"}');
  const request = asking(context.url);
  const { status, bodyAsText, headers } = await context.client.sendRequest(request);
  assert.equal([status, bodyAsText, headers.get('x-one')], [404, '{"a":"ü"}', '1']);
  assert.equal([request.streamResponseStatusCodes, request.abortSignal], [undefined, undefined]);
});

test('whoever asked for a stream gets it', async (context) => {
  context.answer = (_request, response) => response.writeHead(206).end('x'.repeat(2 * MIB));
  const answer = await context.client.sendRequest(asking(context.url, { streamResponseStatusCodes: new Set([206]) }));
  assert.is((await bodyOf(answer.readableStreamBody as never)).length, 2 * MIB);
});

test('nobody is asked to pack an answer: of a packed one nobody hears when it breaks off', async (context) => {
  const asked: unknown[] = [];
  context.answer = ({ headers }, response) => {
    asked.push(headers['accept-encoding']);
    response.end();
  };
  const request = asking(context.url);
  for (const accepted of [undefined, 'gzip,deflate']) {
    if (accepted) request.headers.set('accept-encoding', accepted);
    await context.client.sendRequest(request);
  }
  assert.equal(asked, ['identity', 'identity']);
});

test('an answer that breaks off is noticed at once', async (context) => {
  context.answer = (_request, response) => {
    response.writeHead(201, { 'content-length': 100 }).write('{"callConnectionId":');
    setImmediate(() => response.destroy());
  };
  const error = await context.client.sendRequest(asking(context.url)).catch((reason: unknown) => reason);
  assert.match(String(error), 'Error reading response as text');
  assert.is(classify(error, 'PlaceCall', 0).type, 'Unknown');
});

/** Answers that are no answers. */
const TOO_MUCH: Readonly<Record<string, RequestListener>> = {
  'more than any has': (_request, response) => response.writeHead(201).end('x'.repeat(MIB + 1)),
  'no end': (request, response) => flood(request, response, 201),
};

for (const [what, answer] of Object.entries(TOO_MUCH)) {
  test(`a success with ${what} is cut, and nobody knows what became of a call`, async (context) => {
    let ended = false;
    context.answer = (request, response) => {
      response.on('close', () => {
        ended = true;
      });
      answer(request, response);
    };
    const request = asking(context.url);
    const error = await context.client.sendRequest(request).catch((reason: unknown) => reason);
    assert.is((error as { code?: string }).code, 'NET_ANSWER_TOO_LARGE');
    assert.equal(classify(error, 'PlaceCall', 0), { type: 'Unknown', reason: 'server-error' });
    while (!ended) await new Promise(setImmediate);
  });
}

test('a refusal without an end is a refusal', async (context) => {
  context.answer = (request, response) => flood(request, response, 403);
  const { status, bodyAsText } = await context.client.sendRequest(asking(context.url));
  assert.equal([status, bodyAsText], [403, '']);
});

test('a body that never goes on is given up with the request', async (context) => {
  const controller = new AbortController();
  context.answer = (_request, response) => {
    response.writeHead(200).write('{');
    setImmediate(() => controller.abort());
  };
  const request = asking(context.url, { abortSignal: controller.signal });
  const error = await context.client.sendRequest(request).catch((reason: unknown) => reason);
  assert.is((error as Error).name, 'AbortError');
});

test('connections are kept and shared, one set for each protocol and proxy', () => {
  const agents = createAgents({ keepAlive: true, timeout: 5_000 });
  const [secure, plain] = [agents.of('https://a.example/'), agents.of('http://127.0.0.1/')];
  assert.instance(secure, https.Agent);
  assert.not.instance(plain, https.Agent);
  assert.is(agents.of('https://b.example/'), secure);
  useProxiesOf({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'b.example' });
  const tunnel = agents.of('https://a.example/');
  assert.is.not(tunnel, secure);
  assert.is(agents.of('https://c.example/'), tunnel);
  assert.is(agents.of('https://b.example/'), secure);
  assert.is((tunnel as unknown as { options: { timeout: number } }).options.timeout, 5_000);
  agents.close();
});

test('through a proxy a service is spoken to over one tunnel, by its own certificate', async ({ close }) => {
  const certificate = await makeCertificate();
  const { cert, key } = certificate;
  const service = await listen(https.createServer({ cert, key }, (_request, response) => response.end('secure')));
  const proxy = await startForwardProxy(service.port);
  useProxiesOf({ HTTPS_PROXY: proxy.url });
  const agents = createAgents({ keepAlive: true, ca: cert, checkServerIdentity: () => undefined } as never);
  close.push(agents.close, proxy.close, service.close, certificate.remove);
  for (let times = 0; times < 2; times += 1) {
    const agent = agents.of('https://service.example/');
    const text = await new Promise<Buffer>((resolve, reject) => {
      const request = https.get('https://service.example/', { agent }, (response) => resolve(bodyOf(response)));
      request.on('error', reject);
    });
    assert.is(String(text), 'secure');
  }
  assert.equal(proxy.asked, ['service.example:443']);
});

test('what a proxy refuses was never sent, and is no word of the service', async ({ client, close }) => {
  const proxy = await startForwardProxy();
  close.push(proxy.close);
  useProxiesOf({ HTTPS_PROXY: proxy.url.replace('//', '//anna:hush@') });
  const error = await client
    .sendRequest(asking('https://plan.communication.azure.com/'))
    .catch((reason: unknown) => reason);
  assert.equal(classify(error, 'PlaceCall', 0), { type: 'Rejected', status: 0, subCode: 0, transient: true });
  assert.not.match(String(error), 'hush');
  assert.equal(proxy.asked, ['plan.communication.azure.com:443']);
});

test.run();
