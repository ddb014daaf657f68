import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection whose client says what it wants, when it wants, and never hangs up by itself. */
export type RawConnection = {
  readonly send: (bytes: string) => void;
  /** All that has come so far. */
  readonly heard: () => string;
  /** Resolves with all that came, when the other side has ended it. */
  readonly ended: Promise<string>;
  readonly socket: Socket;
};

/** Connects to a server of this machine, and sends these bytes if there are any. */
export async function rawConnection(port: number, bytes = ''): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  socket.on('data', (part: Buffer) => {
    heard += part.toString('latin1');
  });
  const ended = new Promise<string>((resolve) => {
    for (const event of ['end', 'close', 'error']) socket.once(event, () => resolve(heard));
  });
  await once(socket, 'connect');
  const send = (text: string): void => void socket.write(text, 'latin1');
  if (bytes !== '') send(bytes);
  return { send, heard: () => heard, ended, socket };
}
