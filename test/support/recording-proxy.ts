import http from 'node:http';
import { bodyOf, listen } from './loopback.ts';

/** A CloudEvent of the provider. */
export type SentEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly operationContext?: string; readonly dtmfResult?: { readonly tones: readonly string[] } };
};

/** Stands between the provider and the server, for callbacks only, and remembers which events the provider was told to be safe. */
export type RecordingProxy = {
  readonly url: string;
  /** By id, the events whose delivery was answered with 2xx. */
  readonly acknowledged: ReadonlyMap<string, SentEvent>;
  close(): Promise<void>;
};

/** @param targetPort where the server listens, while it lives */
export async function startRecordingProxy(targetPort: () => number): Promise<RecordingProxy> {
  const acknowledged = new Map<string, SentEvent>();
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((incoming, outgoing) => {
    const handOver = async (): Promise<void> => {
      const body = await bodyOf(incoming);
      const status = await forward(agent, targetPort(), incoming, body);
      if (status >= 200 && status < 300) for (const event of eventsOf(body)) acknowledged.set(event.id, event);
      outgoing.writeHead(status).end();
    };
    // The server died before it answered: the provider hears nothing either.
    handOver().catch(() => outgoing.destroy());
  });
  const { url, close } = await listen(server);
  return {
    url,
    acknowledged,
    async close() {
      agent.destroy();
      await close();
    },
  };
}

/** Sends a request on as it came; resolves with the status of the answer. */
export function forward(agent: http.Agent, port: number, from: http.IncomingMessage, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const { method, url: path, headers } = from;
    const request = http.request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 502));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function eventsOf(body: Buffer): SentEvent[] {
  return JSON.parse(body.toString()) as SentEvent[];
}
