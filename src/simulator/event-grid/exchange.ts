import http from 'node:http';
import https from 'node:https';
import { target } from '../callbacks/post.ts';
import type { Timers } from '../clock/timers.ts';

/** A request to a subscriber. */
type ExchangeRequest = {
  readonly method: 'POST' | 'OPTIONS';
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: Buffer;
};

/** What came back. Redirects are answers like any other: nobody follows them. */
export type ExchangeAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: http.IncomingHttpHeaders;
      readonly text: string;
    }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'socket-error' };

/** Asks subscribers over connections that stay open. */
export type Exchange = {
  /** Never rejects. */
  ask(request: ExchangeRequest): Promise<ExchangeAnswer>;
  close(): void;
};

/** Event Grid waits so long for an answer. Wall time: the subscriber's clock measures it too. */
const ANSWER_WITHIN_MS = 30_000;
/** More of an answer than this is nobody's business here. */
const ANSWER_BYTES_MAX = 65_536;

/** An exchange with connections of its own. */
export function createExchange(timers: Timers): Exchange {
  const options = { keepAlive: true, maxSockets: 128, scheduling: 'lifo' } as const;
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };

  const ask: Exchange['ask'] = ({ method, uri, headers, body }) =>
    new Promise((resolve) => {
      const { secure, hostname, port, path } = target(uri);
      const needs = { method, hostname, port, path, headers: { ...headers, 'Content-Length': String(body.length) } };
      const request = secure
        ? https.request({ ...needs, agent: agents.https })
        : http.request({ ...needs, agent: agents.http });
      const settle = (answer: ExchangeAnswer) => {
        cancelTimeout();
        resolve(answer);
      };
      const cancelTimeout = timers.afterWall(ANSWER_WITHIN_MS, () => {
        settle({ kind: 'timeout' });
        request.destroy();
      });
      request.on('response', (response) => {
        collect(response).then(settle, () => settle({ kind: 'socket-error' }));
      });
      request.on('error', () => settle({ kind: 'socket-error' }));
      request.end(body);
    });

  return {
    ask,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

async function collect(response: http.IncomingMessage): Promise<ExchangeAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes <= ANSWER_BYTES_MAX) chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, text };
}
