import { isoTime } from '../../base/times.ts';

/** How long things may take, in milliseconds, and how often they are tried. */
export type Timing = {
  /** For the provider's answer to a request, the adapter's own time-out included. */
  readonly answerMs: number;
  /** From PlaceCall to an answered, failed or dead call. ACS gives up at 115 s (PSTN establishment time-out). */
  readonly ringMs: number;
  /** What a prompt may take beyond speaking and silence before we ask about the call. */
  readonly mediaMarginMs: number;
  /** From an accepted hang-up to word of the end. */
  readonly hangUpMs: number;
  /** From the word that a call is over to the provider's telling how. */
  readonly endWordMs: number;
  /** For how long a call may wait to be dialled. */
  readonly queueMs: number;
  readonly retryMs: number;
  /** The same for a prompt: what keeps one from being played for a moment must not use up every attempt in two seconds. */
  readonly promptRetryMs: number;
  readonly retryMaxMs: number;
  /** One character of text, spoken. */
  readonly speakMsPerCharacter: number;
  /** The second of a silence; other than 1,000 only against a simulator whose time runs faster. */
  readonly secondMs: number;
  readonly placeAttempts: number;
  readonly mediaAttempts: number;
  readonly hangUpAttempts: number;
  readonly checkAttempts: number;
};

export const TIMING: Timing = {
  answerMs: 15_000,
  ringMs: 150_000,
  mediaMarginMs: 15_000,
  hangUpMs: 20_000,
  endWordMs: 3_000,
  queueMs: 4 * 3_600_000,
  retryMs: 1_000,
  promptRetryMs: 3_000,
  retryMaxMs: 60_000,
  speakMsPerCharacter: 90,
  secondMs: 1_000,
  placeAttempts: 5,
  mediaAttempts: 3,
  hangUpAttempts: 4,
  checkAttempts: 4,
};

/** ACS ends a call after 30 hours; one more for the clocks. */
export const LONGEST_CALL_MS = 31 * 3_600_000;

/** What is told of a call that has been over for longer is of no use to it any more. */
export const LONG_OVER_MS = 24 * 3_600_000;

/**
 * The timing against a simulator whose time runs `factor` times faster. What our own machine needs (the answer to a
 * request, the wait before a retry) does not get faster with it.
 */
export function scaleTiming(timing: Timing, factor: number): Timing {
  return {
    ...timing,
    ringMs: timing.ringMs / factor + timing.answerMs,
    mediaMarginMs: Math.max(timing.mediaMarginMs / factor, 2_000),
    hangUpMs: Math.max(timing.hangUpMs / factor, 2_000),
    speakMsPerCharacter: timing.speakMsPerCharacter / factor,
    secondMs: timing.secondMs / factor,
  };
}

/** ISO 8601 of `ms` after `at`. */
export function later(at: string, ms: number): string {
  return isoTime(Date.parse(at) + ms);
}

/**
 * How long it is until `at`, a time that was decided within a call whose newest entry is of `updatedAt`. A clock that shows
 * less than that was set back, or lies behind another machine's: then the wait counts from the entry, and is no longer than
 * it was meant to be.
 */
export function waitMs(at: string, updatedAt: string, nowMs: number): number {
  return Date.parse(at) - Math.max(nowMs, Date.parse(updatedAt));
}

/**
 * When to try again: exponential, at most `retryMaxMs`, never before the Retry-After, with up to a quarter of
 * jitter taken from the id, so that deciding stays a pure function.
 */
export function retryTime(timing: Timing, at: string, attempt: number, id: string, retryAfterMs = 0): string {
  const backOffMs = Math.min(timing.retryMs * 2 ** (attempt - 1), timing.retryMaxMs);
  return later(at, Math.max(backOffMs, retryAfterMs) * (1 + fractionOf(id) / 4));
}

/** FNV-1a, as a fraction of 1. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash / 0x1_0000_0000;
}
