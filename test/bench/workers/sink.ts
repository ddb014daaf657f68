import http from 'node:http';
import { bodyOf, listen } from '../../support/loopback.ts';
import { serveWorker } from '../serve-worker.ts';

let connected = 0;

/** Takes callbacks and keeps nothing but the number of calls that were answered. Returns where. */
async function start(): Promise<string> {
  const server = http.createServer(async (request, response) => {
    if ((await bodyOf(request)).includes('"Microsoft.Communication.CallConnected"')) connected += 1;
    response.end();
  });
  const { url } = await listen(server);
  return `${url}/events?call=4d2f0123-4567&secret=${'s'.repeat(43)}`;
}

/** Calls that were answered so far. */
function connectedCalls(): number {
  return connected;
}

const handlers = { start, connectedCalls };

export type SinkWorker = typeof handlers;

serveWorker(handlers);
