import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import { DEVELOPMENT_ACCESS_KEY } from '../../src/simulator/wire/defaults.ts';
import { bodyOf } from '../support/loopback.ts';
import { sha256 } from '../support/sha256.ts';
import { CALLER, MEMBER, SPEECH } from './rig.ts';

/** An answer as it came, header names in lower case. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into by assertions
  readonly json: any;
};

export type RawRequest = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Sends a request without the SDK; rejects when the connection is lost. */
export function send(url: string, { method, path, body, headers = {} }: RawRequest): Promise<RawAnswer> {
  const raw = bytesOf(body);
  return new Promise((resolve, reject) => {
    const options = {
      method,
      path,
      headers: { 'content-length': String(raw.length), ...headers },
      agent: false,
    } as const;
    const request = http.request(url, options, async (response) => {
      const text = (await bodyOf(response)).toString('utf8');
      const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
    });
    request.on('error', reject);
    request.end(raw);
  });
}

export type SigningOptions = { readonly key?: string; readonly date?: string; readonly signedBody?: unknown };

/** The headers that the scheme asks for, computed independently of the simulator. */
export function signature(url: string, request: RawRequest, options: SigningOptions = {}): Record<string, string> {
  const { host } = new URL(url);
  const date = options.date ?? new Date().toUTCString();
  const signedBody = bytesOf('signedBody' in options ? options.signedBody : request.body);
  const hash = sha256(signedBody, 'base64');
  const key = Buffer.from(options.key ?? DEVELOPMENT_ACCESS_KEY, 'base64');
  const toSign = `${request.method}\n${request.path}\n${date};${host};${hash}`;
  const value = createHmac('sha256', key).update(toSign).digest('base64');
  return {
    'x-ms-date': date,
    'x-ms-content-sha256': hash,
    Authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${value}`,
  };
}

/** Sends a signed request. */
export function sendSigned(url: string, request: RawRequest, options: SigningOptions = {}): Promise<RawAnswer> {
  const headers = { ...signature(url, request, options), 'content-type': 'application/json', ...request.headers };
  return send(url, { ...request, headers });
}

/** Path of an operation on call connections, with the version the SDK sends. */
export function operationPath(rest = '', version = '2026-03-12'): string {
  return `/calling/callConnections${rest}?api-version=${version}`;
}

/** A createCall body that is fine. */
export function createCallBody(change: Readonly<Record<string, unknown>> = {}) {
  return {
    targets: [{ kind: 'phoneNumber', rawId: `4:${MEMBER}`, phoneNumber: { value: MEMBER } }],
    sourceCallerIdNumber: { value: CALLER },
    callbackUri: 'http://127.0.0.1:9/nobody',
    callIntelligenceOptions: { cognitiveServicesEndpoint: SPEECH },
    ...change,
  };
}

/** Repeatability headers of a request first sent now. */
export function repeatability(id: string = randomUUID()): Record<string, string> {
  return { 'Repeatability-Request-ID': id, 'Repeatability-First-Sent': new Date().toUTCString() };
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
