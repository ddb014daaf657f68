import type { IncomingMessage, ServerResponse } from 'node:http';

const PART = Buffer.alloc(64 * 1024, '[');

/** An answer that goes on for as long as somebody reads it. */
export function flood(_request: IncomingMessage, response: ServerResponse, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const go = (): void => {
    while (!response.destroyed && response.write(PART));
  };
  response.on('drain', go);
  go();
}
