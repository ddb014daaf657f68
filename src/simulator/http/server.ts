import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TopicApiParts } from '../event-grid/topic-api.ts';
import { errorReply, type Reply } from '../wire/reply.ts';
import type { WireAnswer, WireRequest } from '../wire/request.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { World } from '../world/world.ts';
import { answerAcs } from './acs-api.ts';
import { answerControl } from './control-api.ts';
import { answerEventGrid } from './grid-api.ts';

/** Wall time after which a client that waits in vain is cut off. */
const SILENCE_MS = 120_000;
const BODY_BYTES_MAX = 1_048_576;
/** Longer than any client keeps an idle connection, so that the client is the one to close it. */
const KEEP_ALIVE_MS = 120_000;

/** A server that listens. */
export type Listener = { readonly url: string; close(): Promise<void> };

/** What the routes need beside the world. */
export type ServerParts = {
  readonly world: World;
  readonly tokens: TokenIssuer;
  readonly issuer: () => string;
  readonly url: () => string;
  readonly topics: TopicApiParts;
};

/**
 * Listens for the service's requests, for those to Event Grid, for key sets and for the control API.
 *
 * @throws the listening error, such as EADDRINUSE
 */
export async function listen(parts: ServerParts, host: string, port: number): Promise<Listener> {
  const server = http.createServer((request, response) => {
    handle(parts, request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(parts: ServerParts, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return write(response, errorReply(413, '8523', 'The request body is too large.'));
  const { method = 'GET', url = '/', headers } = request;
  const wire: WireRequest = { method, url, headers, body };
  const answer = await answerTo(parts, wire, request.socket.remoteAddress ?? '');
  if (answer.kind === 'reply') return write(response, answer.reply);
  if (answer.kind === 'reset') return void request.socket.resetAndDestroy();
  const cancel = parts.world.timers.afterWall(SILENCE_MS, () => request.socket.destroy());
  response.on('close', cancel);
}

async function answerTo(parts: ServerParts, wire: WireRequest, remoteAddress: string): Promise<WireAnswer> {
  const { world, tokens } = parts;
  if (wire.url === '/_simulator' || /^\/_simulator[/?]/.test(wire.url)) {
    return { kind: 'reply', reply: await answerControl(world, tokens, wire, remoteAddress) };
  }
  if (wire.method === 'GET' && wire.url === '/calling/keys') {
    return { kind: 'reply', reply: { status: 200, body: tokens.keySet() } };
  }
  if (wire.method === 'GET' && wire.url === '/calling/.well-known/acsopenidconfiguration') {
    return { kind: 'reply', reply: { status: 200, body: openIdConfiguration(parts.issuer(), parts.url()) } };
  }
  return answerEventGrid(parts.topics, wire) ?? answerAcs(world, wire);
}

function openIdConfiguration(issuer: string, url: string) {
  return {
    issuer,
    jwks_uri: `${url}/calling/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  };
}

async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks) : undefined;
}

function write(response: http.ServerResponse, reply: Reply): void {
  const body = reply.body === undefined ? undefined : Buffer.from(JSON.stringify(reply.body));
  const bodyHeaders = body && { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length };
  const needsLength = body === undefined && reply.status !== 204;
  response.writeHead(reply.status, { ...bodyHeaders, ...(needsLength && { 'Content-Length': 0 }), ...reply.headers });
  response.end(body);
}
