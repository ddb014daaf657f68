import { createBoundedMap } from '../../base/bounded-map.ts';
import { hasEnded } from '../../domain/call/call.ts';
import { inOnePiece } from '../../domain/call/seen.ts';
import type { FoldedCall } from '../../domain/call/stream.ts';

/** A call, and since when its newest entry is known, by the monotonic clock. */
export type CachedCall = FoldedCall & {
  readonly sinceMs: number;
  /** Whether it could be told then how long ago that entry was written: see `isDated`. */
  readonly isDated: boolean;
};

type CallCache = {
  get(callSessionId: string): CachedCall | undefined;
  set(callSessionId: string, cached: FoldedCall & Pick<CachedCall, 'isDated'>): void;
  delete(callSessionId: string): void;
};

/** For callbacks that follow the end of a call: they come within seconds. */
const ENDED_MAX = 1_000;

/**
 * Keeps the most recently written calls, the ended ones apart and few: a busy server ends thousands an hour, and nobody
 * asks for them again.
 * @param openMax how many open calls
 */
export function createCallCache(openMax: number, monotonicMs: () => number): CallCache {
  const open = createBoundedMap<CachedCall>(openMax);
  const ended = createBoundedMap<CachedCall>(ENDED_MAX);
  const get = (callSessionId: string): CachedCall | undefined => open.get(callSessionId) ?? ended.get(callSessionId);
  return {
    get,
    set(callSessionId, { state, head, isDated }) {
      const known = get(callSessionId);
      const isKnown = known?.head.version === head.version;
      const since = isKnown ? { sinceMs: known.sinceMs, isDated: known.isDated } : { sinceMs: monotonicMs(), isDated };
      const [here, elsewhere] = state && hasEnded(state) ? [ended, open] : [open, ended];
      if (state) inOnePiece(state.seen);
      here.set(callSessionId, { state, head, ...since });
      elsewhere.delete(callSessionId);
    },
    delete(callSessionId) {
      open.delete(callSessionId);
      ended.delete(callSessionId);
    },
  };
}
