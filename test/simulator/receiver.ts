import http from 'node:http';
import { bodyOf, listen } from '../support/loopback.ts';
import { eventually } from '../support/until.ts';

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

/** A callback endpoint on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let decide: Parameters<Receiver['answerWith']>[0] = () => 200;

  const server = http.createServer(async (request, response) => {
    const raw = (await bodyOf(request)).toString('utf8');
    const one = { url: request.url ?? '', headers: request.headers, raw, events: JSON.parse(raw), atMs: Date.now() };
    received.push(one);
    const status = await decide(one);
    if (status !== undefined) response.writeHead(status).end();
  });
  const { url, close } = await listen(server);
  const events = () => received.flatMap((one) => one.events);

  return {
    url,
    received,
    events,
    types: () => events().map(({ type }) => type.slice(PREFIX.length)),
    event: (type, filter = () => true) =>
      eventually(`a ${type}`, () => {
        return events().find((event) => event.type === `${PREFIX}${type}` && filter(event)) ?? null;
      }),
    answerWith(next) {
      decide = next;
    },
    close,
  };
}
