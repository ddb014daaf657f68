import type { CallCount, CallPage, CallRows, CallSessionRow } from '../../projections/ports.ts';

import type { Priority } from '../domain/call/bodies.ts';
import type { CallStatus } from '../domain/call/call.ts';
import type { Deed, Rehearsal } from '../domain/call/rehearsal.ts';
import type { StuckCalls } from '../domain/call/stuck-call.ts';
import type { DialStatus } from '../domain/dial-policy.ts';
import type { QuarantineFilter, QuarantineItem } from '../domain/inbox/quarantine.ts';
import type { FoundMembers, Member, TypedSearch } from '../domain/member/members.ts';
import type { PublishedScript, PublishedScripts } from '../domain/questionnaire/published.ts';

/** What the adapters that people and providers reach (http, cli) may ask of the application. */

export type InitiateRequest = {
  readonly memberId: string;
  /** Already checked against the allow-list; absent: our own public address. */
  readonly callbackUrl?: string;
  readonly idempotencyKey?: string;
  /** Absent: `normal`. */
  readonly priority?: Priority;
  /** `<role>:<name>`. */
  readonly actor: string;
};

export type InitiateResult =
  /** `replayed`: the call was asked for before, and stands as `status` says by now. */
  | { readonly ok: true; readonly callSessionId: string; readonly status: CallStatus; readonly replayed: boolean }
  | { readonly ok: false; readonly code: 'MEMBER_NOT_FOUND' | 'MEMBER_NOT_CALLABLE' }
  /** `CALL_ENDED`: others took the call for abandoned and closed it before it had begun; nobody was dialled for it. */
  | { readonly ok: false; readonly code: 'CALL_OPEN' | 'CALL_ENDED'; readonly callSessionId: string }
  | { readonly ok: false; readonly code: 'IDEMPOTENCY_KEY_REUSED' }
  /** No new calls are taken, so that those that are up can be recorded to their end. */
  | { readonly ok: false; readonly code: 'DISK_LOW' };

/** One CloudEvent as it came, with the exact text it was. */
export type ReceivedCallback = {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly raw: string;
};

/**
 * `unknown-call`: kept in the quarantine, as the log has no such call. `late`: its call ended more than a day ago; recorded, if
 * few such came before.
 */
export type CallbackResult = 'recorded' | 'duplicate' | 'late' | 'unknown-call';

/** One event of Event Grid, in either of its schemas. */
export type ReceivedGridEvent = ReceivedCallback & { readonly subject: string };

/** `flaw`: why it cannot be read as an event. */
export type GridEvent = ReceivedGridEvent | { readonly flaw: string; readonly raw: string };

/**
 * What became of it. `quarantined`: its call is not known. `kept`: it is of no call. `too-large`: it is nowhere, because no
 * entry can hold it.
 */
export type GridResult =
  | Exclude<CallbackResult, 'unknown-call'>
  | 'quarantined'
  | 'kept'
  | 'subscription-deleted'
  | 'too-large';

/** Which items of the quarantine, and which page of them, oldest first. */
export type QuarantineQuery = {
  readonly filter?: QuarantineFilter;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
};

/** `total`: of all pages; null where that is not known. */
export type QuarantinePage = {
  readonly items: readonly QuarantineItem[];
  readonly total: number | null;
  readonly next: string | null;
};

/** Which of what waits is given up: these, or all that are meant, the oldest first, `limit` of them at most. */
export type DiscardRequest = {
  readonly meant: { readonly ids: readonly string[] } | { readonly filter: QuarantineFilter; readonly limit: number };
  readonly actor: string;
  readonly reason: string;
};

/** `left`: how many that are meant still wait, or were asked for and are not there. */
export type DiscardResult = { readonly discarded: number; readonly left: number };

export type ReleaseResult = 'released' | 'not-found' | 'call-unknown';

export type CancelResult = 'cancelling' | 'unknown-call' | 'already-ended';

/** Somebody of the staff helps a call that is stuck. */
export type HelpRequest = {
  readonly callSessionId: string;
  /** `<role>:<name>`. */
  readonly actor: string;
  readonly reason: string;
  /** The same again is done once; absent: every request is one of its own. */
  readonly key?: string;
};

