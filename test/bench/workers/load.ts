import { createServer } from 'node:http';
import { listen } from '../../support/loopback.ts';
import { bodyOf, callbackPath, legOf, MIXES, type MixName, type OpenCall, staggered } from '../load/mix.ts';
import { checkOf, createMint, type TokenMint } from '../load/tokens.ts';
import { fire, getBytes, postBytes, type Queue, type VolleyResult } from '../load/wire.ts';
import { serveWorker } from '../serve-worker.ts';
import type { TokenCheck } from './token-check.ts';

/** Signing costs twenty times what checking costs; no server here remembers a token, so they may come round again. */
const TOKENS = 200;

let mint: TokenMint | null = null;
let tokens: readonly string[] = [];
let queues: readonly Queue[] = [];

/** Makes keys and tokens and publishes the keys. */
async function mintTokens(): Promise<TokenCheck> {
  const made = createMint();
  mint = made;
  tokens = Array.from({ length: TOKENS }, () => made.token());
  const body = JSON.stringify(made.keySet);
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
  });
  const { url } = await listen(server);
  return checkOf(made, `${url}/keys`);
}

/**
 * Prepares the callbacks of calls. A call keeps to one connection, so that none of its callbacks overtakes another.
 */
function prepareCallbacks(calls: readonly OpenCall[], connections: number, mix: MixName): void {
  if (!mint) throw new Error('there are no tokens');
  const steps = MIXES[mix];
  const filled: Buffer[][] = Array.from({ length: connections }, () => []);
  for (const [index, { call, step }] of staggered(calls.length, steps.length).entries()) {
    const open = calls[call]!;
    const body = bodyOf(steps[step]!, open.callSessionId, legOf(open.callSessionId));
    const headers = { Authorization: `Bearer ${tokens[index % TOKENS]}` };
    filled[call % connections]!.push(postBytes(callbackPath(open), body, headers));
  }
  queues = filled;
}

/** Prepares `count` reads of these paths, in turn. */
function prepareReads(paths: readonly string[], connections: number, count: number): void {
  const reads = paths.map(getBytes);
  const filled: Buffer[][] = Array.from({ length: connections }, () => []);
  for (let index = 0; index < count; index += 1) filled[index % connections]!.push(reads[index % reads.length]!);
  queues = filled;
}

/** Sends what was prepared. */
function send(port: number): Promise<VolleyResult> {
  return fire(port, queues);
}

const handlers = { mintTokens, prepareCallbacks, prepareReads, send };

export type LoadWorker = typeof handlers;

serveWorker(handlers);
