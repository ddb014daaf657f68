import type { Outcome, SentType } from '../../domain/call/bodies.ts';
import { refusalOf } from './reading/second-refusals.ts';
import { type HeaderReader, retryAfterMs } from './retry-after.ts';

/** What is read of an error of the SDK. Every part may be missing: the SDK also throws bare strings and TypeErrors. */
type Failure = {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly response?: { readonly headers?: HeaderReader };
};

/** The last two: this process, or the machine, has no file left to open. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EMFILE',
  'ENFILE',
]);

/** @azure/identity could not get a token, so the request was not sent. */
const NO_TOKEN = new Set([
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

/** The request took too long: our own limit says so, and nothing else aborts requests. */
const OUR_TIME_LIMIT = new Set(['TimeoutError', 'AbortError']);

/**
 * What a failed request means for its command. Total: anything not understood is `Unknown`, because a request that may
 * have been executed must never be taken for one that was not.
 */
export function classify(error: unknown, type: SentType, now: number): Outcome {
  const failure: Failure = typeof error === 'object' && error !== null ? error : {};
  if (typeof failure.statusCode === 'number') return byStatus(failure.statusCode, failure, type, now);
  if (typeof failure.name === 'string' && OUR_TIME_LIMIT.has(failure.name))
    return { type: 'Unknown', reason: 'timeout' };
  if (wasNeverSent(failure)) return { type: 'Rejected', status: 0, subCode: 0, transient: true };
  if (failure.name === 'RestError') return { type: 'Unknown', reason: 'connection-lost' };
  return { type: 'Unknown', reason: 'server-error' };
}

function byStatus(status: number, failure: Failure, type: SentType, now: number): Outcome {
  if (status >= 200 && status < 300) return unexpectedSuccess(type);
  const subCode = parseSubCode(failure.code);
  const waitMs = retryAfterMs(failure.response?.headers, now);
  const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  const { means, mayBeDone } = refusalOf({ status, subCode });
  // Also a 503 that says when to come back: nobody says that it was refused at the door, and the phone may be ringing.
  if (type === 'PlaceCall' && mayBeDone) return { type: 'Unknown', reason: 'server-error', ...wait };
  // Repeating a prompt interrupts the first one, and ending or looking at a call twice does no harm. ACS answers
  // 500/9999 to a recognize that comes before the call is connected.
  const transient = mayBeDone || LATER.has(means);
  return { type: 'Rejected', status, subCode, transient, ...wait };
}

/** Refusals for now: nothing was done, and the same may be taken later. */
const LATER: ReadonlySet<string> = new Set(['throttled', 'barred', 'not-yet']);

/** The SDK takes exactly one success status per operation, and a body it understands, for a success. */
function unexpectedSuccess(type: SentType): Outcome {
  const answersWithData = type === 'PlaceCall' || type === 'CheckCall';
  return answersWithData ? { type: 'Unknown', reason: 'server-error' } : { type: 'Accepted' };
}

function wasNeverSent(failure: Failure): boolean {
  if (typeof failure.name === 'string' && NO_TOKEN.has(failure.name)) return true;
  const message = typeof failure.message === 'string' ? failure.message : '';
  // Unreachable hosts and time-outs of the system can also end a connection that was in use: "read EHOSTUNREACH".
  if (message.startsWith('read ') || message.startsWith('write ')) return false;
  if (failure.code === 'ETIMEDOUT') return message.startsWith('connect ');
  return typeof failure.code === 'string' && NEVER_CONNECTED.has(failure.code);
}

/** ACS sends its sub-code as the text of `error.code`. */
function parseSubCode(code: unknown): number {
  return typeof code === 'string' && /^\d{1,9}$/.test(code) ? Number(code) : 0;
}
