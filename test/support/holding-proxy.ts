import http from 'node:http';
import { bodyOf, listen } from './loopback.ts';
import { forward } from './recording-proxy.ts';
import { eventually } from './until.ts';

/** A callback on its way from the provider, who waits for an answer. */
export type HeldCallback = {
  /** Hands it to the server; it may be handed over more than once. Resolves with the status of the answer. */
  deliver(port: number): Promise<number>;
  /** Answers the provider. */
  acknowledge(status: number): void;
};

/** Stands between the provider and the server, for callbacks only, and lets them through one at a time. */
export type HoldingProxy = {
  readonly url: string;
  /** The one that waits longest; when none does, the next that comes. */
  next(): Promise<HeldCallback>;
  close(): Promise<void>;
};

export async function startHoldingProxy(): Promise<HoldingProxy> {
  const held: HeldCallback[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((incoming, outgoing) => {
    const hold = (body: Buffer): void => {
      held.push({
        deliver: (port) => forward(agent, port, incoming, body),
        acknowledge: (status) => void outgoing.writeHead(status).end(),
      });
    };
    void bodyOf(incoming).then(hold, () => outgoing.destroy());
  });
  const { url, close } = await listen(server);
  return {
    url,
    next: () => eventually('a callback', () => held.shift() ?? null),
    async close() {
      agent.destroy();
      await close();
    },
  };
}
