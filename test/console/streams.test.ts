import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance } from 'fastify';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { liveRoute, STREAMS_OF_ONE_MAX } from '../../src/console/live.ts';
import { fakeApp } from '../http/fake-app.ts';
import { memoryAudit } from '../support/memory-audit.ts';
import { eventually, until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { fullRig } from './full-rig.ts';

type Stream = { readonly status: number; readonly heard: () => string; readonly isOver: () => boolean; close(): void };

let servers: FastifyInstance[] = [];
test.after.each(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

function listenOn(server: FastifyInstance): Promise<string> {
  servers.push(server);
  return server.listen({ host: '127.0.0.1', port: 0 });
}

/** A stream that somebody listens to, as a browser does. */
async function listen(url: string, role = 'Coordinator'): Promise<Stream> {
  const abort = new AbortController();
  const headers = { cookie: `callistra-seen-as=${role}` };
  const { status, body } = await fetch(`${url}/console/live`, { headers, signal: abort.signal });
  let [heard, isOver] = ['', false];
  const read = async (): Promise<void> => {
    for await (const chunk of body ?? []) heard += Buffer.from(chunk).toString();
  };
  void read()
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  return { status, heard: () => heard, isOver: () => isOver, close: () => abort.abort() };
}

test('a stream is no request in flight, and one that leaves waits for none', async () => {
  const { server, closing } = fullRig({ limits: { maxInFlight: 2 } });
  const url = await listenOn(server);
  const streams = await Promise.all([listen(url), listen(url), listen(url)]);
  assert.equal(
    streams.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.is((await fetch(`${url}/console/calls`)).status, 200);
  closing.begin();
  await until('the streams to end', () => streams.every(({ isOver }) => isOver()));
  const late = await fetch(`${url}/console/live`).catch(() => null);
  assert.ok(late === null || late.status === 503, 'who is sent away does not come back');
});

test('one person has so many streams and no more; whoever leaves makes room, and others are not held up', async () => {
  const { server } = fullRig();
  const url = await listenOn(server);
  const streams = await Promise.all(Array.from({ length: STREAMS_OF_ONE_MAX }, () => listen(url)));
  assert.ok(streams.every(({ status }) => status === 200));
  assert.is((await listen(url)).status, 503);
  assert.is((await listen(url, 'Operator')).status, 200);
  streams[0]!.close();
  await eventually('room', async () => ((await listen(url)).status === 200 ? true : null));
});

test('a server has so many streams in all', async () => {
  const server = Fastify();
  await server.register(cookie);
  server.decorateRequest('visit', null);
  let visitors = 0;
  server.addHook('onRequest', async (request) => {
    visitors += 1;
    request.visit = { actor: `coordinator:${visitors}` } as typeof request.visit;
  });
  liveRoute(server, { app: fakeApp().app, audit: memoryAudit(), clock: virtualClock() }, { all: 3, ofOne: 1 });
  const url = await listenOn(server);
  const statuses = [];
  for (let each = 0; each < 4; each += 1) statuses.push((await listen(url)).status);
  assert.equal(statuses, [200, 200, 200, 503]);
});

test('of very many a few are told at once, each in turn: news that goes on puts nobody back who waits', async () => {
  const clock = virtualClock();
  const { counts, change } = await manyStreams(clock, 80);
  const told = (sum: number) =>
    eventually(`${sum} to be told`, async () => (counts().reduce((all, each) => all + each, 0) === sum ? true : null));
  change();
  await clock.advance(1_000);
  await told(10);
  await clock.advance(800);
  await told(50);
  change();
  for (const sum of [60, 70, 80]) {
    await clock.advance(200);
    await told(sum);
  }
  assert.ok(counts().every((each) => each === 1));
  await clock.advance(5_000);
  // Those who had not heard of the first change heard of both at once.
  await told(130);
  assert.ok(counts().every((each) => each === 1 || each === 2));
});

/** Streams of as many people. `counts`: how often each of them was told of a change. */
async function manyStreams(clock: ReturnType<typeof virtualClock>, count: number) {
  const server = Fastify();
  await server.register(cookie);
  server.decorateRequest('visit', null);
  let visitors = 0;
  server.addHook('onRequest', async (request) => {
    visitors += 1;
    request.visit = { actor: `coordinator:${visitors}` } as typeof request.visit;
  });
  const { app } = fakeApp();
  let newest = 0;
  app.newestUpdate = async () => `${newest}`;
  liveRoute(server, { app, audit: memoryAudit(), clock });
  const url = await listenOn(server);
  const streams = await Promise.all(Array.from({ length: count }, () => listen(url)));
  await until('all to be greeted', () => streams.every(({ heard }) => heard().includes(': here')));
  await until('a look to be due', () => clock.alarms() === 1);
  const counts = () => streams.map(({ heard }) => heard().match(/event: changed/g)?.length ?? 0);
  const change = () => {
    newest += 1;
  };
  return { counts, change };
}

test('that something has changed is told once to each, however many listen, and nobody asks when nobody listens', async () => {
  const clock = virtualClock();
  const { server, fake } = fullRig({ clock });
  let [asked, newest] = [0, 'a'];
  fake.app.newestUpdate = async () => {
    asked += 1;
    return newest;
  };
  const url = await listenOn(server);
  const streams = await Promise.all([listen(url), listen(url)]);
  await until('both to be greeted', () => streams.every(({ heard }) => heard().includes(': here')));
  await until('a look to be due', () => clock.alarms() === 1);
  newest = 'b';
  const before = asked;
  await clock.advance(1_000);
  assert.is(asked, before + 1);
  await until('the news', () => streams.every(({ heard }) => heard().includes('event: changed')));
  await clock.advance(3_000);
  for (const { heard } of streams) assert.is(heard().match(/event: changed/g)?.length, 1);
  for (const stream of streams) stream.close();
  await eventually('nobody to ask any more', async () => {
    await clock.advance(1_000);
    return clock.alarms() === 0 ? true : null;
  });
});

test.run();
