import type { ExchangeAnswer } from './exchange.ts';

/** What a try to deliver means. */
type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  /** `outcome` as dead letters name it. Not again before `notBeforeMs` of call time. */
  | { readonly kind: 'again'; readonly outcome: string; readonly status: number; readonly notBeforeMs: number }
  | { readonly kind: 'never'; readonly outcome: string; readonly status: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses after the first, second, third try …; the last one repeats ("Event Grid message delivery and retry"). */
const SCHEDULE_MS = [
  10_000,
  30_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
] as const;
/** Longest share of a pause that chance adds. */
const JITTER = 0.1;

const OUTCOMES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'TimedOut',
  413: 'PayloadTooLarge',
  429: 'Busy',
  503: 'Busy',
};
/** For web hooks the documentation counts 401 among these in some editions and not in others; the stricter one is taken. */
const NEVER_AGAIN: ReadonlySet<number> = new Set([400, 401, 403, 413]);
const NOT_BEFORE_MS: Readonly<Record<number, number>> = { 408: 2 * MINUTE_MS, 503: 30_000 };
const AT_LEAST_MS = 10_000;

/** Only 200 to 204 count as received, other answers of the 200s do not. */
export function verdictOn(answer: ExchangeAnswer): DeliveryVerdict {
  if (answer.kind === 'timeout') return again('TimedOut', 0);
  if (answer.kind === 'socket-error') return again('SocketError', 0);
  const { status } = answer;
  if (status >= 200 && status <= 204) return { kind: 'delivered' };
  const outcome = OUTCOMES[status] ?? 'GenericError';
  return NEVER_AGAIN.has(status) ? { kind: 'never', outcome, status } : again(outcome, status);
}

/**
 * Call time until the next try.
 *
 * @param attempt how many there have been, from 1
 * @param random from 0 up to, not including, 1
 */
export function pauseMs(attempt: number, notBeforeMs: number, random: number): number {
  const planned = SCHEDULE_MS[Math.min(attempt, SCHEDULE_MS.length) - 1] ?? AT_LEAST_MS;
  return Math.max(planned, notBeforeMs) * (1 + JITTER * random);
}

function again(outcome: string, status: number): DeliveryVerdict {
  return { kind: 'again', outcome, status, notBeforeMs: NOT_BEFORE_MS[status] ?? AT_LEAST_MS };
}
