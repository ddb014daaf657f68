import { isLoopbackHost } from '../../base/loopback.ts';

/**
 * Whether ACS may be told to post a call's callbacks to `callbackUrl`: https, or http on this machine, under one of the
 * `allowed` addresses. Returns the address in normal form, null when it is not allowed.
 */
export function allowedCallbackUrl(callbackUrl: string, allowed: readonly string[]): string | null {
  if (!URL.canParse(callbackUrl)) return null;
  const url = new URL(callbackUrl);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) return null;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return null;
  // The call's id and secret are added to the query; others of the same name would make them ambiguous.
  if (url.searchParams.has('call') || url.searchParams.has('secret')) return null;
  return allowed.some((entry) => liesUnder(url, new URL(entry))) ? url.href : null;
}

function liesUnder(url: URL, entry: URL): boolean {
  if (url.origin !== entry.origin) return false;
  const folder = entry.pathname.endsWith('/') ? entry.pathname : `${entry.pathname}/`;
  return url.pathname === entry.pathname || url.pathname.startsWith(folder);
}
