import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveWorker } from '../serve-worker.ts';

let connected = 0;

/** Takes callbacks and keeps nothing but the number of calls that were answered. Returns where. */
async function start(): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (Buffer.concat(chunks).includes('"Microsoft.Communication.CallConnected"')) connected += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events?call=4d2f0123-4567&secret=${'s'.repeat(43)}`;
}

/** Calls that were answered so far. */
function connectedCalls(): number {
  return connected;
}

const handlers = { start, connectedCalls };

export type SinkWorker = typeof handlers;

serveWorker(handlers);
