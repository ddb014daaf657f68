import type { Clock } from '../../base/clock.ts';
import type { CallState } from '../../domain/call/call.ts';
import type { Timing } from '../../domain/call/timing.ts';
import type { DialPolicy } from '../../domain/dial-policy.ts';
import type { Place, Waiting } from '../../domain/places/row.ts';
import type { Standing } from '../../domain/places/standing.ts';
import type { step } from '../../domain/places/step.ts';
import type { PlaceStore, StoredPlaces } from '../ports.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { Breaker } from './breaker.ts';
import type { WaitingCalls } from './waiting-calls.ts';

/** What dialling is given. */
export type DialDeps = {
  readonly clock: Clock;
  readonly policy: DialPolicy;
  /** Where places are counted. */
  readonly places: PlaceStore;
  /** A fresh id of this life. */
  readonly me: string;
  readonly timing: Pick<Timing, 'ringMs'>;
  /** The call as the log has it now. @throws LogError, CallParkedError */
  readonly load: (callSessionId: string) => Promise<CallState | null>;
  /** Has a call looked after here that stands in the log; `watched`: by another instance too, for as long as that one lives. */
  readonly takeUp: (state: CallState, by: 'us' | 'watched') => void;
  /** Another instance goes on with a call: here it is not looked after any more, nor counted as waiting. */
  readonly letGo: (callSessionId: string) => void;
  /** Every open call of the log: asked when the row is gone. @throws LogError */
  readonly openCalls: () => Promise<readonly CallState[]>;
  /** Why no call is to be begun for the time being, in words; null when calls are. A call that was begun goes on. */
  readonly held: () => string | null;
  /** How the row changes; other than ours only where a simulation shows that it notices. */
  readonly step?: typeof step;
};

/** A call that was read, and what was learnt of it by that. */
export type Read = { readonly state: CallState; readonly heard: KnownCall | undefined };

/** A turn that this instance has. */
export type Turn = {
  readonly place: Place;
  /** The call as it was read for it; null: it was not. */
  readonly read: Read | null;
  isUnderWay: boolean;
  callOff: () => void;
};

/** What was heard of a call, and when, by the monotonic clock. */
export type KnownCall = {
  readonly standing: Standing;
  heardMs: number;
  /** Nobody can read it. */
  readonly isParked: boolean;
};

/** How dialling on one line stands. */
export type Dialling = DialDeps & {
  /** The caller number that places are counted for. */
  readonly line: string;
  readonly waiting: WaitingCalls;
  readonly limit: AdaptiveLimit;
  readonly breaker: Breaker;
  readonly known: Map<string, KnownCall>;
  /** Calls that may hold a leg, as far as was heard here. */
  readonly legs: Set<string>;
  readonly turns: Map<string, Turn>;
  /** Calls of which the places up to an attempt are over, and since when that is known. */
  readonly over: Map<string, { readonly attempt: number; readonly sinceMs: number }>;
  /** Legs that had no place in the row as it was read. */
  readonly placeless: Set<string>;
  readonly anew: Set<string>;
  readonly unused: Map<string, Waiting | null>;
  /** Since when a place stands in the row as it does, by the monotonic clock, and until when its turn is to be waited for. */
  seen: Map<string, { readonly place: Place; readonly sinceMs: number; readonly dueMs: number }>;
  /** When that was looked at last, by the monotonic clock. */
  seenMs: number;
  /** Turns that this instance had: none is had twice. */
  readonly had: { get(key: string): true | undefined; set(key: string, value: true): void };
  /** Attempts whose append may be carried out yet, by call: their places are never given up unused. */
  readonly doubtful: {
    get(callSessionId: string): number | undefined;
    set(callSessionId: string, attempt: number): void;
  };
  pauseUntilMs: number;
  /** The row as it was read or written last; null: it has to be read. */
  stored: StoredPlaces | null;
  /** When that was, by the monotonic clock. */
  storedMs: number;
  /** When it was found out that others had changed it. */
  othersMs: number;
  /** How much more often, of late, it was found changed by others than as it was known. */
  crowd: number;
  /** When it was written here last, by the monotonic clock. */
  wroteMs: number;
  /** A change that is not written yet: since when, and when it is to be, by the monotonic clock. */
  change: { readonly sinceMs: number; readonly dueMs: number } | null;
  /** When holders of which nothing was heard were looked at last, by the monotonic clock. */
  lookedMs: number;
  /** The tag that was known last. */
  etag: string | null;
  /** Why nobody can be dialled, a stable code; null: the row can be read and written. */
  lost: string | null;
  lostInARow: number;
  /** Until the start, and from the end on, nobody has a turn. */
  isOpen: boolean;
  /** Has the row looked at, and changed if there is something to change. */
  readonly poke: () => void;
  running: Promise<void> | null;
  isPoked: boolean;
  callOff: () => void;
};

/** The key of a turn. Joined, as thousands are kept: a text that is put together otherwise keeps each of its parts. */
export function keyOf({ callSessionId, attempt, turnMs, by }: Place): string {
  return [callSessionId, attempt, turnMs, by].join(' ');
}

/** Whether two places are for the same turn. */
export function isSameTurn(one: Place, other: Place): boolean {
  return (
    one.callSessionId === other.callSessionId &&
    one.attempt === other.attempt &&
    one.turnMs === other.turnMs &&
    one.by === other.by
  );
}
