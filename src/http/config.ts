import { getHeapStatistics } from 'node:v8';
import { isLoopbackHost } from '../base/loopback.ts';
import type { EntraVerifier } from './entra-staff.ts';
import type { EventGridVerifier } from './event-grid-verifier.ts';

/** What a person or tool of the plan's staff may do: place calls, read them, or run the service. */
export type Role = 'Coordinator' | 'Compliance' | 'Operator';

export type ApiKey = {
  /** Stands in the log as `<role>:<name>`. */
  readonly name: string;
  /** SHA-256 of the key, hex: the key itself is nowhere in the settings. */
  readonly sha256: string;
  readonly roles: readonly Role[];
};

export type StaffConfig =
  /** Whoever can reach the loopback interface is `<role>:local`. */
  | { readonly mode: 'loopback' }
  | { readonly mode: 'api-keys'; readonly keys: readonly ApiKey[] }
  /** Tokens of Entra ID, and API keys for tools that cannot get one. */
  | { readonly mode: 'entra'; readonly verifier: EntraVerifier; readonly keys: readonly ApiKey[] };

/** Who may deliver in Event Grid's name. */
export type EventGridConfig = {
  /** Names of the event subscriptions that may deliver, and be validated; their case does not matter. */
  readonly subscriptions: readonly string[];
  /** Who may ask in the OPTIONS handshake, in small letters; default: Event Grid of the public cloud. */
  readonly allowedOrigins?: readonly string[];
  readonly auth:
    | { readonly mode: 'entra'; readonly verifier: EventGridVerifier }
    /** SHA-256 of the secret that the subscription sends, hex. */
    | { readonly mode: 'secret'; readonly sha256: string };
};

export type HttpConfig = {
  /** Where the outside world reaches this server, such as `https://calls.example.org`. */
  readonly publicBaseUrl: string;
  /** Origins, or addresses up to a path segment, that a `callbackUrl` may lie under, beside the public base URL. */
  readonly callbackUrlAllow: readonly string[];
  readonly staff: StaffConfig;
  /** Absent: nothing is taken from Event Grid. */
  readonly eventGrid?: EventGridConfig;
  readonly limits?: Partial<HttpLimits>;
};

/** Bounds that keep a flood or a slow client from taking the process down. Zero switches a load limit off. */
export type HttpLimits = {
  readonly maxInFlight: number;
  readonly maxEventLoopDelayMs: number;
  readonly maxHeapBytes: number;
  readonly maxRssBytes: number;
  readonly loadSampleMs: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly idleSocketTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
};

/** The defaults, for the memory that this process has. */
export function defaultLimits(): HttpLimits {
  return {
    maxInFlight: 2_000,
    maxEventLoopDelayMs: 1_000,
    maxHeapBytes: Math.floor(getHeapStatistics().heap_size_limit * 0.9),
    maxRssBytes: 0,
    loadSampleMs: 500,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 20_000,
    idleSocketTimeoutMs: 120_000,
    // Longer than the idle time of Azure's front ends (60 s), which would otherwise meet a connection just closed.
    keepAliveTimeoutMs: 72_000,
  };
}

export type HttpConfigErrorCode = 'BIND_REFUSED' | 'BAD_API_KEY' | 'BAD_URL' | 'BAD_EVENT_GRID';

/** Settings with which the server must not start. */
export class HttpConfigError extends Error {
  override readonly name = 'HttpConfigError';
  readonly code: HttpConfigErrorCode;

  constructor(code: HttpConfigErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * To be called before listening: without API keys nobody but this machine may reach the server.
 * @throws HttpConfigError BIND_REFUSED
 */
export function assertBindAllowed(host: string, config: HttpConfig): void {
  if (config.staff.mode !== 'loopback' || isLoopbackHost(host)) return;
  throw new HttpConfigError(
    'BIND_REFUSED',
    'without staff API keys or Entra ID the server listens on a loopback address only',
  );
}

/** @throws HttpConfigError BAD_API_KEY, BAD_URL, BAD_EVENT_GRID */
export function assertConfig(config: HttpConfig): void {
  for (const url of [config.publicBaseUrl, ...config.callbackUrlAllow]) {
    if (!URL.canParse(url))
      throw new HttpConfigError('BAD_URL', 'the public base URL and the callback allow-list take URLs');
  }
  if (config.eventGrid) assertEventGrid(config.eventGrid);
  if (config.staff.mode === 'loopback') return;
  if (config.staff.mode === 'api-keys' && config.staff.keys.length === 0) {
    throw new HttpConfigError('BAD_API_KEY', 'there is no staff API key');
  }
  for (const { name, sha256 } of config.staff.keys) {
    if (/^[A-Za-z0-9._-]{1,64}$/.test(name) && /^[0-9a-f]{64}$/i.test(sha256)) continue;
    throw new HttpConfigError(
      'BAD_API_KEY',
      'an API key takes a name [A-Za-z0-9._-] and the SHA-256 of the key in hex',
    );
  }
}

/** An empty list would let nobody in, a broken hash neither: both are mistakes that only a missing event would tell of. */
function assertEventGrid({ subscriptions, auth }: EventGridConfig): void {
  const named = subscriptions.length > 0 && subscriptions.every((name) => /^[A-Za-z0-9-]{3,64}$/.test(name));
  if (!named)
    throw new HttpConfigError('BAD_EVENT_GRID', 'Event Grid needs names of subscriptions: 3 to 64 of [A-Za-z0-9-]');
  if (auth.mode === 'entra' || /^[0-9a-f]{64}$/i.test(auth.sha256)) return;
  throw new HttpConfigError('BAD_EVENT_GRID', 'the secret of Event Grid is given as its SHA-256 in hex');
}
