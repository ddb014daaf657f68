import type { Key } from '../questionnaire/questionnaire.ts';
import type { End } from './disposition.ts';

/** The actor of entries that Event Grid brought. */
export const EVENT_GRID = 'event-grid';

/** How a provider tells the end of a call: of one that was answered or rang, or of one that could not be set up. */
export const ENDED_BY = ['disconnected', 'not-connected'] as const;

export type EndedBy = (typeof ENDED_BY)[number];

/** What a callback says in the words of the domain; a callback that says nothing to it is `other`. */
export type Callback = CallbackNames &
  (
    | { readonly name: 'connected' }
    | { readonly name: 'ended'; readonly by: EndedBy; readonly end: End }
    | {
        readonly name: 'recognized';
        /** The id of the command that this is the result of. */
        readonly commandId: string | null;
        readonly isCancelled: boolean;
        /** What was pressed, in order; `other` is a key that no telephone of ours offers. */
        readonly keys: readonly (Key | 'other')[];
        /** What it is when no key was pressed that is offered. */
        readonly without: 'wrong-key' | 'silence' | 'failed';
      }
    | { readonly name: 'played'; readonly commandId: string | null; readonly how: 'completed' | 'failed' | 'cancelled' }
    /** Somebody who cannot prove it says that the call is over. */
    | { readonly name: 'may-have-ended' }
    | { readonly name: 'other' }
  );

/** What every callback may name, each null when it does not. */
export type CallbackNames = {
  readonly callConnectionId: string | null;
  readonly serverCallId: string | null;
  readonly correlationId: string | null;
  /** Whether being named here is enough for a connection to be the call's: so calls of the first reading are read. */
  readonly binds: boolean;
  /** The provider's own codes, for people: no rule reads them. */
  readonly codes: { readonly code: number; readonly subCode: number } | null;
};

/** What Event Grid calls the end of a call. */
const CALL_ENDED = 'Microsoft.Communication.CallEnded';

/**
 * Event Grid is a second witness: nothing that it says is taken for an answer, a connection or an end, whatever it calls
 * itself, because it is not bound to the call by the call's own secret. Only that a call may have ended is heard.
 */
export function readWitness(type: string): Callback {
  return {
    name: type === CALL_ENDED ? 'may-have-ended' : 'other',
    callConnectionId: null,
    serverCallId: null,
    correlationId: null,
    binds: false,
    codes: null,
  };
}
