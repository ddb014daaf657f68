import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dropSilentConnections } from '../../src/http/silent-connections.ts';
import { type RawConnection, rawConnection } from '../support/raw-connection.ts';
import { until } from '../support/until.ts';
import { type Rig, startRig } from './rig.ts';
import { EVENTS_URL, event } from './samples.ts';

const MOST = 3;
const SILENT_MS = 400;

/** Time stands still unless a test moves it, so that no machine is too slow to say something. */
const time = { nowMs: 0 };

const test = suite<{ rig: Rig; port: number; made: RawConnection[] }>('connections that say nothing');
test.before.each(async (context) => {
  context.made = [];
  context.rig = await startRig({
    limits: { silentSocketMs: SILENT_MS, maxSilentSockets: MOST },
    monotonicMs: () => time.nowMs,
  });
  await context.rig.server.listen({ host: '127.0.0.1', port: 0 });
  context.port = (context.rig.server.server.address() as AddressInfo).port;
});
test.after.each(async ({ rig, made }) => {
  for (const { socket } of made) socket.destroy();
  await rig.close();
});

function connections({ server }: Rig): Promise<number> {
  return new Promise((resolve, reject) =>
    server.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

const LIVE = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** One that has delivered a callback, and is kept for the next. */
async function bearer(rig: Rig, port: number): Promise<RawConnection & { deliver(): Promise<void> }> {
  const body = JSON.stringify(event());
  const head = [
    ...[`POST ${EVENTS_URL} HTTP/1.1`, 'host: localhost', 'content-type: application/json'],
    ...[`content-length: ${body.length}`, `authorization: Bearer ${await rig.issuer.sign()}`],
  ].join('\r\n');
  const connection = await rawConnection(port);
  let delivered = 0;
  const deliver = async (): Promise<void> => {
    delivered += 1;
    connection.send(`${head}\r\n\r\n${body}`);
    await until('the answer', () => connection.heard().split('"Processed"').length === delivered + 1);
  };
  await deliver();
  return { ...connection, deliver };
}

test('one that never sends a byte is closed early, without a word; one that bears callbacks is not', async ({
  rig,
  port,
  made,
}) => {
  const kept = await bearer(rig, port);
  const silent = await rawConnection(port);
  made.push(kept, silent);
  await until('both are there', async () => (await connections(rig)) === 2);
  time.nowMs += SILENT_MS;
  assert.is(await silent.ended, '');
  await kept.deliver();
  assert.is(rig.fake.asked.recordCallbacks.length, 2);
});

test('one that has begun to speak is heard out', async ({ port, made }) => {
  const slow = await rawConnection(port, LIVE.slice(0, 9));
  const silent = await rawConnection(port);
  const asking = await rawConnection(port, LIVE);
  made.push(slow, silent, asking);
  await until('all has been read', () => asking.heard().includes('"live"'));
  time.nowMs += SILENT_MS;
  await silent.ended;
  slow.send(LIVE.slice(9));
  await until('an answer', () => slow.heard().includes('"live"'));
});

test('of more than so many the oldest go at once, and none that has said anything', async ({ rig, port, made }) => {
  const kept = await bearer(rig, port);
  made.push(kept);
  const silent: RawConnection[] = [];
  for (let count = 1; count <= MOST + 2; count += 1) {
    silent.push(await rawConnection(port));
    await until('it is there', async () => (await connections(rig)) >= Math.min(count, MOST) + 1);
  }
  made.push(...silent);
  await Promise.all(silent.slice(0, 2).map(({ ended }) => ended));
  await until('so many are left', async () => (await connections(rig)) === MOST + 1);
  for (const each of silent.slice(2)) {
    each.send(LIVE);
    await until('an answer', () => each.heard().includes('"live"'));
  }
  await kept.deliver();
});

test('a flood of silent ones keeps nobody from being answered', async ({ port, made }) => {
  const flood = await Promise.all(Array.from({ length: 40 }, () => rawConnection(port)));
  const asking = await rawConnection(port, LIVE);
  made.push(...flood, asking);
  await until('an answer', () => asking.heard().includes('"live"'));
  await Promise.all(flood.slice(0, 40 - MOST - 1).map(({ ended }) => ended));
});

test('beyond the number they go within a few turns, without waiting for the next look; what has arrived is read before', async () => {
  const server = new EventEmitter();
  dropSilentConnections({ server } as never, { silentSocketMs: 60_000, maxSilentSockets: MOST }, () => 0);
  const gone: number[] = [];
  const sockets = Array.from({ length: MOST + 2 }, (_, index) =>
    Object.assign(new EventEmitter(), { bytesRead: 0, destroy: () => gone.push(index) }),
  );
  for (const socket of sockets) server.emit('connection', socket);
  await nextTurn();
  sockets[0]!.bytesRead = 1;
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  assert.equal(gone, [1]);
  server.emit('close');
});

test.run();
