import type { CommandBodies } from '../../src/domain/call/bodies.ts';
import type { CallState } from '../../src/domain/call/call.ts';
import type { Life } from './port-call.ts';

/** What became of a request at the provider; status 0: nothing was answered. */
export type Answered = { readonly executed: boolean; readonly status: number };

/**
 * What the checker knows by itself: what was sent, answered, pressed and acknowledged, by those to whom it happened. Nothing
 * in it comes from the application.
 */
export type Ledger = {
  /** Who sent a command, by its id. */
  readonly sentBy: Map<string, string>;
  /** Which life of an instance dialled a call last. */
  readonly dialledBy: Map<string, Life>;
  readonly answered: Map<string, Answered>;
  /** Whose call each leg is that the provider holds or held, by connection. */
  readonly legs: Map<string, string>;
  /** Legs that the provider does not hold any more. */
  readonly legsOver: Set<string>;
  /** Questions as the provider received them, by command id. */
  readonly asked: Map<string, CommandBodies['AskQuestion']>;
  /** Calls in which the key was pressed that only a person presses. */
  readonly proven: Set<string>;
  /** How often the phone rang for a call. */
  readonly rings: Map<string, number>;
  /** Values pressed whose callback was acknowledged, by call and question. */
  readonly pressed: Map<string, Map<number, Set<string>>>;
  /** Events acknowledged, by call: id to exact text. */
  readonly acknowledged: Map<string, Map<string, string>>;
  /** Calls that were promised to somebody. */
  readonly promised: Set<string>;
  /** The call that an Idempotency-Key of a member stands for. */
  readonly byKey: Map<string, string>;
  readonly cancelled: Set<string>;
  /** Folded as the log grows. */
  readonly states: Map<string, CallState>;
  readonly endedAtMs: Map<string, number>;
  /** Calls that ended long ago and of which nothing more is expected; the states of these are forgotten. */
  readonly settled: Set<string>;
};

/** The call that a command is of. */
export function callOf(commandId: string): string {
  return commandId.slice(0, commandId.lastIndexOf('/'));
}

export function createLedger(): Ledger {
  return {
    sentBy: new Map(),
    dialledBy: new Map(),
    answered: new Map(),
    legs: new Map(),
    legsOver: new Set(),
    asked: new Map(),
    proven: new Set(),
    rings: new Map(),
    pressed: new Map(),
    acknowledged: new Map(),
    promised: new Set(),
    byKey: new Map(),
    cancelled: new Set(),
    states: new Map(),
    endedAtMs: new Map(),
    settled: new Set(),
  };
}
