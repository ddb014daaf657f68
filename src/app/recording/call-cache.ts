import { hasEnded } from '../../domain/call/call.ts';
import type { FoldedCall } from '../../domain/call/stream.ts';

export type CallCache = {
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
  const open = new Map<string, FoldedCall>();
  const ended = new Map<string, FoldedCall>();
  const remove = (callSessionId: string): void => {
    open.delete(callSessionId);
    ended.delete(callSessionId);
  };
  return {
    get: (callSessionId) => open.get(callSessionId) ?? ended.get(callSessionId),
    set(callSessionId, cached) {
      remove(callSessionId);
      const isEnded = cached.state !== null && hasEnded(cached.state);
      keep(isEnded ? ended : open, callSessionId, cached, isEnded ? ENDED_MAX : openMax);
    },
    delete: remove,
  };
}

/** The oldest goes when there is one too many. */
function keep(calls: Map<string, FoldedCall>, callSessionId: string, cached: FoldedCall, most: number): void {
  calls.set(callSessionId, cached);
  if (calls.size <= most) return;
  const [oldest] = calls.keys();
  if (oldest !== undefined) calls.delete(oldest);
}
