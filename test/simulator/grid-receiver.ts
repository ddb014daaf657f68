import http from 'node:http';
import { bodyOf, listen } from '../support/loopback.ts';

/** A request of Event Grid as it arrived. */
export type GridDelivery = {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: events of any shape are looked into by assertions
  readonly body: any;
};

/** How a request is answered; undefined: as a willing subscriber does. Never settling leaves it without an answer. */
export type GridAnswer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
};

export type GridReceiver = {
  readonly url: string;
  /** Everything that came, handshakes included. */
  readonly requests: GridDelivery[];
  /** Handshakes left out. */
  deliveries(): GridDelivery[];
  answerWith(decide: (delivery: GridDelivery) => GridAnswer | undefined | Promise<GridAnswer | undefined>): void;
  close(): Promise<void>;
};

/** A subscriber on a free port that agrees to both handshakes and takes everything, unless told otherwise. */
export async function startGridReceiver(): Promise<GridReceiver> {
  const requests: GridDelivery[] = [];
  let decide: Parameters<GridReceiver['answerWith']>[0] = () => undefined;
  const server = http.createServer(async (request, response) => {
    const text = (await bodyOf(request)).toString('utf8');
    const { method = '', url = '', headers } = request;
    const delivery = { method, url, headers, body: text === '' ? undefined : JSON.parse(text) };
    requests.push(delivery);
    const { status, headers: answered = {}, body } = (await decide(delivery)) ?? willing(delivery);
    response.writeHead(status, answered).end(body === undefined ? undefined : JSON.stringify(body));
  });
  const { url: origin, close } = await listen(server);
  return {
    url: `${origin}/events`,
    requests,
    deliveries: () => requests.filter((one) => one.headers['aeg-event-type'] !== 'SubscriptionValidation'),
    answerWith(next) {
      decide = next;
    },
    close,
  };
}

/** What a subscriber answers that wants the events. */
export function willing({ method, headers, body }: GridDelivery): GridAnswer {
  if (method === 'OPTIONS') return { status: 200, headers: { 'WebHook-Allowed-Origin': 'eventgrid.azure.net' } };
  if (headers['aeg-event-type'] !== 'SubscriptionValidation') return { status: 200 };
  return { status: 200, body: { validationResponse: body[0].data.validationCode } };
}