/**
 * What came of it. `resumed`: it had been set aside and goes on. `not-overdue`: it goes on by itself. `no-leg`: the provider has
 * named no connection to ask about. `foreign`: a later release leads it.
 */
export type HelpResult =
  | 'checking'
  | 'closed'
  | 'resumed'
  | 'unknown-call'
  | 'already-ended'
  | 'not-overdue'
  | 'no-leg'
  | 'foreign';

/** How a call stands. */
export type CallStanding = CallRows & {
  /** Whether a simulator places it, so that nobody is called; null: its log cannot be read at the moment. */
  readonly simulated: boolean | null;
};

export type CallApp = {
  initiate(request: InitiateRequest): Promise<InitiateResult>;
  /** Records the callbacks of one call, in the order given; resolves when all are durable. */
  recordCallbacks(callSessionId: string, callbacks: readonly ReceivedCallback[]): Promise<CallbackResult>;
  /** Records what Event Grid delivered; resolves, with what became of each in their order, when all is durable. */
  recordGridEvents(events: readonly GridEvent[]): Promise<readonly GridResult[]>;
  cancel(callSessionId: string, actor: string, reason?: string): Promise<CancelResult>;
  /** Asks the provider about a call now. @throws LogError, CallParkedError */
  check(request: HelpRequest): Promise<HelpResult>;
  /** Closes an overdue call as unknown, or gives up one that is set aside. @throws LogError, CallParkedError */
  closeCall(request: HelpRequest): Promise<HelpResult>;
  /** @throws LogError */
  stuck(): Promise<StuckCalls>;
  /** By callSessionId or callConnectionId. */
  status(id: string): Promise<CallStanding | null>;
  /** When any call changed last, ISO 8601 UTC; null: there is none. Whoever asks again sees whether there is something new. */
  newestUpdate(): Promise<string | null>;
  list(page: CallPage): Promise<readonly CallSessionRow[]>;
  /** The same with the answers of each. */
  listWhole(page: CallPage): Promise<readonly CallRows[]>;
  /** How many calls there are, by hour, standing and script, see ReadStore.counts. */
  figures(from: string, to: string): Promise<readonly CallCount[]>;
  /** How many questions the script of new calls asks. */
  questions(): number;
  /** Every script that was ever in force, as far as it is known. @throws LogError */
  scripts(): Promise<PublishedScripts>;
  /** Null: none was published under this hash. @throws LogError */
  script(hash: string): Promise<PublishedScript | null>;
  /** Goes through a script without a call; nothing of it is kept. Null as above. @throws LogError */
  rehearse(hash: string, deeds: readonly Deed[]): Promise<Rehearsal | null>;
  /** By id; `after` is the last one of the page before. */
  members(page: { after?: string; search?: string; limit: number }): Promise<readonly Member[]>;
  searchMembers(search: TypedSearch): Promise<FoundMembers>;
  member(memberId: string): Promise<Member | null>;
  /** Whether `secret` is the one that this call's callback URI carries; constant time. */
  isCallSecret(callSessionId: string, secret: string): boolean;
  /** Callbacks whose call the log does not know; by default those that wait. */
  quarantined(query: QuarantineQuery, state?: 'waiting' | 'expired'): Promise<QuarantinePage>;
  /** @param day of an item that expired long ago */
  releaseQuarantined(id: string, actor: string, day?: string): Promise<ReleaseResult>;
  /** False when there is nothing under this id. @param day as above */
  discardQuarantined(id: string, actor: string, reason: string, day?: string): Promise<boolean>;
  /** Gives many up that wait, each by an entry of its own. */
  discardManyQuarantined(request: DiscardRequest): Promise<DiscardResult>;
  /** As far as it is known. */
  health(): AppHealth;
  /** The same after a look at the log, if nothing was heard of it lately. Resolves in bounded time. */
  readiness(): Promise<AppHealth>;
};

