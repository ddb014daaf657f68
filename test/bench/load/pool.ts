import type { Socket } from 'node:net';
import { completeStatus, open } from './wire.ts';

/** Connections that stay open and serve one request at a time; as many as are needed at once. */
export type Pool = {
  /** Resolves when the answer is there. */
  send(bytes: Buffer): Promise<void>;
  close(): void;
};

export function createPool(port: number): Pool {
  const idle: Socket[] = [];
  const all: Socket[] = [];

  const connection = async (): Promise<Socket> => {
    const free = idle.pop();
    if (free) return free;
    const made = await open(port);
    all.push(made);
    return made;
  };
  return {
    async send(bytes) {
      const socket = await connection();
      await exchange(socket, bytes);
      idle.push(socket);
    },
    close() {
      for (const socket of all) socket.destroy();
    },
  };
}

function exchange(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      const status = completeStatus(received);
      if (status === null) return;
      socket.off('data', onData);
      if (status === 200) resolve();
      else reject(new Error(`answered ${status}: ${received}`));
    };
    socket.on('data', onData);
    socket.write(bytes);
  });
}
