import type { Priority } from '../../domain/call/bodies.ts';
import { PART_MAX, PARTS, type Part, type Waiting } from '../../domain/places/row.ts';

/** What dials a call. It resolves when it has, or has not: `unknown` when its dial may be recorded yet. */
export type Dial = () => Promise<'settled' | 'unknown'>;

/** Calls that are due here. */
export type WaitingCalls = {
  /** Puts a call at the end of its part, or its new `dial` in the place of the one that waits there. */
  join(waiting: Waiting, dial: Dial): void;
  get(callSessionId: string): (Waiting & { readonly dial: Dial }) | undefined;
  leave(callSessionId: string): void;
  /** The first of each part but those whom others have a turn for, as many as stand in the row. */
  first(hasTurn: (waiting: Waiting) => boolean): readonly Waiting[];
  size(): number;
  clear(): void;
};

export function createWaitingCalls(): WaitingCalls {
  type Members = Map<string, Waiting & { readonly dial: Dial }>;
  const parts: Readonly<Record<Part, Members>> = { redial: new Map(), normal: new Map(), low: new Map() };
  const get = (callSessionId: string) =>
    parts.redial.get(callSessionId) ?? parts.normal.get(callSessionId) ?? parts.low.get(callSessionId);
  const leave = (callSessionId: string): void => {
    for (const part of PARTS) parts[part].delete(callSessionId);
  };
  return {
    join(waiting, dial) {
      if (get(waiting.callSessionId)?.part !== waiting.part) leave(waiting.callSessionId);
      parts[waiting.part].set(waiting.callSessionId, { ...waiting, dial });
    },
    get,
    leave,
    first: (hasTurn) => PARTS.flatMap((part) => firstOf(parts[part], PART_MAX[part], hasTurn)),
    size: () => parts.redial.size + parts.normal.size + parts.low.size,
    clear() {
      for (const part of PARTS) parts[part].clear();
    },
  };
}

function firstOf(
  members: ReadonlyMap<string, Waiting>,
  most: number,
  hasTurn: (waiting: Waiting) => boolean,
): readonly Waiting[] {
  const first: Waiting[] = [];
  for (const { callSessionId, attempt, part } of members.values()) {
    if (first.length === most) break;
    const waiting = { callSessionId, attempt, part };
    if (!hasTurn(waiting)) first.push(waiting);
  }
  return first;
}

/** The part of a call that is due. */
export function partOf(attempt: number, priority: Priority): Part {
  return attempt > 1 ? 'redial' : priority;
}
