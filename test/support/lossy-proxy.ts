import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFor, wholeBelow } from '../../src/simulator/faults/prng.ts';
import { listen } from './loopback.ts';

/**
 * What happens to a request:
 * - `reset`: the connection ends before anything is forwarded
 * - `lostAnswer`: it is executed, and the connection ends instead of an answer
 * - `cutAnswer`: it is executed, and the connection ends in the middle of the answer's body
 * - `late`: the connection ends, and it is executed some time after that
 * - `busy`: 503 ServerBusy, not executed
 * - `failedBefore`: 500, not executed
 * - `forbidden`: 403, not executed, as before a role assignment has arrived
 * - `silent`: it is taken, and neither executed nor ever answered
 * - `failedAfter`: 500 OperationTimedOut, although it was executed
 */
export const FAULTS = [
  'reset',
  'lostAnswer',
  'cutAnswer',
  'late',
  'busy',
  'failedBefore',
  'failedAfter',
  'forbidden',
  'silent',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each happens, from 0 to 1, together at most 1; `delay` may come with any of them or alone. */
export type FaultRates = { readonly [fault in Fault | 'delay']?: number };

export type LossyProxy = {
  /** The proxy's own origin; paths are those of the target. */
  readonly url: string;
  /** From the next request on. Faults that are not named do not happen. */
  setFaults(rates: FaultRates): void;
  /** Exactly these happen to the next requests that match, one each; rates apply again after that. */
  plan(faults: readonly (Fault | 'none')[], matching?: RegExp): void;
  counts(): ProxyCounts;
  close(): Promise<void>;
};

export type ProxyCounts = {
  /** Requests that arrived, by method and kind of path, such as `POST /$batch` or `GET /TestEvents()`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly total: number;
  /** The same with the status that the service gave, such as `POST /TestEvents 409`. */
  readonly answers: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
};

export type LossyProxyOptions = {
  readonly seed: number;
  /** The longest delay in milliseconds. Default: 5. */
  readonly delayMsMax?: number;
};

type Answer = { readonly status: number; readonly rawHeaders: readonly string[]; readonly body: Buffer };

const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Kinds of paths that are counted apart. */
const KINDS_MAX = 1_000;
const NO_FAULTS: FaultRates = {};

/**
 * Stands in front of a storage service and loses things. Requests are signed over their path, which is forwarded byte
 * for byte; the host is not part of what is signed.
 * @param targetUrl its origin is forwarded to
 */
export async function startLossyProxy(targetUrl: string, options: LossyProxyOptions): Promise<LossyProxy> {
  const target = new URL(targetUrl);
  const random = randomFor(options.seed, 'lossy-proxy');
  const agent = new http.Agent({ keepAlive: true });
  const requests = new Map<string, number>();
  const answers = new Map<string, number>();
  const faults = new Map<string, number>();
  const underway = new Set<Promise<void>>();
  let rates = NO_FAULTS;
  let planned: { faults: (Fault | 'none')[]; matching: RegExp } = { faults: [], matching: /^/ };

  const delay = () => sleep(1 + wholeBelow(random, options.delayMsMax ?? 5));

  function choose(line: string): Fault | 'none' {
    if (planned.faults.length > 0 && planned.matching.test(line)) return planned.faults.shift()!;
    let left = random();
    for (const fault of FAULTS) {
      left -= rates[fault] ?? 0;
      if (left < 0) return fault;
    }
    return 'none';
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const line = `${incoming.method} ${kindOf(incoming.url ?? '/')}`;
    add(requests, requests.size < KINDS_MAX || requests.has(line) ? line : 'other');
    const fault = choose(line);
    if (fault !== 'none') add(faults, fault);
    if (random() < (rates.delay ?? 0)) {
      add(faults, 'delay');
      await delay();
    }
    if (fault === 'busy') return refuse(incoming, outgoing, 503, 'ServerBusy');
    if (fault === 'silent') return;
    if (fault === 'forbidden') return refuse(incoming, outgoing, 403, 'AuthorizationPermissionMismatch');
    if (fault === 'failedBefore') return refuse(incoming, outgoing, 500, 'InternalError');
    if (fault === 'reset' || fault === 'late') outgoing.destroy();
    if (fault === 'reset') return;
    if (fault === 'late') await delay();
    const answer = await forward(agent, target, incoming, body);
    add(answers, `${line} ${answer.status}`);
    if (fault === 'late') return;
    if (fault === 'lostAnswer') outgoing.destroy();
    else if (fault === 'failedAfter') refuse(incoming, outgoing, 500, 'OperationTimedOut');
    else if (fault === 'cutAnswer') cut(outgoing, answer);
    else outgoing.writeHead(answer.status, [...answer.rawHeaders]).end(answer.body);
  }

  const server = http.createServer((incoming, outgoing) => {
    // What cannot be served ends like a lost request.
    const served = serve(incoming, outgoing).catch(() => void outgoing.destroy());
    underway.add(served);
    void served.then(() => underway.delete(served));
  });
  const { url, close } = await listen(server);
  return {
    url,
    setFaults(next) {
      rates = next;
    },
    plan(next, matching = /^/) {
      planned = { faults: [...next], matching };
    },
    counts: () => ({
      requests: Object.fromEntries(requests),
      total: [...requests.values()].reduce((sum, count) => sum + count, 0),
      answers: Object.fromEntries(answers),
      faults: Object.fromEntries(faults),
    }),
    async close() {
      // What comes late is executed before the test looks for it.
      await Promise.all(underway);
      agent.destroy();
      await close();
    },
  };
}

/** The path behind the account, without keys and query: `/$batch`, `/TestEvents()`, `/a-queue/messages`. */
function kindOf(url: string): string {
  const [, , ...parts] = decodeURIComponent(url.replace(/\?.*$/, '')).split('/');
  return `/${parts
    .slice(0, 2)
    .join('/')
    .replace(/\(.+\)$/, '(key)')}`;
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    sizeBytes += part.length;
    if (sizeBytes > BODY_BYTES_MAX) throw new Error('the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function forward(agent: http.Agent, target: URL, from: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = target;
    const { method, url: path, rawHeaders: headers } = from;
    const request = http.request({ agent, hostname, port, method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 502, rawHeaders: response.rawHeaders, body: Buffer.concat(parts) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** An error of the service: Tables writes JSON, Queues XML. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, status: number, code: string): void {
  const json = incoming.headers.accept?.includes('json');
  const text = json
    ? JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: 'made up' } } })
    : `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>made up</Message></Error>`;
  outgoing.writeHead(status, { 'content-type': json ? 'application/json' : 'application/xml' }).end(text);
}

function cut(outgoing: ServerResponse, { status, rawHeaders, body }: Answer): void {
  const type = rawHeaders[rawHeaders.findIndex((name) => /^content-type$/i.test(name)) + 1] ?? 'text/plain';
  outgoing.writeHead(status, { 'content-type': type, 'content-length': body.length + 1 });
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
  if (body.length === 0) outgoing.destroy();
}
