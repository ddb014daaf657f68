import { createBoundedMap } from '../../base/bounded-map.ts';
import { hasEnded } from '../../domain/call/call.ts';
import type { FoldedCall } from '../../domain/call/stream.ts';

type CallCache = {
  get(callSessionId: string): FoldedCall | undefined;
  set(callSessionId: string, cached: FoldedCall): void;
  delete(callSessionId: string): void;
};

/** For callbacks that follow the end of a call: they come within seconds. */
const ENDED_MAX = 1_000;

/**
 * Keeps the most recently written calls, the ended ones apart and few: a busy server ends thousands an hour, and nobody
 * asks for them again.
 * @param openMax how many open calls
 */
export function createCallCache(openMax: number): CallCache {
  const open = createBoundedMap<FoldedCall>(openMax);
  const ended = createBoundedMap<FoldedCall>(ENDED_MAX);
  const remove = (callSessionId: string): void => {
    open.delete(callSessionId);
    ended.delete(callSessionId);
  };
  return {
    get: (callSessionId) => open.get(callSessionId) ?? ended.get(callSessionId),
    set(callSessionId, cached) {
      remove(callSessionId);
      const isEnded = cached.state !== null && hasEnded(cached.state);
      (isEnded ? ended : open).set(callSessionId, cached);
    },
    delete: remove,
  };
}
