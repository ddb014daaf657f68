import { type Ask, createAsk } from './api-client.ts';

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

/** Which items are meant; all that are given must hold. */
export type QuarantineChoice = {
  readonly type?: string;
  readonly source?: string;
  readonly day?: string;
  readonly call?: string;
  readonly flawed?: boolean;
};

export type ShownQuarantinePage = {
  readonly items: readonly ShownQuarantineItem[];
  readonly total: number | null;
  readonly nextCursor: string | null;
};

/** A call that nothing moves on by itself, as `GET /api/calls/stuck` shows it. */
export type ShownStuckCall = {
  readonly callSessionId: string;
  readonly why: string;
  readonly at: string | null;
  readonly since: string | null;
  readonly next: string;
};

/** The HTTP API as an operator's tool uses it. */
export type OperatorClient = {
  /** A page, oldest first, from behind `cursor`. @throws ApiError */
  quarantined(
    asked: QuarantineChoice & { readonly state?: 'expired'; readonly limit: number },
    cursor: string | null,
  ): Promise<ShownQuarantinePage>;
  /** @param day of an item that expired long ago. @throws ApiError */
  release(id: string, day?: string): Promise<void>;
  /** @throws ApiError */
  discard(id: string, reason: string, day?: string): Promise<void>;
  /** Gives up what is meant, a thousand at most. @throws ApiError */
  discardMany(filter: QuarantineChoice, reason: string): Promise<{ readonly discarded: number; readonly left: number }>;
  /** @throws ApiError */
  stuck(): Promise<{ readonly calls: readonly ShownStuckCall[]; readonly more: boolean }>;
  /** Resolves with what the server says that it does. @throws ApiError */
  help(callSessionId: string, how: 'check' | 'close', reason: string): Promise<string>;
  /** Signs somebody out of the console everywhere. Resolves with how many sessions there were. @throws ApiError */
  endSessions(name: string, reason: string): Promise<number>;
};

/** @param apiKey a staff API key, where the server asks for one */
export function createOperatorClient(baseUrl: string, apiKey?: string): OperatorClient {
  const ask = createAsk(baseUrl, apiKey);
  return { ...quarantineOf(ask), ...callsOf(ask), ...sessionsOf(ask) };
}

function quarantineOf(ask: Ask): Pick<OperatorClient, 'quarantined' | 'release' | 'discard' | 'discardMany'> {
  const item = (id: string, what: string, day = ''): string =>
    `/api/quarantine/${encodeURIComponent(id)}/${what}${day && `?day=${encodeURIComponent(day)}`}`;
  return {
    quarantined(asked, cursor) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...asked, cursor })) if (value !== null) query.set(name, `${value}`);
      return ask(`/api/quarantine?${query}`);
    },
    release: (id, day) => ask(item(id, 'release', day), { method: 'POST' }),
    discard: (id, reason, day) => ask(item(id, 'discard', day), withBody({ reason })),
    discardMany: (filter, reason) => ask('/api/quarantine/discard', withBody({ filter, reason })),
  };
}

function callsOf(ask: Ask): Pick<OperatorClient, 'stuck' | 'help'> {
  return {
    stuck: () => ask('/api/calls/stuck'),
    async help(callSessionId, how, reason) {
      const path = `/api/calls/${encodeURIComponent(callSessionId)}/${how}`;
      return (await ask<{ status: string }>(path, withBody({ reason }))).status;
    },
  };
}

function sessionsOf(ask: Ask): Pick<OperatorClient, 'endSessions'> {
  return {
    async endSessions(name, reason) {
      const path = `/api/sessions/${encodeURIComponent(name)}/end`;
      return (await ask<{ ended: number }>(path, withBody({ reason }))).ended;
    },
  };
}

function withBody(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}
