import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAcsTelephony } from '../../../src/adapters/telephony/acs.ts';
import type { CallTarget, Telephony } from '../../../src/app/ports.ts';
import type { SentCommand } from '../../../src/domain/call/bodies.ts';

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
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: text === '' ? null : JSON.parse(text) });
      answer(response, request);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const telephony = createAcsTelephony({
    connectionString: `endpoint=http://127.0.0.1:${port};accesskey=${ACCESS_KEY}`,
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
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
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

export const CALL: CallTarget = {
  callConnectionId: '421f0b00-0000-4000-8000-000000000001',
  phoneNumber: '+15550100',
  callbackUri: 'https://public.example/api/calls/events?call=c-1&secret=s-1',
};

const WAITS = { answerBy: '2026-03-01T10:00:15.000Z', resultBy: '2026-03-01T10:02:00.000Z' };
const PROMPT = { text: 'Press 1 if you can talk now.', voice: { name: 'en-US-JennyNeural' }, cacheId: 'cache-1' };

export const COMMANDS: { readonly [T in SentCommand['type']]: Extract<SentCommand, { type: T }> } = {
  PlaceCall: {
    id: 'cmd-place',
    type: 'PlaceCall',
    body: {
      ...WAITS,
      attempt: 1,
      to: '+15550100',
      from: '+15550199',
      callbackUrl: 'https://public.example/api/calls/events',
      repeatabilityRequestId: '47e4fa59-9c1b-4161-8074-433fd5ef40b1',
      repeatabilityFirstSent: '2026-03-01T10:00:00.123Z',
    },
  },
  AskQuestion: {
    id: 'cmd-ask',
    type: 'AskQuestion',
    body: {
      ...WAITS,
      step: 'person',
      question: null,
      audience: 'anyone',
      prompt: PROMPT,
      keys: { '1': { value: 'yes', next: 'q1' } },
      silenceSeconds: 10,
      attempt: 1,
      because: 'first',
      silence: 'bye',
      lastChance: false,
      interrupt: true,
    },
  },
  SayMessage: {
    id: 'cmd-say',
    type: 'SayMessage',
    body: { ...WAITS, step: 'bye', audience: 'anyone', prompt: PROMPT, attempt: 1, because: 'flow', interrupt: true },
  },
  HangUp: {
    id: 'cmd-hang-up',
    type: 'HangUp',
    body: { ...WAITS, callConnectionId: 'leg-2', attempt: 1, because: 'finished' },
  },
  CheckCall: { id: 'cmd-check', type: 'CheckCall', body: { ...WAITS, callConnectionId: 'leg-2', attempt: 1 } },
};
