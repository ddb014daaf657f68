import http from 'node:http';
import { connect } from 'node:net';
import { listen } from './loopback.ts';

/** A proxy as companies have one, for requests that leave the house. It remembers what it was asked for. */
export type ForwardProxy = {
  readonly url: string;
  /** `host:port` of each tunnel that was asked for, and whole addresses of plain requests. */
  readonly asked: string[];
  /** What came as `proxy-authorization`. */
  readonly credentials: (string | undefined)[];
  close(): Promise<void>;
};

/**
 * @param port on this machine, where every tunnel leads, whatever was asked for; absent: none is opened
 * @param plain answers plain requests; absent: 502
 */
export async function startForwardProxy(port?: number, plain?: http.RequestListener): Promise<ForwardProxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    credentials.push(request.headers['proxy-authorization']);
    if (plain) plain(request, response);
    else response.writeHead(502).end();
  });
  server.on('connect', (request, socket, head) => {
    asked.push(request.url ?? '');
    credentials.push(request.headers['proxy-authorization']);
    socket.on('error', () => {});
    if (port === undefined) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  const { url, close } = await listen(server);
  return { url, asked, credentials, close };
}
