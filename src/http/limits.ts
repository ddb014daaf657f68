import { getHeapStatistics } from 'node:v8';
import type { ThrottleLimits } from './throttle.ts';

/**
 * Bounds that keep a flood or a slow client from taking the process down. Zero switches a load limit off. The limits of load
 * are those of callbacks; what staff asks for is refused at a part of each (`load.ts`).
 */
export type HttpLimits = ThrottleLimits & {
  readonly maxInFlight: number;
  readonly maxEventLoopDelayMs: number;
  readonly maxHeapBytes: number;
  readonly maxRssBytes: number;
  readonly loadSampleMs: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly idleSocketTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** So long a new connection has for its first byte. */
  readonly silentSocketMs: number;
  /** So many connections may have said nothing yet. */
  readonly maxSilentSockets: number;
};

/** The defaults, for the memory that this process has. */
export function defaultLimits(): HttpLimits {
  return {
    maxInFlight: 2_000,
    maxEventLoopDelayMs: 2_000,
    maxHeapBytes: Math.floor(getHeapStatistics().heap_size_limit * 0.95),
    maxRssBytes: 0,
    loadSampleMs: 500,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 20_000,
    idleSocketTimeoutMs: 120_000,
    // Longer than the idle time of Azure's front ends (60 s), which would otherwise meet a connection just closed.
    keepAliveTimeoutMs: 72_000,
    // A client says something as soon as it is connected; browsers connect beforehand, and connect again.
    silentSocketMs: 5_000,
    maxSilentSockets: 256,
    // Nobody mistypes so often; whoever guesses gets nowhere at that pace.
    maxFailures: 20,
    failureWindowMs: 60_000,
    maxPlaces: 4_096,
  };
}
