import { LogError } from '../port.ts';

/**
 * Why a request did not succeed:
 * - `exists`: a row has this key already
 * - `refused`: nothing was written, and nothing would be at the next try
 * - `later`: nothing was written, the next try may succeed
 * - `unknown`: it was executed, or not, or will be yet
 */
export type Failure = {
  readonly kind: 'exists' | 'refused' | 'later' | 'unknown';
  /** Status and code, and nothing of the row: the SDK's errors carry whole requests. */
  readonly what: string;
};

/** What is read of an error of the SDK or of a credential. */
type SdkError = {
  readonly name?: string;
  /** Of a failed connection its errno, of a failed transaction the code of the service. */
  readonly code?: string;
  readonly statusCode?: number;
  readonly response?: {
    readonly headers: { get(name: string): string | undefined };
    readonly bodyAsText?: string | null;
  };
};

/** Connections that were never made. */
const NOT_CONNECTED: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];
/** There was no token, so nothing was sent (names of the errors of @azure/identity). */
const NO_TOKEN = /^(CredentialUnavailable|Authentication|AggregateAuthentication|AuthenticationRequired)Error$/;
const REQUEST_TIMEOUT = 408;
const CODE_IN_BODY = /"code":\s*"(\w+)"|<Code>(\w+)<\/Code>/;

/**
 * What became of a request that failed. A 500 (`OperationTimedOut`) may have been executed; a 503 `ServerBusy` and a 429
 * were not begun (learn.microsoft.com, Table service error codes).
 */
export function failureOf(error: unknown): Failure {
  const { name = 'Error', code, statusCode, response } = error as SdkError;
  if (NO_TOKEN.test(name)) return { kind: 'later', what: name };
  if (statusCode === undefined) {
    return { kind: NOT_CONNECTED.includes(code ?? '') ? 'later' : 'unknown', what: code ?? name };
  }
  const said = code ?? response?.headers.get('x-ms-error-code') ?? codeInBody(response?.bodyAsText);
  return { kind: kindOf(statusCode, said), what: said ? `${statusCode} ${said}` : String(statusCode) };
}

function kindOf(status: number, code: string | undefined): Failure['kind'] {
  if (status === 409 && code === 'EntityAlreadyExists') return 'exists';
  if (status === 429 || code === 'ServerBusy') return 'later';
  if (status >= 400 && status < 500 && status !== REQUEST_TIMEOUT) return 'refused';
  return 'unknown';
}

function codeInBody(body: string | null | undefined): string | undefined {
  const found = CODE_IN_BODY.exec(body ?? '');
  return found?.[1] ?? found?.[2];
}

/** Without a cause: the SDK's error would take the row into whatever prints it. */
export function unavailable({ what }: Failure): LogError {
  return new LogError('LOG_UNAVAILABLE', `the log's tables cannot be used: ${what}`);
}

export function unknownOutcome({ what }: Failure): LogError {
  return new LogError(
    'LOG_UNKNOWN_OUTCOME',
    `the log's tables did not say what became of it: ${what}; read before trying again`,
  );
}
