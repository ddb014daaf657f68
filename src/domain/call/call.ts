import { isOneOf } from '../../base/one-of.ts';
import type { Choice, Key } from '../questionnaire/questionnaire.ts';
import {
  type InitiateCallBody,
  type PlaceCallBody,
  type QuestionnaireRef,
  SENT_TYPES,
  type SentType,
} from './bodies.ts';
import type { EndedBy } from './callback.ts';
import type { End } from './disposition.ts';
import type { Seen } from './seen.ts';

/** The seed's status of a call session. */
export const CALL_STATUSES = ['Initiated', 'Connected', 'PersonDetected', 'Disconnected', 'Failed'] as const;

export type CallStatus = (typeof CALL_STATUSES)[number];

/** An answer, or `timeout` for a question that got none. */
export type Answer = { readonly question: number; readonly response: string; readonly recordedAt: string };

/** What came of an AskQuestion, as far as the provider has told. */
export type AskResult = 'key' | 'wrong-key' | 'silence' | 'failed' | 'cancelled';

/** One AskQuestion that was recorded. */
export type Ask = {
  readonly commandId: string;
  readonly step: string;
  readonly question: number | null;
  readonly keys: Readonly<Partial<Record<Key, Choice>>>;
  readonly silence: string;
  readonly lastChance: boolean;
  readonly result: AskResult | null;
};

/** Where the flow stands. */
export type Position =
  /** Waits for its turn to be dialled; nothing has been sent. */
  | { readonly at: 'queued' }
  | {
      readonly at: 'placing';
      readonly commandId: string;
      readonly place: PlaceCallBody;
      /** An attempt under this Repeatability-Request-ID has no definite answer, so the phone may be ringing. */
      readonly uncertain: boolean;
    }
  | { readonly at: 'ringing'; readonly commandId: string }
  | {
      readonly at: 'asking';
      readonly commandId: string;
      readonly step: string;
      readonly attempt: number;
      readonly wrongKeys: number;
      readonly failures: number;
      readonly resultBy: string;
    }
  | {
      readonly at: 'saying';
      readonly commandId: string;
      readonly step: string;
      readonly attempt: number;
      readonly resultBy: string;
    }
  | { readonly at: 'hanging-up'; readonly commandId: string; readonly attempt: number; readonly resultBy: string }
  | { readonly at: 'ended' };

/** When the call must be looked at again if nothing has happened, and what is then missing; `end`: it is said to be over. */
export type Deadline = { readonly at: string; readonly missing: 'turn' | 'answer' | 'result' | 'retry' | 'end' };

/** A leg that must not stay open although the call itself is not on it (any more): being hung up. */
export type StrayLeg = { readonly commandId: string; readonly callConnectionId: string; readonly attempt: number };

/**
 * A connection that a callback named and that is not known to be the call's: what was told of it, in case it is. Nothing is done
 * about it before the provider has said whose it is.
 */
export type Claim = {
  readonly callConnectionId: string;
  readonly serverCallId: string | null;
  readonly correlationId: string | null;
  readonly connectedAt: string | null;
  readonly ending: Ending | null;
  /** `refused`: it is not the call's. */
  readonly stands: 'heard' | 'asked' | 'refused';
  /** The CheckCall that asks, and how often that was done. */
  readonly commandId: string | null;
  readonly attempt: number;
};

/** How a call ended: by the provider's word, by a rejected PlaceCall, or closed by us without either. */
export type Ending = End & {
  readonly by: EndedBy | 'rejected' | 'closed' | 'gone';
  readonly at: string;
};

/** A call session: a fold over its stream, nothing else. */
export type CallState = {
  readonly callSessionId: string;
  /** Entries folded so far. */
  readonly version: number;
  readonly initiate: InitiateCallBody;
  readonly questionnaire: QuestionnaireRef;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly callConnectionId: string | null;
  readonly serverCallId: string | null;
  readonly correlationId: string | null;
  readonly connectedAt: string | null;
  readonly personProvenAt: string | null;
  /** Pressed the key that says "not now". */
  readonly notAvailable: boolean;
  readonly cancelledAt: string | null;
  /** A prompt or request failed for good and the flow was cut short. */
  readonly trouble: boolean;
  readonly ending: Ending | null;
  readonly position: Position;
  /** How often it was dialled. */
  readonly dials: number;
  /** When we closed it while a leg of it may have stood of which the provider has told nothing since; null: that is not so. */
  readonly untoldLegAt: string | null;
  /** A CheckCall that has no outcome yet, or whose outcome was no answer; `leg` is the connection that it asks about. */
  readonly check: { readonly commandId: string; readonly attempt: number; readonly leg: string } | null;
  /** A CheckCall without an outcome that Event Grid's word gave cause to: it stands beside the flow, without a deadline. */
  readonly doubt: string | null;
  readonly strays: readonly StrayLeg[];
  readonly claims: readonly Claim[];
  /**
   * Something in the stream is of a later release: what comes is recorded, and nothing is decided upon it here. Whoever runs
   * that release looks after the call.
   */
  readonly foreign: boolean;
  /** Events that came under the identity of another one and are not it. */
  readonly contradictions: number;
  /** Events that came when the call had been over for long. */
  readonly late: number;
  readonly asks: readonly Ask[];
  readonly answers: readonly Answer[];
  readonly deadline: Deadline | null;
  readonly seen: Seen;
};

/** Whether nothing more is to be done for the call. */
export function hasEnded(state: CallState): boolean {
  return state.position.at === 'ended';
}

/** Whether the passing of its deadline makes the call's phone ring: such a deadline waits for its turn. */
export function waitsToDial({ position, deadline, cancelledAt }: CallState): boolean {
  if (cancelledAt || !deadline) return false;
  return position.at === 'queued' || (position.at === 'placing' && deadline.missing !== 'result');
}

/** Which attempt the passing of its deadline makes, 1 for the first; null: none. */
export function nextDial(state: CallState): number | null {
  return waitsToDial(state) ? state.dials + 1 : null;
}

/** Whether the provider may be holding a leg for the call, so that it counts against the concurrent calls. */
export function holdsLeg({ position, deadline }: CallState): boolean {
  if (position.at === 'queued' || position.at === 'ended') return false;
  return !(position.at === 'placing' && !position.uncertain && deadline?.missing === 'retry');
}

/** Commands whose outcome is expected from telephony. */
export function isSent(type: string): type is SentType {
  return isOneOf(SENT_TYPES, type);
}
