import { createServer, type ServerResponse } from 'node:http';
import { type ProblemCode, problemHeaders, problemJson, problemStatus } from '../http/problem.ts';
import { SAFE_HEADERS } from '../http/safe-headers.ts';

/** Stands where the server will listen, while it cannot do anything yet. */
export type WaitingRoom = { close(): Promise<void> };

/** As the server's own; another process would not be ready any sooner. */
const LIVE = JSON.stringify({ status: 'live' });
const ANSWER_MS = 5_000;

/** Says that the process is alive and not ready, and to everybody else that it is not possible at the moment. */
export async function openWaitingRoom(host: string, port: number): Promise<WaitingRoom> {
  const server = createServer((request, response) => {
    request.resume();
    const [path] = (request.url ?? '').split('?');
    if (path === '/health/live') {
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close', ...SAFE_HEADERS }).end(LIVE);
    } else refuse(response, path === '/health/ready' ? 'NOT_READY' : 'UNAVAILABLE');
  });
  server.requestTimeout = ANSWER_MS;
  server.headersTimeout = ANSWER_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, code: ProblemCode): void {
  const body = problemJson(code);
  response.writeHead(problemStatus(code), { ...problemHeaders(body), 'retry-after': '5' }).end(body);
}
