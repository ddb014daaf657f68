import { CodedError } from '../base/coded-error.ts';
import type { Member } from '../domain/member/members.ts';
import { ask as askOver, textWithin } from '../net/ask.ts';
import { ProxyError } from '../net/proxy.ts';
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

/** A member as `GET /api/members` shows them. */
export type ShownMember = {
  readonly memberId: string;
  /** Masked. */
  readonly phoneNumber: string;
  readonly timeZone: string | null;
};

/** A look as `GET /api/audit/access` shows it. */
export type ShownLook = {
  readonly at: string;
  readonly actor: string;
  /** What people call them; null where nobody said. */
  readonly name: string | null;
  readonly kind: string;
  readonly action: string;
  readonly purpose: string | null;
  readonly reason: string | null;
  readonly calls: readonly string[];
  readonly members: readonly string[];
  readonly refused: number | null;
};

/** A page of FHIR resources; who reads on follows the link `next`. */
type ShownBundle = {
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: unknown }[];
};

/** Who looked at what, when; all that are given must hold. */
export type LooksQuery = {
  readonly member?: string;
  readonly call?: string;
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
};

/** What somebody wants it for, which stands in the log. */
export type WhatFor = { readonly purpose?: string; readonly reason?: string };

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
  /** A page of members whose ids begin so, from behind `cursor`. @throws ApiError */
  members(
    cursor: string | null,
    search?: string,
  ): Promise<{ readonly members: readonly ShownMember[]; readonly nextCursor: string | null }>;
  /** The same with whole numbers and names, for a reason. @throws ApiError */
  memberDetails(
    cursor: string | null,
  ): Promise<{ readonly members: readonly Member[]; readonly nextCursor: string | null }>;
  /** One member, the number masked. @throws ApiError */
  member(memberId: string): Promise<ShownMember & { readonly hasName: boolean }>;
  /** Removes a member. @throws ApiError */
  removeMember(memberId: string): Promise<void>;
  /** The whole number of a member. @throws ApiError */
  number(memberId: string): Promise<string>;
  /** A page of looks, newest first, from behind `cursor`. @throws ApiError */
  looks(
    query: LooksQuery,
    cursor: string | null,
  ): Promise<{ readonly looks: readonly ShownLook[]; readonly nextCursor: string | null }>;
  /** A page of FHIR AuditEvents, newest first, from behind `cursor`. @throws ApiError */
  auditEvents(
    query: Pick<LooksQuery, 'member' | 'from' | 'to'>,
    cursor: string | null,
  ): Promise<{ readonly events: readonly unknown[]; readonly nextCursor: string | null }>;
  /** Has the server record that its log is about to be copied. @throws ApiError */
  recordBackup(): Promise<void>;
  /** Resolves with the note of a checkpoint over everything recorded. @throws ApiError */
  makeCheckpoint(): Promise<string>;
  /** Begins the next tree of checkpoints. @throws ApiError */
  reopenTree(reason: string): Promise<{ readonly origin: string; readonly verifierKey: string }>;
};

/** Asks the HTTP API for the JSON at a path. @throws ApiError */
export type Ask = <T>(path: string, init?: RequestInit) => Promise<T>;

/** The same, for an answer of any kind. @throws ApiError */
export type AskRaw = (path: string, init: RequestInit) => Promise<Response>;

/** @param apiKey a staff API key, where the server asks for one */
export function createAsk(baseUrl: string, apiKey?: string, whatFor: WhatFor = {}): Ask {
  const answered = createAskRaw(baseUrl, apiKey, whatFor);
  return async <T>(path: string, init: RequestInit = {}): Promise<T> => jsonOf<T>(await answered(path, init));
}

/** More than any page, replay or accounting of ours has; what may be larger comes as a stream. */
const ANSWER_BYTES_MAX = 64 * 1024 ** 2;
const PROBLEM_BYTES_MAX = 64 * 1024;

/** The JSON of an answer. @throws AnswerError */
export async function jsonOf<T>(response: Response): Promise<T> {
  return JSON.parse(await textWithin(response, ANSWER_BYTES_MAX)) as T;
}

export function createAskRaw(baseUrl: string, apiKey: string | undefined, { purpose, reason }: WhatFor): AskRaw {
  const headers: Record<string, string> = {
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    ...(purpose !== undefined && { 'x-purpose-of-use': purpose }),
    // A header takes bytes as characters.
    ...(reason !== undefined && { 'x-reason': Buffer.from(reason).toString('latin1') }),
  };
  return async (path, init) => {
    const response = await askOver(new URL(path, baseUrl), { ...init, headers: { ...headers, ...init.headers } });
    if (response.ok) return response;
    const problem = await problemIn(response);
    const message = problem.detail ?? problem.title ?? response.statusText;
    throw new ApiError(response.status, problem.code ?? `HTTP_${response.status}`, message);
  };
}

