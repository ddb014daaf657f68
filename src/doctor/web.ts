import { ask, textWithin } from '../net/ask.ts';
import { type Check, type Finding, failed, ok, warning } from './check.ts';

/** Signed requests and tokens carry times: ACS takes some minutes of difference, tokens are valid for five. */
const SKEW_WARNING_MS = 60_000;
const SKEW_FAILED_MS = 240_000;
/** The Date header counts whole seconds, and the answer took its time. */
const SKEW_OF_MEASURING_MS = 1_000;

/** A server takes no larger set. */
const KEYS_BYTES_MAX = 1024 ** 2;
const HEALTH_BYTES_MAX = 64 * 1024;

/** That an issuer's signing keys can be had, and that its clock and ours agree. */
export function checkKeys(name: string, jwksUrl: string, now: () => number): Check {
  return {
    name,
    async run() {
      const response = await ask(jwksUrl);
      if (!response.ok) return failed(`${new URL(jwksUrl).host} answers ${response.status}`);
      const body: unknown = JSON.parse(await textWithin(response, KEYS_BYTES_MAX));
      const keys = (body as { keys?: unknown } | null)?.keys;
      if (!Array.isArray(keys) || keys.length === 0) return failed(`${new URL(jwksUrl).host} publishes no keys`);
      const clock = clockFinding(response.headers.get('date'), now());
      return clock ?? ok(`${keys.length} signing keys at ${new URL(jwksUrl).host}; clocks agree`);
    },
  };
}

/** Null when the clocks agree, or nobody can tell. */
export function clockFinding(date: string | null, nowMs: number): Finding | null {
  const skewMs = Math.abs(Date.parse(date ?? '') - nowMs) - SKEW_OF_MEASURING_MS;
  if (!(skewMs > SKEW_WARNING_MS)) return null;
  const detail = `this machine's clock is ${Math.round(skewMs / 1_000)} s away from the issuer's`;
  return skewMs > SKEW_FAILED_MS ? failed(`${detail}; tokens will be refused`) : warning(detail);
}

/** That the address that ACS is given for callbacks leads to a server of ours. */
export function checkCallbackUrl(publicBaseUrl: string): Check {
  return {
    name: 'callback URL',
    async run() {
      const response = await ask(`${publicBaseUrl}/health/live`);
      const body = await textWithin(response, HEALTH_BYTES_MAX)
        .then(JSON.parse)
        .catch(() => null);
      const isOurs = response.ok && (body as { status?: unknown } | null)?.status === 'live';
      if (!isOurs) return failed(`${publicBaseUrl} answers ${response.status}, and not as this service does`);
      return ok(`${publicBaseUrl} answers (asked from here; ACS asks from the internet)`);
    },
  };
}
