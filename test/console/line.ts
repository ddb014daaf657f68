import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../support/loopback.ts';

/** What a browser reaches a server over. */
export type Line = {
  readonly url: string;
  /** Cuts every connection and takes no more. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
};

/** @param url of a server on this machine */
export async function lineTo(url: string): Promise<Line> {
  const port = Number(new URL(url).port);
  const open = new Set<Socket>();
  let isCut = false;
  const listener = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect({ host: '127.0.0.1', port });
    open.add(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(client);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const own = await listen(listener);
  return {
    url: `http://127.0.0.1:${own.port}`,
    cut() {
      isCut = true;
      for (const socket of [...open]) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    close: own.close,
  };
}
