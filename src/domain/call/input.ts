import type { InitiateCallBody, Outcome, SentType } from './bodies.ts';
import type { EVENT_GRID } from './callback.ts';

/** Anything that can change a call. Times are ISO 8601 UTC and come in as values. */
export type Input =
  | {
      readonly type: 'InitiateCall';
      readonly id: string;
      readonly at: string;
      readonly actor: string;
      readonly body: InitiateCallBody;
      /** Whether it is dialled in the same write, or waits for its turn. */
      readonly dial: boolean;
    }
  /** Takes the place of a call that was opened for its member and never written, so that it can not be any more. */
  | {
      readonly type: 'AbandonCall';
      readonly id: string;
      readonly at: string;
      readonly actor: string;
      readonly body: InitiateCallBody;
    }
  | {
      readonly type: 'CancelCall';
      readonly id: string;
      readonly at: string;
      readonly actor: string;
      readonly reason?: string;
    }
  /** Somebody of the staff helps a call that is stuck: the provider is asked about it, or it is closed as unknown. */
  | {
      readonly type: 'CheckCall' | 'CloseCall';
      readonly id: string;
      readonly at: string;
      readonly actor: string;
      readonly reason: string;
    }
  | {
      readonly type: 'Callback';
      readonly id: string;
      readonly at: string;
      readonly eventType: string;
      /** The `data` of the CloudEvent. */
      readonly data: unknown;
      /** The event exactly as received. */
      readonly raw: string;
      /** Who brought it, when it was not ACS itself. */
      readonly source?: typeof EVENT_GRID;
      /** An entry with the same identity that holds something else, and the SHA-256 of this event as received, hex. */
      readonly contradicts?: { readonly id: string; readonly sha256: string };
    }
  | {
      readonly type: 'Outcome';
      readonly at: string;
      readonly commandId: string;
      readonly commandType: SentType;
      readonly outcome: Outcome;
    }
  | {
      readonly type: 'Deadline';
      readonly at: string;
      /** Only if this deadline stands, ISO 8601 UTC, whatever the time is by now: whoever rings may have a clock that is ahead; absent: whichever stands. */
      readonly of?: string;
      /** Only if it makes this attempt to dial, which whoever rings has a turn for; null: only if it makes none; absent: whatever it does. */
      readonly dial?: number | null;
    };

/**
 * `late`: the call has been over for long, and keeps enough of what came since. `no-leg`: the provider has named none, so
 * there is nothing to ask about. `foreign`: a later release leads the call.
 */
export type Verdict =
  | 'recorded'
  | 'duplicate'
  | 'late'
  | 'unknown-call'
  | 'already-ended'
  | 'not-due'
  | 'not-overdue'
  | 'no-leg'
  | 'foreign';
