import { CodedError } from '../base/coded-error.ts';
import { isLoopbackHost } from '../base/loopback.ts';
import type { EventGridVerifier } from '../identity/event-grid.ts';
import type { StaffConfig } from '../identity/staff.ts';
import type { HttpLimits } from './limits.ts';

/** Who may deliver in Event Grid's name. */
export type EventGridConfig = {
  /** Names of the event subscriptions that may deliver, and be validated; their case does not matter. */
  readonly subscriptions: readonly string[];
  /** Who may ask in the OPTIONS handshake, in small letters; default: Event Grid of the public cloud. */
  readonly allowedOrigins?: readonly string[];
  readonly auth:
    | { readonly mode: 'entra'; readonly verifier: EventGridVerifier }
    /** SHA-256 of the secret that the subscription sends, hex. */
    | {
        readonly mode: 'secret';
        readonly sha256: string;
        /** Whether it is also believed from the address, where logs of proxies have it; absent: not. */
        readonly inUrl?: boolean;
      };
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
  /** How many proxies stand before this server and write X-Forwarded-For; default 0. */
  readonly trustedHops?: number;
};

export type HttpConfigErrorCode = 'HTTP_BIND_REFUSED' | 'HTTP_BAD_API_KEY' | 'HTTP_BAD_URL' | 'HTTP_BAD_EVENT_GRID';

/** Settings with which the server must not start. */
export class HttpConfigError extends CodedError<HttpConfigErrorCode> {
  override readonly name = 'HttpConfigError';
}

/**
 * To be called before listening: without API keys nobody but this machine may reach the server.
 * @throws HttpConfigError HTTP_BIND_REFUSED
 */
export function assertBindAllowed(host: string, config: HttpConfig): void {
  if (config.staff.mode !== 'loopback' || isLoopbackHost(host)) return;
  throw new HttpConfigError(
    'HTTP_BIND_REFUSED',
    'without staff API keys or Entra ID the server listens on a loopback address only',
  );
}

/** @throws HttpConfigError HTTP_BAD_API_KEY, HTTP_BAD_URL, HTTP_BAD_EVENT_GRID */
export function assertConfig(config: HttpConfig): void {
  for (const url of [config.publicBaseUrl, ...config.callbackUrlAllow]) {
    if (!URL.canParse(url))
      throw new HttpConfigError('HTTP_BAD_URL', 'the public base URL and the callback allow-list take URLs');
  }
  if (config.eventGrid) assertEventGrid(config.eventGrid);
  if (config.staff.mode === 'loopback') return;
  if (config.staff.mode === 'api-keys' && config.staff.keys.length === 0) {
    throw new HttpConfigError('HTTP_BAD_API_KEY', 'there is no staff API key');
  }
  for (const { name, sha256 } of config.staff.keys) {
    if (/^[A-Za-z0-9._-]{1,64}$/.test(name) && /^[0-9a-f]{64}$/i.test(sha256)) continue;
    throw new HttpConfigError(
      'HTTP_BAD_API_KEY',
      'an API key takes a name [A-Za-z0-9._-] and the SHA-256 of the key in hex',
    );
  }
}

/** An empty list would let nobody in, a broken hash neither: both are mistakes that only a missing event would tell of. */
function assertEventGrid({ subscriptions, auth }: EventGridConfig): void {
  const named = subscriptions.length > 0 && subscriptions.every((name) => /^[A-Za-z0-9-]{3,64}$/.test(name));
  if (!named)
    throw new HttpConfigError(
      'HTTP_BAD_EVENT_GRID',
      'Event Grid needs names of subscriptions: 3 to 64 of [A-Za-z0-9-]',
    );
  if (auth.mode === 'entra' || /^[0-9a-f]{64}$/i.test(auth.sha256)) return;
  throw new HttpConfigError('HTTP_BAD_EVENT_GRID', 'the secret of Event Grid is given as its SHA-256 in hex');
}
