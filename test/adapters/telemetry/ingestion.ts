import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { bodyOf, listen } from '../../support/loopback.ts';

/** One item as Application Insights stores it. */
export type Envelope = {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: {
      readonly id?: string;
      readonly name?: string;
      readonly success?: boolean;
      readonly message?: string;
      readonly properties: Readonly<Record<string, string>>;
      readonly metrics?: readonly { readonly name: string; readonly value: number }[];
    };
  };
};

export type Ingestion = {
  readonly connectionString: string;
  /** Whole requests as text: line, headers, body. */
  readonly requests: readonly string[];
  readonly envelopes: readonly Envelope[];
  /** What it does with the next requests; taking them in when absent. */
  answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | null;
  close(): Promise<void>;
};

/** The ingestion endpoint of an Application Insights resource, as far as an exporter can see it. */
export async function startIngestion(): Promise<Ingestion> {
  const requests: string[] = [];
  const envelopes: Envelope[] = [];
  const server = createServer((request, response) => void take(request, response));

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
    requests.push(`${request.method} ${request.url}\n${JSON.stringify(request.headers)}\n${text}`);
    if (ingestion.answer) {
      response.writeHead(ingestion.answer.status, ingestion.answer.headers).end('{}');
      return;
    }
    const items = JSON.parse(text) as Envelope[];
    envelopes.push(...items);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ itemsReceived: items.length, itemsAccepted: items.length, errors: [] }));
  }

  const { url, close } = await listen(server);
  const ingestion: Ingestion = {
    connectionString: `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=${url}/`,
    requests,
    envelopes,
    answer: null,
    close,
  };
  return ingestion;
}
