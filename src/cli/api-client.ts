import { CodedError } from '../base/coded-error.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Output } from './output.ts';

/** A call as `GET /api/calls/status/{id}` shows it. */
export type ShownCall = {
  readonly callSessionId: string;
  readonly memberId: string;
  readonly status: string;
  readonly disposition: string | null;
  readonly responses: readonly { readonly questionNumber: number; readonly response: string }[];
};

/** A callback that waits for its call, as `GET /api/quarantine` shows it. */
export type ShownQuarantineItem = {
  readonly id: string;
  /** Absent where only the provider's own name of the call is known. */
  readonly callSessionId?: string;
  readonly eventType: string;
  readonly receivedAt: string;
  /** Why it can never be handed to a call. */
  readonly flaw?: string;
};

/** The API answered otherwise than asked for; `code` is that of the problem. */
export class ApiError extends CodedError<string> {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}

export type ApiClient = {
  /** Resolves with the callSessionId. @throws ApiError */
  initiate(memberId: string, idempotencyKey: string): Promise<string>;
  /** @throws ApiError */
  status(id: string): Promise<ShownCall>;
  /** @throws ApiError */
  quarantined(): Promise<readonly ShownQuarantineItem[]>;
  /** @throws ApiError */
  releaseQuarantined(id: string): Promise<void>;
  /** @throws ApiError */
  discardQuarantined(id: string, reason: string): Promise<void>;
};

/**
 * The HTTP API as a coordinator's tool uses it.
 * @param apiKey a staff API key, where the server asks for one
 */
export function createApiClient(baseUrl: string, apiKey?: string): ApiClient {
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(new URL(path, baseUrl), { ...init, headers: { ...headers, ...init.headers } });
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as { code?: string; title?: string; detail?: string };
    const message = problem.detail ?? problem.title ?? response.statusText;
    throw new ApiError(response.status, problem.code ?? `HTTP_${response.status}`, message);
  };
  return {
    async initiate(memberId, idempotencyKey) {
      const path = `/api/calls/initiate/${encodeURIComponent(memberId)}`;
      const init = { method: 'POST', headers: { 'idempotency-key': idempotencyKey } };
      return (await ask<{ callSessionId: string }>(path, init)).callSessionId;
    },
    async quarantined() {
      return (await ask<{ items: readonly ShownQuarantineItem[] }>('/api/quarantine', {})).items;
    },
    async releaseQuarantined(id) {
      await ask(`/api/quarantine/${encodeURIComponent(id)}/release`, { method: 'POST' });
    },
    async discardQuarantined(id, reason) {
      const init = {
        method: 'POST',
        body: JSON.stringify({ reason }),
        headers: { 'content-type': 'application/json' },
      };
      await ask(`/api/quarantine/${encodeURIComponent(id)}/discard`, init);
    },
    status: (id) => ask<ShownCall>(`/api/calls/status/${encodeURIComponent(id)}`, {}),
  };
}

/** Says what went wrong at the server, or that there is none, and which exit code that is. */
export function explainApiError(error: unknown, url: string, output: Output): ExitCode {
  if (error instanceof ApiError) {
    output.note(`${error.code}: ${error.message}`);
    return EXIT.finding;
  }
  output.note(`The server at ${url} could not be reached; start one with: callistra serve`);
  return EXIT.cannotRun;
}
