import http, { type IncomingMessage, type RequestListener } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import type { Certificate } from './certificate.ts';
import { listen } from './loopback.ts';

/** Stands before a server and says the same with TLS, or without. Paths are those of the target. */
export type TlsProxy = {
  readonly url: string;
  /** Values of the `authorization` header's first word that came by. */
  readonly schemes: ReadonlySet<string>;
  close(): Promise<void>;
};

/** Ends TLS before a server on plain http. */
export function startTlsFront(targetUrl: string, { cert, key }: Certificate): Promise<TlsProxy> {
  return start('https', (handle) => https.createServer({ cert, key }, handle), http.request, new URL(targetUrl), {});
}

/** Begins TLS towards a server, for clients in a process that does not trust its certificate. */
export function startPlainFront(targetUrl: string, { cert }: Certificate): Promise<TlsProxy> {
  return start('http', (handle) => http.createServer(handle), https.request, new URL(targetUrl), { ca: cert });
}

async function start(
  scheme: 'http' | 'https',
  create: (handle: RequestListener) => http.Server,
  request: typeof https.request,
  target: URL,
  trust: { readonly ca?: string },
): Promise<TlsProxy> {
  const schemes = new Set<string>();
  const server = create((incoming, response) => {
    schemes.add(incoming.headers.authorization?.split(' ')[0] ?? 'none');
    const { hostname, port } = target;
    const options = {
      hostname,
      port,
      ...trust,
      method: incoming.method,
      path: incoming.url,
      headers: headersOf(incoming),
    };
    const outgoing = request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response, () => {});
    });
    outgoing.on('error', () => response.destroy());
    pipeline(incoming, outgoing, () => {});
  });
  const { port, close } = await listen(server);
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    schemes,
    close,
  };
}

/** All but what concerns this one connection. */
function headersOf({ headers }: IncomingMessage): http.OutgoingHttpHeaders {
  const { connection: _, ...rest } = headers;
  return rest;
}
