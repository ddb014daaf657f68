import { connect, type Socket } from 'node:net';

/** The requests of one connection, each the whole of its bytes. The next is sent when the one before is answered. */
export type Queue = readonly Buffer[];

export type VolleyResult = {
  readonly seconds: number;
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<number, number>>;
};

/**
 * Sends every request once, each queue on a connection of its own that stays open. A client of its own, because it
 * shares two cores with the server: a usual HTTP client costs as much as the server that it is to load.
 */
export async function fire(port: number, queues: readonly Queue[]): Promise<VolleyResult> {
  const statuses: Record<number, number> = {};
  const count = (status: number): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const sockets = await Promise.all(queues.map(() => open(port)));
  const startMs = performance.now();
  await Promise.all(sockets.map((socket, index) => drive(socket, queues[index] ?? [], count)));
  const seconds = (performance.now() - startMs) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { seconds, statuses };
}

/** A connection to this machine. */
export function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function drive(socket: Socket, queue: Queue, count: (status: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    let next = 0;
    const send = (): void => {
      const request = queue[next++];
      if (request) socket.write(request);
      else resolve();
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const status = completeStatus(received);
      if (status === null) return;
      received = '';
      count(status);
      send();
    });
    send();
  });
}

/** The status of a whole answer, null while some of it is missing. All servers here send a Content-Length. */
export function completeStatus(text: string): number | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  const whole = headEnd + 4 + Number(length ?? 0);
  return text.length >= whole ? Number(text.slice(9, 12)) : null;
}

/** The bytes of a POST with a JSON body. */
export function postBytes(path: string, body: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${length}\r\n${lines.join('')}\r\n${body}`,
  );
}

/** The bytes of a GET. */
export function getBytes(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n`);
}
