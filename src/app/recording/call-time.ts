import type { Clock } from '../../base/clock.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { Input } from '../../domain/call/input.ts';
import type { CachedCall } from './call-cache.ts';

/**
 * The input, at a time that goes on within its call although the clock was set back: by what has gone by since the call's
 * newest entry became known here. Time that stood still until the clock catches up would make an old dial look young, and
 * it would be sent again under an id that the provider has forgotten: the phone would ring twice.
 */
export function inCallTime(
  { now, monotonicMs }: Pick<Clock, 'now' | 'monotonicMs'>,
  state: CallState | null,
  known: CachedCall | undefined,
  input: Input,
): Input {
  if (!state || known?.head.version !== state.version) return input;
  const updatedMs = Date.parse(state.updatedAt);
  if (now() >= updatedMs) return input;
  const at = new Date(updatedMs + monotonicMs() - known.sinceMs).toISOString();
  return input.at < at ? { ...input, at } : input;
}

/** Clocks of several machines differ by so much, and nobody's is wrong. */
const SKEW_MS = 5_000;

/**
 * Whether somebody who reads a call now can tell how long ago its newest entry was written. Whose clock stands before that entry
 * cannot: it was set back, and minutes or an hour may have gone by. What this process has written itself it can date.
 */
export function isDated({ now }: Pick<Clock, 'now'>, { updatedAt }: CallState): boolean {
  return now() >= Date.parse(updatedAt) - SKEW_MS;
}
