import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A server of a test on this machine. */
export type Listening = {
  readonly port: number;
  /** Its origin, for servers that speak http. */
  readonly url: string;
  /** Ends its connections too. Once more does nothing. */
  close(): Promise<void>;
};

/**
 * Lets a server listen where only this machine reaches it.
 * @param port absent: one that is free
 */
export async function listen(server: Server, port = 0): Promise<Listening> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    port: own,
    url: `http://127.0.0.1:${own}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** The whole body of a request or an answer. */
export async function bodyOf(message: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts);
}