type Problem = { readonly code?: string; readonly title?: string; readonly detail?: string };

async function problemIn(response: Response): Promise<Problem> {
  const to = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && to !== null)
    return { title: `the server is elsewhere, and keys are not sent on by themselves: --url ${originOf(to)}` };
  const text = await textWithin(response, PROBLEM_BYTES_MAX).catch(() => '');
  try {
    return (JSON.parse(text) ?? {}) as Problem;
  } catch {
    return {};
  }
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : 'its own address';
}

/**
 * The HTTP API as a coordinator's tool uses it.
 * @param apiKey a staff API key, where the server asks for one
 * @param whatFor where it is not the everyday purpose
 */
export function createApiClient(baseUrl: string, apiKey?: string, whatFor: WhatFor = {}): ApiClient {
  const answered = createAskRaw(baseUrl, apiKey, whatFor);
  const ask = createAsk(baseUrl, apiKey, whatFor);
  return {
    async initiate(memberId, idempotencyKey) {
      const path = `/api/calls/initiate/${encodeURIComponent(memberId)}`;
      const init = { method: 'POST', headers: { 'idempotency-key': idempotencyKey } };
      return (await ask<{ callSessionId: string }>(path, init)).callSessionId;
    },
    members: (cursor, search) => ask(`/api/members?${parameters({ limit: '1000', cursor, search })}`, {}),
    memberDetails: async (cursor) => {
      const query = parameters({ limit: '1000', cursor, include: 'details' });
      const page = await ask<DetailsPage>(`/api/members?${query}`, {});
      return { ...page, members: page.members.map(withoutNulls) };
    },
    member: (memberId) => ask(`/api/members/${encodeURIComponent(memberId)}`, {}),
    async removeMember(memberId) {
      await ask(`/api/members/${encodeURIComponent(memberId)}`, { method: 'DELETE' });
    },
    async number(memberId) {
      const path = `/api/members/${encodeURIComponent(memberId)}/number`;
      return (await ask<{ phoneNumber: string }>(path, {})).phoneNumber;
    },
    looks: (query, cursor) => ask(`/api/audit/access?${parameters({ ...query, limit: '200', cursor })}`, {}),
    async auditEvents(query, cursor) {
      const bundle = await ask<ShownBundle>(`/api/audit/fhir/audit-events?${parameters({ ...query, cursor })}`, {});
      const next = bundle.link?.find(({ relation }) => relation === 'next');
      return {
        events: (bundle.entry ?? []).map(({ resource }) => resource),
        nextCursor: next ? new URL(next.url).searchParams.get('cursor') : null,
      };
    },
    async recordBackup() {
      await ask('/api/audit/backups', { method: 'POST' });
    },
    makeCheckpoint: async () =>
      textWithin(await answered('/api/audit/checkpoint', { method: 'POST' }), PROBLEM_BYTES_MAX),
    reopenTree: (reason) => ask('/api/audit/reopen', withBody({ reason })),
    status: (id) => ask<ShownCall>(`/api/calls/status/${encodeURIComponent(id)}`),
  };
}

type DetailsPage = {
  readonly members: readonly (Pick<Member, 'memberId' | 'phoneNumber'> & Record<'name' | 'timeZone', string | null>)[];
  readonly nextCursor: string | null;
};

function withoutNulls({ name, timeZone, ...rest }: DetailsPage['members'][number]): Member {
  return { ...rest, ...(name !== null && { name }), ...(timeZone !== null && { timeZone }) };
}

/** What is given, as a query. */
function parameters(values: Readonly<Record<string, string | null | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
  return query;
}

function withBody(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** Says what went wrong at the server, or that there is none, and which exit code that is. */
export function explainApiError(error: unknown, url: string, output: Output): ExitCode {
  if (error instanceof ApiError) {
    output.note(`${error.code}: ${error.message}`);
    if (error.status === 401)
      output.note('Set CALLISTRA_API_KEY to a staff API key; "callistra keys add NAME ROLE" makes one.');
    return EXIT.finding;
  }
  if (error instanceof ProxyError) output.note(error.message);
  output.note(`The server at ${url} could not be reached; start one with: callistra serve`);
  return EXIT.cannotRun;
}
