import type { AgentOptions } from 'node:http';
import type { Readable } from 'node:stream';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { StoragePipelineOptions } from '@azure/storage-queue';
import { type Agents, createAgents } from '../net/agents.ts';
import { AnswerError, tooLarge } from '../net/ask.ts';

// Shorter than the idle time of the services' front ends, so that it is we who close: what is sent on a connection that
// the other side is just closing is lost, and nobody can tell whether it was executed.
const IDLE_CONNECTION_MS = 15_000;
const CONNECTIONS_MAX = 256;

const CONNECTIONS: AgentOptions = {
  keepAlive: true,
  timeout: IDLE_CONNECTION_MS,
  maxSockets: CONNECTIONS_MAX,
  scheduling: 'lifo',
};

/** Most answers of most services have some kilobytes. */
const ANSWER_BYTES_MAX = 1024 ** 2;

export type HttpClientOptions = {
  /** Of an answer's body; default 1 MiB. */
  readonly answerBytesMax?: number;
};

/** What a client of the SDK sends its requests with. */
export type ClosableClient = { readonly httpClient: HttpClient; close(): void };

/**
 * Sends requests of one client of the SDK: over connections of its own, by the one rule about proxies (`net/proxy.ts`, whatever
 * the SDK has found in the environment by rules of its own), and reads no more of an answer than it can mean. The SDK itself
 * keeps in memory whatever comes.
 */
export function createHttpClient(options: HttpClientOptions = {}): ClosableClient {
  const agents = createAgents(CONNECTIONS);
  return { httpClient: clientOver(agents, options), close: agents.close };
}

/** The same over connections that all such clients share, for those that nobody closes. */
export function sharedHttpClient(options: HttpClientOptions = {}): HttpClient {
  shared ??= createAgents(CONNECTIONS);
  return clientOver(shared, options);
}

let shared: Agents | undefined;

/** The same for the clients of queues and blobs, which take one of the SDK's former kind. */
export function storageHttpClient(options: HttpClientOptions = {}): StorageClient {
  const client = sharedHttpClient(options);
  return {
    async sendRequest(resource) {
      const { headers, ...rest } = resource;
      const request = createPipelineRequest({
        ...rest,
        headers: createHttpHeaders(headers.toJson({ preserveCase: true })),
      });
      const answer = await client.sendRequest(allowingPlain(request));
      // All that the SDK does with these headers is to turn them back.
      const toJson = (): object => answer.headers.toJSON({ preserveCase: true });
      return { ...answer, request: resource, headers: { toJson } } as unknown as StorageAnswer;
    },
  };
}

type StorageClient = NonNullable<StoragePipelineOptions['httpClient']>;
type StorageAnswer = Awaited<ReturnType<StorageClient['sendRequest']>>;

/** As the SDK's own clients of queues and blobs do; to other machines than this one no setting leads without TLS. */
function allowingPlain(request: PipelineRequest): PipelineRequest {
  request.allowInsecureConnection = true;
  return request;
}

const ANY_STATUS: Set<number> = new Set([Number.POSITIVE_INFINITY]);

function clientOver(agents: Agents, { answerBytesMax = ANSWER_BYTES_MAX }: HttpClientOptions): HttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      request.agent = agents.of(request.url);
      // Of an answer that the SDK's client unpacks nobody hears when it breaks off, and most are smaller than what unpacking costs.
      request.headers.set('accept-encoding', 'identity');
      const { streamResponseStatusCodes: streamed } = request;
      Object.assign(request, { streamResponseStatusCodes: ANY_STATUS });
      try {
        const answer = await client.sendRequest(request);
        // Whoever takes a stream counts for himself.
        if (!answer.readableStreamBody || streamed?.has(answer.status)) return answer;
        return await wholeOf(answer, answer.readableStreamBody as Readable, answerBytesMax);
      } finally {
        // The same request is sent again by the SDK: it must be found as it was.
        Object.assign(request, { streamResponseStatusCodes: streamed });
      }
    },
  };
}

/** An answer with its body as text. A refusal that says too much is one all the same. */
async function wholeOf(answer: PipelineResponse, body: Readable, bytesMax: number): Promise<PipelineResponse> {
  const { status, headers, request } = answer;
  try {
    return { status, headers, request, bodyAsText: (await readAll(body, bytesMax)).toString('utf8') };
  } catch (error) {
    if (request.abortSignal?.aborted) throw new DOMException('the request was called off', 'AbortError');
    if (!(error instanceof AnswerError)) throw brokenOff(answer, error);
    if (status < 300) throw error;
    return { status, headers, request, bodyAsText: '' };
  }
}

/** By events: a promise for each piece, as Node's own iterator makes them, would make the seven requests of a call a thirtieth slower. */
function readAll(body: Readable, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    body.on('data', (part: Buffer) => {
      length += part.length;
      if (length > bytesMax) body.destroy(tooLarge(bytesMax));
      else parts.push(part);
    });
    body.on('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    body.on('error', reject);
  });
}

/** As the SDK's own client says it. */
function brokenOff({ request }: PipelineResponse, error: unknown): RestError {
  const what = error instanceof Error ? error.message : 'it broke off';
  return new RestError(`Error reading response as text: ${what}`, { code: RestError.PARSE_ERROR, request });
}
