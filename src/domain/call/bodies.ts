import type { Audience, Choice, Key, Voice } from '../questionnaire/questionnaire.ts';

/**
 * What the `data` of each of our own entries holds, by entry type. Stored for years: add optional fields, never rename.
 * Times are ISO 8601 UTC.
 */

/** Which script a call follows; its whole text stands in the log under `questionnaire:{hash}`. */
export type QuestionnaireRef = { readonly id: string; readonly version: number; readonly hash: string };

/** Which calls are dialled first when there are more than the provider takes at once; `low` is for campaigns. */
export const PRIORITIES = ['normal', 'low'] as const;

export type Priority = (typeof PRIORITIES)[number];

export type InitiateCallBody = {
  readonly memberId: string;
  /** E.164. */
  readonly phoneNumber: string;
  /** What the call is placed over: the number the member sees, E.164, or a Teams resource account (`line.ts`). */
  readonly callerId: string;
  /** Where ACS posts the callbacks, without the call's secret. */
  readonly callbackUrl: string;
  readonly questionnaire: QuestionnaireRef;
  /** How many questions the script has. */
  readonly questions: number;
  /** Absent: `normal`. */
  readonly priority?: Priority;
  /** Who places the call, for as long as it lasts; absent: `acs`. */
  readonly provider?: string;
  /** By which version of the provider's rules the call is read, as long as the log stands; absent: 1. */
  readonly reading?: number;
  /** Nobody is called: a simulator places the call. Absent: nothing says so, as in every call of before there was this word. */
  readonly simulated?: true;
};

/** How long we wait: for ACS's answer to the request, and after its acceptance for the result. */
type Waits = { readonly answerBy: string; readonly resultBy: string };

export type PlaceCallBody = Waits & {
  readonly attempt: number;
  readonly to: string;
  /** The call's `callerId`. */
  readonly from: string;
  readonly callbackUrl: string;
  /** Sent again with every attempt of the same dial, so that ACS rings once (Repeatability-Request-ID, a UUID v4). */
  readonly repeatabilityRequestId: string;
  /** ISO form of Repeatability-First-Sent. */
  readonly repeatabilityFirstSent: string;
};

export type Prompt = {
  readonly text: string;
  readonly voice: Voice;
  /** Names the spoken audio in ACS's cache; changes with text and voice. */
  readonly cacheId: string;
};

export type AskQuestionBody = Waits & {
  readonly step: string;
  /** Null for person detection. */
  readonly question: number | null;
  readonly audience: Audience;
  readonly prompt: Prompt;
  readonly keys: Readonly<Partial<Record<Key, Choice>>>;
  readonly silenceSeconds: number;
  /** 1, 2, 3 ...: how often this step has been asked, whatever the reason. */
  readonly attempt: number;
  readonly because: 'first' | 'wrong-key' | 'trouble';
  /** The step that follows silence. */
  readonly silence: string;
  /** Another key that is not offered counts as silence. */
  readonly lastChance: boolean;
  /** Whether it cuts off what the call is playing. */
  readonly interrupt: boolean;
};

export type SayMessageBody = Waits & {
  readonly step: string;
  readonly audience: Audience;
  readonly prompt: Prompt;
  readonly attempt: number;
  /** `trouble`: said because the flow could not go on. */
  readonly because: 'flow' | 'trouble';
  readonly interrupt: boolean;
};

export type HangUpBody = Waits & {
  readonly callConnectionId: string;
  readonly attempt: number;
  readonly because: HangUpReason;
};

export type HangUpReason = 'finished' | 'cancelled' | 'trouble' | 'not-neutral' | 'second-leg' | 'already-closed';

export type CheckCallBody = {
  readonly callConnectionId: string;
  readonly attempt: number;
  readonly answerBy: string;
  /**
   * `doubt`: Event Grid said that the call has ended, and ACS has not. `leg`: a callback named this connection, and whether it
   * is the call's is not known. Absent: something is overdue.
   */
  readonly because?: 'doubt' | 'leg';
  /** Why somebody of the staff asks; absent: nobody did, the flow does. */
  readonly reason?: string;
};

export type CloseCallBody = {
  readonly because: CloseReason;
  /** Why somebody of the staff closes it; absent: nobody did, the flow does. */
  readonly reason?: string;
};

/** Why we closed a call whose end ACS has not told us. */
export type CloseReason = 'gone' | 'no-word' | 'cancelled' | 'abandoned' | 'not-placed' | 'expired';

export type CancelCallBody = { readonly reason?: string };

export type DeadlinePassedBody = { readonly deadline: string };

/** An event under an identity that others of the call have, when enough of those are kept: that it came, and as what. */
export type CountEventBody = {
  readonly eventId: string;
  readonly eventType: string;
  /** SHA-256 of the event as received, hex. */
  readonly sha256: string;
};

export type AcceptedBody = {
  readonly callConnectionId?: string;
  /** CheckCall: ACS's callConnectionState. */
  readonly callState?: string;
  /** CheckCall: whether the provider says that the connection is this call's. Absent: it was not looked at. */
  readonly ours?: boolean;
};

export type RejectedBody = {
  /** HTTP status; 0 when the request never left (connection refused, name not found). */
  readonly status: number;
  readonly subCode: number;
  /** Whether the same request may succeed later. */
  readonly transient: boolean;
  readonly retryAfterMs?: number;
  /** Set when it will be tried again. */
  readonly retryAt?: string;
  /** Set when the call is said to be over: by when the provider should have told its end. */
  readonly endBy?: string;
};

export type UnknownBody = {
  readonly reason: 'timeout' | 'connection-lost' | 'server-error';
  readonly retryAfterMs?: number;
  readonly retryAt?: string;
};

/** What became of a command. `Unknown` is neither: the request may have been executed. */
export type OutcomeBodies = { Accepted: AcceptedBody; Rejected: RejectedBody; Unknown: UnknownBody };

/** What telephony reports; `decide` adds when to try again. */
export type Outcome = {
  [T in keyof OutcomeBodies]: { readonly type: T } & Omit<OutcomeBodies[T], 'retryAt' | 'endBy'>;
}[keyof OutcomeBodies];

/** Our commands and what they hold. */
export type CommandBodies = {
  InitiateCall: InitiateCallBody;
  PlaceCall: PlaceCallBody;
  AskQuestion: AskQuestionBody;
  SayMessage: SayMessageBody;
  HangUp: HangUpBody;
  CheckCall: CheckCallBody;
  CloseCall: CloseCallBody;
  CancelCall: CancelCallBody;
  DeadlinePassed: DeadlinePassedBody;
  CountEvent: CountEventBody;
};

export type CommandType = keyof CommandBodies;

/** The types of all our commands. */
export const COMMAND_TYPES = [
  'InitiateCall',
  'PlaceCall',
  'AskQuestion',
  'SayMessage',
  'HangUp',
  'CheckCall',
  'CloseCall',
  'CancelCall',
  'DeadlinePassed',
  'CountEvent',
] as const satisfies readonly CommandType[];

/** Commands that telephony carries out. */
export const SENT_TYPES = [
  'PlaceCall',
  'AskQuestion',
  'SayMessage',
  'HangUp',
  'CheckCall',
] as const satisfies readonly CommandType[];

export type SentType = (typeof SENT_TYPES)[number];

export type SentCommand = {
  [T in SentType]: { readonly id: string; readonly type: T; readonly body: CommandBodies[T] };
}[SentType];
