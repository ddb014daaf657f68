import { ACS_EVENT_PREFIX, CALLBACK_NAMES } from '../../src/adapters/telephony/reading/event.ts';
import { LOOK, REFUSAL, REFUSALS } from '../../src/audit/access/entries.ts';
import type { CheckpointBodies } from '../../src/audit/checkpoints/records.ts';
import type {
  AskQuestionBody,
  CloseReason,
  CommandType,
  HangUpReason,
  Outcome,
  SayMessageBody,
  UnknownBody,
} from '../../src/domain/call/bodies.ts';
import type { Entry } from '../../src/domain/entries.ts';
import { CALL_EVENTS } from '../../src/domain/inbox/event-grid.ts';
import type { QuarantineEnd } from '../../src/domain/inbox/quarantine.ts';

/**
 * Every entry type that the code knows: its own lists, and what the compiler compares with its types. Who adds a type there
 * makes the test of the golden logs fail, or cannot but come here, and then records another golden log.
 */

const COMMANDS = {
  InitiateCall: true,
  PlaceCall: true,
  AskQuestion: true,
  SayMessage: true,
  HangUp: true,
  CheckCall: true,
  CloseCall: true,
  CancelCall: true,
  DeadlinePassed: true,
  CountEvent: true,
} satisfies Record<CommandType, true>;

const OUTCOMES = { Accepted: true, Rejected: true, Unknown: true } satisfies Record<Outcome['type'], true>;

const CHECKPOINTS = { BeginTree: true, ReopenTree: true, RecordBatch: true } satisfies Record<
  keyof CheckpointBodies,
  true
>;

/** Of members, scripts, the quarantine, Event Grid's own streams and the operation's. The code has no list of them. */
const ASIDE = [
  'command OpenCall',
  'command PublishQuestionnaire',
  'callback QuarantineCallback',
  'command EndQuarantine',
  'callback KeepEvent',
  'callback DeleteSubscription',
  'command RequestForMember',
  'command NoteRequest',
  'command RecordDisclosure',
  'command SuspendAccounting',
  'command NoteDisclosure',
  'command SignOffAccess',
  'command BeginExport',
  'command EndExport',
  'command StartServer',
  'command BeginVerification',
  'command EndVerification',
  'command SignIn',
  'command RefuseSignIn',
  'command SignOut',
  'command SignOutEverywhere',
];

export const KNOWN_TYPES: readonly string[] = [
  ...Object.keys(COMMANDS).map((type) => `command ${type}`),
  ...[...Object.keys(CHECKPOINTS), LOOK, REFUSAL, REFUSALS].map((type) => `command ${type}`),
  ...Object.keys(OUTCOMES).map((type) => `outcome ${type}`),
  ...[...CALLBACK_NAMES, ...CALL_EVENTS].map((name) => `callback ${ACS_EVENT_PREFIX}${name}`),
  ...ASIDE,
];

/** Why an entry was written, where its type alone does not say what it does. */
const HANG_UP = {
  finished: true,
  cancelled: true,
  trouble: true,
  'not-neutral': true,
  'second-leg': true,
  'already-closed': true,
} satisfies Record<HangUpReason, true>;

const CLOSE = {
  gone: true,
  'no-word': true,
  cancelled: true,
  abandoned: true,
  'not-placed': true,
  expired: true,
} satisfies Record<CloseReason, true>;

const ASK = { first: true, 'wrong-key': true, trouble: true } satisfies Record<AskQuestionBody['because'], true>;
const SAY = { flow: true, trouble: true } satisfies Record<SayMessageBody['because'], true>;
const UNKNOWN = { timeout: true, 'connection-lost': true, 'server-error': true } satisfies Record<
  UnknownBody['reason'],
  true
>;
const END = { released: true, discarded: true } satisfies Record<QuarantineEnd['how'], true>;

export const KNOWN_REASONS: readonly string[] = Object.entries({
  HangUp: HANG_UP,
  CloseCall: CLOSE,
  AskQuestion: ASK,
  SayMessage: SAY,
  CheckCall: { doubt: true, leg: true },
  Unknown: UNKNOWN,
  EndQuarantine: END,
}).flatMap(([type, reasons]) => Object.keys(reasons).map((reason) => `${type} ${reason}`));

/** What stands in no golden log, and why not. */
export const MISSING: Readonly<Record<string, string>> = {
  'CloseCall abandoned': 'the type names it and no code writes it: what was abandoned is closed as not-placed',
};

/** As {@link KNOWN_TYPES} names it. */
export function typeOf({ kind, type }: Entry): string {
  return `${kind} ${type}`;
}

/** As {@link KNOWN_REASONS} names it. */
export function reasonOf({ kind, type, data }: Entry): string | null {
  if (kind === 'callback') return null;
  const { because, reason, how } = JSON.parse(data) as Record<string, string | undefined>;
  const why = how ?? because ?? reason;
  return why === undefined ? null : `${type} ${why}`;
}
