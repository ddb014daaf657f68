import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openMembers } from '../../../src/composition/stores.ts';
import { readConfig } from '../../../src/config/config.ts';
import { cloudEvent } from '../../support/callbacks.ts';
import { listen } from '../../support/loopback.ts';
import { migrated } from '../load/migrated.ts';
import { serveWorker } from '../serve-worker.ts';

export type Settings = Readonly<Record<string, string>>;

/** A callback of the provider for a call that is open: where it was posted to, and with which token. */
export type Delivery = { readonly path: string; readonly authorization: string };

/** Compiled beside this worker, as it is shipped. */
const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const NODE = ['--max-old-space-size=512'];
const POLL_MS = 5;
const LIMIT_MS = 60_000;

/** Those that run; none is left behind when the bench is interrupted. */
const servers = new Set<ChildProcess>();
process.once('exit', () => {
  for (const server of servers) server.kill('SIGKILL');
});

/** Milliseconds that Node needs to start and to end without any work. */
async function bareNode(): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [...NODE, '-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startMs;
}

/**
 * Leaves an open call in the stores: an earlier server places it and ends while it is under way.
 * @returns its first callback, which was not delivered to that server
 */
async function leaveCall(settings: Settings): Promise<Delivery> {
  const provider = await interceptor();
  const config = readConfig({ ...settings, PUBLIC_BASE_URL: provider.url });
  await migrated(config);
  const server = serve({ ...settings, PUBLIC_BASE_URL: provider.url });
  const url = `http://127.0.0.1:${settings['PORT']}`;
  try {
    await poll(server, () => ask('GET', `${url}/health/ready`, {}));
    const members = await openMembers(config);
    await members.save([{ memberId: 'M-1', phoneNumber: '+15550000001' }]);
    await members.close();
    const status = await ask('POST', `${url}/api/calls/initiate/M-1`, {});
    if (status !== 202) throw new Error(`the initiate was answered with ${status}`);
    return await provider.first;
  } finally {
    await stop(server);
    await provider.close();
  }
}

/** Milliseconds from the start of a server to its answer to a callback of the call. */
async function coldStart(settings: Settings, { path, authorization }: Delivery): Promise<number> {
  const port = settings['PORT'];
  const headers = { 'content-type': 'application/json', authorization };
  const body = JSON.stringify([cloudEvent('ParticipantsUpdated', { id: randomUUID() })]);
  const startMs = performance.now();
  const server = serve({ ...settings, PUBLIC_BASE_URL: `http://127.0.0.1:${port}` });
  try {
    await poll(server, () => ask('POST', `http://127.0.0.1:${port}${path}`, headers, body));
    return performance.now() - startMs;
  } finally {
    await stop(server);
  }
}

function serve(settings: Settings): ChildProcess {
  // The call that it leaves stands: a server that stops would wait for its end.
  const env = { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn', SHUTDOWN_SECONDS: '0', ...settings };
  const server = spawn(process.execPath, [...NODE, MAIN, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  servers.add(server);
  return server;
}

/** Asks until the answer is 200. */
async function poll(server: ChildProcess, attempt: () => Promise<number>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const status = await attempt().catch(() => null);
    if (status === 200) return;
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    if (performance.now() > endMs) throw new Error(`the server answers with ${status ?? 'nothing'}`);
    await sleep(POLL_MS);
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const exited = once(server, 'exit');
  if (server.exitCode === null && server.kill('SIGTERM')) await exited;
  servers.delete(server);
}

function ask(method: string, url: string, headers: Record<string, string>, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Takes the callbacks in the server's place. */
async function interceptor() {
  let taken = (_delivery: Delivery): void => {};
  const first = new Promise<Delivery>((resolve) => {
    taken = resolve;
  });
  const server = http.createServer((request, response) => {
    taken({ path: request.url ?? '', authorization: request.headers.authorization ?? '' });
    request.resume().on('end', () => response.end());
  });
  const { url, close } = await listen(server);
  return {
    url,
    first,
    close,
  };
}

const handlers = { bareNode, leaveCall, coldStart };

export type ColdStartWorker = typeof handlers;

serveWorker(handlers);
