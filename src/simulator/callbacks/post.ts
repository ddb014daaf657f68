import http from 'node:http';
import https from 'node:https';
import type { Timers } from '../clock/timers.ts';

/** Posts JSON over connections that stay open. */
export type Poster = {
  /**
   * @param timeoutMs wall time
   * @returns the status, or 0 when there was no answer
   */
  post(uri: string, body: Buffer, token: string, timeoutMs: number): Promise<number>;
  close(): void;
};

/** A poster with connections of its own. */
export function createPoster(timers: Timers): Poster {
  const options = { keepAlive: true, maxSockets: 128, maxFreeSockets: 128, scheduling: 'lifo' } as const;
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };

  const post: Poster['post'] = (uri, body, token, timeoutMs) =>
    new Promise((resolve) => {
      const { secure, hostname, port, path } = target(uri);
      const headers = {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': body.length,
        Authorization: `Bearer ${token}`,
      };
      const options = { method: 'POST', hostname, port, path, headers };
      const request = secure
        ? https.request({ ...options, agent: agents.https })
        : http.request({ ...options, agent: agents.http });
      const cancelTimeout = timers.afterWall(timeoutMs, () => request.destroy());
      const settle = (status: number) => {
        cancelTimeout();
        resolve(status);
      };
      request.on('response', (response) => {
        // The connection is free for the next event only when the answer has been read to its end.
        response.resume();
        response.on('close', () => settle(response.complete ? (response.statusCode ?? 0) : 0));
      });
      request.on('error', () => settle(0));
      request.end(body);
    });

  return {
    post,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Splits a URI without touching path and query: URL would re-encode them, and the service echoes them byte for byte. */
export function target(uri: string): { secure: boolean; hostname: string; port: string; path: string } {
  const { protocol, hostname, port } = new URL(uri);
  const rest = uri.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/, '');
  return {
    secure: protocol === 'https:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: rest.startsWith('/') ? rest : `/${rest}`,
  };
}
