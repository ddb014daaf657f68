import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback as it arrived. */
export type Received = {
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly raw: string;
  readonly events: readonly ReceivedEvent[];
  readonly atMs: number;
};

export type ReceivedEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly callConnectionId: string;
    readonly serverCallId: string;
    readonly correlationId: string;
    readonly operationContext?: string;
    readonly resultInformation: { readonly code: number; readonly subCode: number; readonly sipDetails?: unknown };
  };
};

export type Receiver = {
  readonly url: string;
  readonly received: Received[];
  /** Events in order of arrival, types without prefix. */
  types(): string[];
  events(): ReceivedEvent[];
  /** The first event of a type, waited for. */
  event(type: string, filter?: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
  /** Decides the status of each answer; undefined leaves the sender without one. */
  answerWith(decide: (received: Received) => number | undefined | Promise<number | undefined>): void;
  close(): Promise<void>;
};

const PREFIX = 'Microsoft.Communication.';
const PATIENCE_MS = 5_000;

/** A callback endpoint on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const watchers = new Set<() => void>();
  let decide: Parameters<Receiver['answerWith']>[0] = () => 200;

  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString('utf8');
    const one = { url: request.url ?? '', headers: request.headers, raw, events: JSON.parse(raw), atMs: Date.now() };
    received.push(one);
    const status = await decide(one);
    for (const watch of [...watchers]) watch();
    if (status !== undefined) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const events = () => received.flatMap((one) => one.events);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    events,
    types: () => events().map(({ type }) => type.slice(PREFIX.length)),
    event: (type, filter = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(new Error(`no ${type} arrived, only ${events().map((event) => event.type)}`));
        }, PATIENCE_MS);
        const look = () => {
          const found = events().find((event) => event.type === `${PREFIX}${type}` && filter(event));
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    answerWith(next) {
      decide = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