/** What can be the matter, by codes that stay: operators search and alert by them. */
export const HEALTH_PROBLEMS = [
  'LOG_UNAVAILABLE',
  'LOG_BEHIND',
  'DISK_LOW',
  'READ_MODELS_BEHIND',
  'DIALLING_PAUSED',
  'QUARANTINE',
  'NOTICES_UNPUBLISHED',
  'REMINDERS_UNHEARD',
  'READ_MODELS_DAMAGED',
  'MEMBERS_DAMAGED',
  'CALL_WITHOUT_ROW',
  'CALL_OF_LATER_RELEASE',
  'EVENTS_CONTRADICT',
  'CALLER_REFUSED',
  'CALL_PARKED',
  'CHECKPOINT_FORK',
  'CHECKPOINT_LATE',
  'CHECKPOINT_TROUBLE',
  'LOG_ALTERED',
  'CALLS_SIMULATED',
  'SIGNING_KEYS_UNAVAILABLE',
  'API_KEYS_DAMAGED',
  'CLOCK_OFF',
  'ROWS_NOT_SHARED',
] as const;
export type HealthProblem = (typeof HEALTH_PROBLEMS)[number];

export type AppHealth = {
  /** False only while the log takes no entries: then others should be given what is to be recorded. */
  readonly ready: boolean;
  readonly log: LogStatus;
  readonly room: RoomStatus;
  /** Age of the oldest recorded change that the read models do not show yet. */
  readonly projectionLagMs: number;
  readonly openCalls: number;
  /** Commands that telephony has not answered yet. */
  readonly dispatching: number;
  readonly dialling: DialStatus;
  /** Calls set aside because their stream cannot be handled. */
  readonly parked: readonly string[];
  /** Callbacks that wait in the quarantine, as far as it was looked at. */
  readonly quarantined: number;
  /** Callbacks put there by this process since the start. */
  readonly quarantineArrivals: number;
  readonly findings: CallFindings;
  readonly checkpoints: CheckpointHealth;
  /** Whether new calls are placed by a simulator: nobody is called. */
  readonly simulated: boolean;
  /** What Event Grid has delivered to this instance since the start. */
  readonly eventGrid: { readonly events: number; readonly newestAt: string | null };
  /** By how much this machine's clock is ahead of the store's that all instances go by; null: they go by no store's. */
  readonly clockOffMs: number | null;
  /** In words, for operators; hardly any makes the server unready. */
  readonly problems: readonly string[];
  /** The same, each with its code. */
  readonly codedProblems: readonly { readonly code: HealthProblem; readonly words: string }[];
  /** How many there are of each kind. */
  readonly problemCounts: Readonly<Record<HealthProblem, number>>;
};

/** What calls have shown since the start that operators should know. */
export type CallFindings = {
  /** Open calls that a later release has written to: this one only records what comes. */
  readonly foreign: readonly string[];
  /** Events of the last day that came under the identity of another event of their call. */
  readonly contradictions: number;
  /** By the last digits of the line (its number, or Teams resource account): the newest calls that ended, and how many of them a network refused. */
  readonly callers: readonly { readonly caller: string; readonly calls: number; readonly refused: number }[];
};

/** How far the log is vouched for. */
export type CheckpointHealth = {
  /** Who knows another log than this one, in words: nothing is signed. */
  readonly fork: string | null;
  /** What else keeps checkpoints from being made, in words. */
  readonly trouble: string | null;
  /** Age of the oldest entry that none covers yet; 0: all are covered. */
  readonly uncoveredMs: number;
  readonly isLate: boolean;
  /** Leaves of the tree. */
  readonly treeSize: number;
  /** When the log was verified last, ISO 8601 UTC, and how many findings there were; null: not lately. */
  readonly verified: { readonly at: string; readonly findings: number } | null;
  /** The largest tree that each witness has signed; null: none yet. */
  readonly witnesses: readonly { readonly name: string; readonly cosignedSize: number | null }[];
};

/** Before any is made. */
export const NO_CHECKPOINTS: CheckpointHealth = {
  fork: null,
  trouble: null,
  uncoveredMs: 0,
  isLate: false,
  treeSize: 0,
  verified: null,
  witnesses: [],
};

export type LogStatus = {
  /** Why it takes no entries, in words; null when it does. */
  readonly trouble: string | null;
  /** Only a new process can write again. */
  readonly restart: boolean;
  /** Appends and registrations that it could not take since the start. */
  readonly failures: number;
  /** For how long it has not been known to take entries. */
  readonly silentMs: number;
};

export type RoomStatus = {
  /** Less is free than is kept for calls that are up. */
  readonly isShort: boolean;
  /** Null where the log does not grow on a disk of ours, and while it is not known. */
  readonly freeBytes: number | null;
};
