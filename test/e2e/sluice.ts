import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { forward } from './recording-proxy.ts';

/** A callback on its way from the provider, who waits for an answer. */
export type HeldCallback = {
  /** Hands it to the server; it may be handed over more than once. Resolves with the status of the answer. */
  deliver(port: number): Promise<number>;
  /** Answers the provider. */
  acknowledge(status: number): void;
};

/** Stands between the provider and the server, for callbacks only, and lets them through one at a time. */
export type Sluice = {
  readonly url: string;
  /** The one that waits longest; when none does, the next that comes. */
  next(): Promise<HeldCallback>;
  close(): Promise<void>;
};

const LIMIT_MS = 20_000;

export async function startSluice(): Promise<Sluice> {
  const held: HeldCallback[] = [];
  const waiting: ((callback: HeldCallback) => void)[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(parts);
      const callback: HeldCallback = {
        deliver: (port) => forward(agent, port, incoming, body),
        acknowledge: (status) => void outgoing.writeHead(status).end(),
      };
      const taker = waiting.shift();
      if (taker) taker(callback);
      else held.push(callback);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      new Promise((resolve, reject) => {
        const first = held.shift();
        if (first) return resolve(first);
        const timer = setTimeout(() => reject(new Error('in vain waited for a callback')), LIMIT_MS);
        waiting.push((callback) => {
          clearTimeout(timer);
          resolve(callback);
        });
      }),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
