import { ENDED_CALLS_KEPT } from '../wire/defaults.ts';
import type { Call } from './call.ts';
import { lineOf } from './line.ts';

/** All open calls and the latest ended ones. */
export type CallBook = {
  add(call: Call): void;
  find(callConnectionId: string): Call | undefined;
  /** Takes note of a call's end; the oldest ended call may be forgotten for it. */
  ended(call: Call): void;
  /** Open calls that take one of this line's places. */
  openOver(line: string): number;
  /** Oldest first. */
  all(): IterableIterator<Call>;
  open(): number;
  clear(): void;
};

/**
 * @param endedKept how many ended calls stay
 */
export function createCallBook(endedKept: number = ENDED_CALLS_KEPT): CallBook {
  const calls = new Map<string, Call>();
  const ended = new Set<string>();
  const openByLine = new Map<string, number>();

  const occupy = (call: Call, by: 1 | -1) => {
    if (!call.facts.counted) return;
    const line = lineOf(call.facts.request.from);
    const count = (openByLine.get(line) ?? 0) + by;
    if (count > 0) openByLine.set(line, count);
    else openByLine.delete(line);
  };

  return {
    add(call) {
      calls.set(call.facts.callConnectionId, call);
      occupy(call, 1);
    },
    find: (callConnectionId) => calls.get(callConnectionId),
    ended(call) {
      occupy(call, -1);
      ended.add(call.facts.callConnectionId);
      const [oldest] = ended;
      if (ended.size <= endedKept || oldest === undefined) return;
      ended.delete(oldest);
      calls.delete(oldest);
    },
    openOver: (line) => openByLine.get(line) ?? 0,
    all: () => calls.values(),
    open: () => calls.size - ended.size,
    clear() {
      calls.clear();
      ended.clear();
      openByLine.clear();
    },
  };
}
