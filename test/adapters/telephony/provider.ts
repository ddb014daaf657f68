import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createAcsTelephony } from '../../../src/adapters/telephony/acs.ts';
import type { Telephony } from '../../../src/app/ports.ts';
import { bodyOf, listen } from '../../support/loopback.ts';

export type SeenRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A provider that answers every request as it is told, and a telephony that talks to it over real HTTP. */
export type Provider = {
  readonly seen: SeenRequest[];
  readonly sockets: Set<Socket>;
  readonly telephony: Telephony;
  readonly port: number;
  answerWith(answer: Answer): void;
  close(): Promise<void>;
};

export const ACCESS_KEY = Buffer.from('an access key of some thirty bytes').toString('base64');
export const SPEECH = 'https://speech.example/';

export async function startProvider(requestTimeoutMs?: number): Promise<Provider> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let answer: Answer = (response) => response.writeHead(202).end();
  const server = createServer((request, response) => {
    const take = (body: Buffer): void => {
      const text = body.toString('utf8');
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: text === '' ? null : JSON.parse(text) });
      answer(response, request);
    };
    void bodyOf(request).then(take, () => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const { port, url, close } = await listen(server);
  const telephony = createAcsTelephony({
    connectionString: `endpoint=${url};accesskey=${ACCESS_KEY}`,
    cognitiveServicesEndpoint: SPEECH,
    allowInsecureConnection: true,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
  return {
    seen,
    sockets,
    telephony,
    port,
    answerWith: (next) => {
      answer = next;
    },
    async close() {
      await telephony.close();
      await close();
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

export const acsError = (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  json(status, { error: { code, message: 'Refused.' } }, headers);
