/** The part of a response's headers that is needed. */
export type HeaderReader = { get(name: string): string | undefined };

const HOUR_MS = 3_600_000;

/** How long the provider asks us to wait, in milliseconds; never more than an hour, undefined when it does not say. */
export function retryAfterMs(headers: HeaderReader | undefined, now: number): number | undefined {
  if (!headers) return undefined;
  // Azure services send either of the two millisecond forms; they are the more exact ones.
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = wholeNumber(headers.get(name));
    if (ms !== undefined) return Math.min(ms, HOUR_MS);
  }
  const value = headers.get('retry-after');
  if (value === undefined) return undefined;
  const seconds = wholeNumber(value);
  if (seconds !== undefined) return Math.min(seconds * 1_000, HOUR_MS);
  const date = httpDate(value);
  if (Number.isNaN(date)) return undefined;
  // By the provider's own clock, where it says what that shows: ours may be an hour off.
  const sentAt = httpDate(headers.get('date') ?? '');
  return Math.min(Math.max(0, date - (Number.isNaN(sentAt) ? now : sentAt)), HOUR_MS);
}

/** An HTTP date begins with the name of its day; Date.parse alone takes "-5" for a year. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]+day, |^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) : Number.NaN;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
