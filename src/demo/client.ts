/** A call as `GET /api/calls/status/{id}` shows it. */
export type ShownCall = {
  readonly callSessionId: string;
  readonly memberId: string;
  readonly status: string;
  readonly disposition: string | null;
  readonly responses: readonly { readonly questionNumber: number; readonly response: string }[];
};

/** The API answered otherwise than asked for; `code` is that of the problem. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type ApiClient = {
  /** Resolves with the callSessionId. @throws ApiError */
  initiate(memberId: string, idempotencyKey: string): Promise<string>;
  /** @throws ApiError */
  status(id: string): Promise<ShownCall>;
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
    status: (id) => ask<ShownCall>(`/api/calls/status/${encodeURIComponent(id)}`, {}),
  };
}
