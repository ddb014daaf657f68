import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SIGNATURE_WINDOW_MS } from './defaults.ts';

/** What a signature covers, exactly as it came over the wire. */
type SignedRequest = {
  readonly method: string;
  /** Path and query of the request line, not normalised. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

const AUTHORIZATION = /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=([A-Za-z0-9+/]+=*)$/;

/**
 * Whether the request is signed with the access key and is recent. The same signature is welcome any number of times,
 * because the SDK signs once and sends that on every retry.
 *
 * @param accessKey base64, as in a connection string
 * @param nowMs wall time, milliseconds since the epoch
 * @returns undefined when it is, else what is wrong
 */
export function signatureProblem(request: SignedRequest, accessKey: string, nowMs: number): string | undefined {
  const { 'x-ms-date': date, 'x-ms-content-sha256': contentHash, host, authorization } = request.headers;
  if (typeof date !== 'string' || typeof contentHash !== 'string' || typeof host !== 'string') {
    return 'A header that must be signed is missing.';
  }
  const signature = typeof authorization === 'string' ? AUTHORIZATION.exec(authorization)?.[1] : undefined;
  if (signature === undefined) return 'The Authorization header is missing or malformed.';

  const sentMs = Date.parse(date);
  if (Number.isNaN(sentMs)) return 'The date is malformed.';
  if (Math.abs(nowMs - sentMs) > SIGNATURE_WINDOW_MS) return 'The date is too far from the present.';
  if (!same(contentHash, createHash('sha256').update(request.body).digest('base64'))) {
    return 'The content hash does not match the body.';
  }
  const toSign = `${request.method}\n${request.url}\n${date};${host};${contentHash}`;
  const expected = createHmac('sha256', Buffer.from(accessKey, 'base64')).update(toSign).digest('base64');
  return same(signature, expected) ? undefined : 'The signature does not match.';
}

function same(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
