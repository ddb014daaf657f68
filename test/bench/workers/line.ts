import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AcsSettings } from '../../support/acs-settings.ts';
import { listen } from '../../support/loopback.ts';
import { bodyOf, type Step } from '../load/mix.ts';
import { createPool } from '../load/pool.ts';
import { createMint } from '../load/tokens.ts';
import { postBytes } from '../load/wire.ts';
import { serveWorker } from '../serve-worker.ts';

/** A call that a server has placed here, or that is made up for one that places none. */
type Leg = {
  readonly callSessionId: string;
  readonly callConnectionId: string;
  readonly path: string;
  /** Of the PlaceCall: another one for a call that waited for its turn. */
  readonly placeVersion: number;
};

const KEY_ONE = { recognitionType: 'dtmf', dtmfResult: { tones: ['one'] } };
const HEARD = [200, 8531, 'Action completed, max digits received.'] as const;

/**
 * Four callbacks of which each causes a question: the same request of either side, whatever it remembers. Contexts are
 * counted from the call's PlaceCall: every answer makes three entries, itself, the next question and its outcome.
 */
const STEPS: readonly Step[] = [
  { type: 'CallConnected', context: 0, result: [200, 0, ''] },
  { type: 'RecognizeCompleted', context: 3, extra: KEY_ONE, result: HEARD },
  { type: 'RecognizeCompleted', context: 6, extra: KEY_ONE, result: HEARD },
  { type: 'RecognizeCompleted', context: 9, extra: KEY_ONE, result: HEARD },
];
const GOODBYE: Step = { type: 'CallDisconnected', context: 0, result: [200, 560000, 'The conversation has ended.'] };

/** How long the last requests of a round may take to arrive. */
const PATIENCE_MS = 2_000;

const mint = createMint();
const tokens = Array.from({ length: 200 }, () => mint.token());
const placed: Leg[] = [];
/** When a request for a question on this connection came in. */
let arrived: (callConnectionId: string, atMs: number) => void = () => {};

/** A provider that takes every request at once; both ends of what is measured are in this process, under one clock. */
async function start(): Promise<AcsSettings> {
  const server = http.createServer((request, response) => {
    const atMs = performance.now();
    const [, id = '', verb = ''] = /^\/calling\/callConnections\/([^/:?]+):?(\w*)/.exec(request.url ?? '') ?? [];
    if (verb === 'recognize') arrived(id, atMs);
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => respond(request.url ?? '', verb, Buffer.concat(chunks), response));
  });
  server.keepAliveTimeout = 120_000;
  const { url } = await listen(server);
  return {
    ACS_CONNECTION_STRING: `endpoint=${url}/;accesskey=${Buffer.from(randomUUID()).toString('base64')}`,
    ACS_RESOURCE_ID: mint.audience,
    ACS_CALLER_ID: '+15550100000',
    ACS_TOKEN_ISSUER: mint.issuer,
    ACS_JWKS_URI: `${url}/calling/keys`,
    COGNITIVE_SERVICES_ENDPOINT: 'https://speech.bench.invalid/',
  };
}

function respond(url: string, verb: string, body: Buffer, response: http.ServerResponse): void {
  if (url === '/calling/keys') sendJson(response, 200, mint.keySet);
  else if (verb === '') created(body, response);
  else response.writeHead(verb === 'terminate' ? 204 : 202).end();
}

function created(body: Buffer, response: http.ServerResponse): void {
  const request: { callbackUri: string; operationContext: string } = JSON.parse(body.toString());
  const { callbackUri, operationContext } = request;
  const { pathname, search, searchParams } = new URL(callbackUri);
  const callConnectionId = randomUUID();
  const placeVersion = Number(operationContext.split('/').at(-1));
  const callSessionId = searchParams.get('call') ?? '';
  placed.push({ callSessionId, callConnectionId, path: pathname + search, placeVersion });
  sendJson(response, 201, { callConnectionId, callConnectionState: 'connecting', callbackUri, targets: [] });
}

function sendJson(response: http.ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/** Makes up calls for a server that places none. */
function makeUp(count: number): void {
  for (let made = 0; made < count; made += 1) {
    const callSessionId = randomUUID();
    const path = `/api/calls/events?call=${callSessionId}&secret=${'s'.repeat(43)}`;
    placed.push({ callSessionId, callConnectionId: randomUUID(), path, placeVersion: 2 });
  }
}

/** Calls that wait for their callbacks. */
function placedCalls(): number {
  return placed.length;
}

/**
 * Posts the callbacks of the placed calls at a fixed rate, whatever the answers take, and returns how many milliseconds
 * passed from the sending of each to the arrival of the request that it causes.
 */
async function run(baseUrl: string, perSecond: number): Promise<number[]> {
  const legs = placed.splice(0);
  const pool = createPool(Number(new URL(baseUrl).port));
  const sentMs = new Map<string, number>();
  const delaysMs: number[] = [];
  arrived = (id, atMs) => {
    const startMs = sentMs.get(id);
    if (startMs === undefined) return;
    sentMs.delete(id);
    delaysMs.push(atMs - startMs);
  };
  const sends = STEPS.flatMap((step) => legs.map((leg) => ({ step, leg, bytes: bytesOf(step, leg) })));
  const startMs = performance.now();
  for (const [index, { leg, bytes }] of sends.entries()) {
    await until(startMs + (index * 1_000) / perSecond);
    sentMs.set(leg.callConnectionId, performance.now());
    void pool.send(bytes);
  }
  await untilEmpty(sentMs);
  await Promise.all(legs.map((leg) => pool.send(bytesOf(GOODBYE, leg))));
  pool.close();
  if (sentMs.size > 0) throw new Error(`${sentMs.size} callbacks caused no request`);
  return delaysMs;
}

function bytesOf(step: Step, { callSessionId, callConnectionId, path, placeVersion }: Leg): Buffer {
  const context = placeVersion + (step.context ?? 0);
  const token = tokens[Math.floor(Math.random() * tokens.length)];
  return postBytes(path, bodyOf({ ...step, context }, callSessionId, callConnectionId), {
    Authorization: `Bearer ${token}`,
  });
}

async function until(atMs: number): Promise<void> {
  for (let leftMs = atMs - performance.now(); leftMs > 0; leftMs = atMs - performance.now()) await sleep(leftMs);
}

async function untilEmpty(map: ReadonlyMap<string, number>): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (map.size > 0 && performance.now() < untilMs) await sleep(5);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const handlers = { start, makeUp, placedCalls, run };

export type LineWorker = typeof handlers;

serveWorker(handlers);
