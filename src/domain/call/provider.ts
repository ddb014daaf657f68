import type { Key } from '../questionnaire/questionnaire.ts';
import type { InitiateCallBody } from './bodies.ts';
import type { Callback } from './callback.ts';
import type { Disposition } from './disposition.ts';

/** The provider of calls that name none, and the actor of what it says. */
export const ACS = 'acs';

/** What a provider's refusal of a request means, whatever its codes are. */
export type Refusal = {
  /** What became of a call that was to be placed, if nothing else can have come of it. */
  readonly result: Disposition;
  /**
   * `gone`: there is no such call. `over`: the call ended while we were sending. `not-yet`: it is not in a state for this.
   * `conflict`: something else is under way in it. `throttled`: too much at once. `barred`: nothing is taken for a long time.
   */
  readonly means: 'gone' | 'over' | 'not-yet' | 'conflict' | 'throttled' | 'barred' | 'other';
  /** Whether the request may have been carried out all the same. */
  readonly mayBeDone: boolean;
};

/** How a call stands, by what the provider says when it is asked. */
export type Standing = 'connected' | 'over' | 'other';

/**
 * The rules by which a provider's words are read, in one version. What a stored entry means is decided by them at every fold, so
 * a version is never changed once calls were begun under it: other rules are a new one. Pure and total.
 */
export type Reading = {
  /** @param data the event's data, as received */
  callback(type: string, data: unknown): Callback;
  refusal(answer: { readonly status: number; readonly subCode: number }): Refusal;
  standing(callState: string | undefined): Standing;
};

/** An event as a provider would send it. */
export type Told = { readonly eventType: string; readonly data: unknown };

/**
 * What a provider would tell of what is done at the far end of a line, in its own words: to go through a script without a call.
 * `leg`: the connection. `commandId`: the command whose result it is.
 */
export type MadeUp = {
  connected(leg: string): Told;
  pressed(leg: string, commandId: string, key: Key): Told;
  silent(leg: string, commandId: string): Told;
  said(leg: string, commandId: string): Told;
  ended(leg: string, by: 'member' | 'us'): Told;
};

/** Who places calls, and how what it says is read. */
export type Provider = {
  /** As InitiateCall and the log's actors name it. Stored for years. */
  readonly name: string;
  /** In the order of their numbers, which begin at 1; new calls are read by the last. Add to the end, change none. */
  readonly readings: readonly Reading[];
  /** For how long after it was first sent a dial may be sent again under its id, milliseconds. */
  readonly repeatSafeMs: number;
  readonly madeUp: MadeUp;
};

/** What was written before there were readings is read by the first. */
const FIRST = 1;

/** Whether a call is read by the rules of before there were versions of them. */
export function isFirstReading({ reading = FIRST }: Pick<InitiateCallBody, 'reading'>): boolean {
  return reading === FIRST;
}

/** Who places a call; null for one that this program does not know. */
export function providerOf(
  providers: readonly Provider[],
  { provider = ACS }: Pick<InitiateCallBody, 'provider'>,
): Provider | null {
  return providers.find(({ name }) => name === provider) ?? null;
}

/** By whose rules a call is read; null when this program does not know them: a later release has begun the call. */
export function readingOf(
  providers: readonly Provider[],
  { provider, reading = FIRST }: Pick<InitiateCallBody, 'provider' | 'reading'>,
): Reading | null {
  return providerOf(providers, provider === undefined ? {} : { provider })?.readings[reading - 1] ?? null;
}

/** What a new call notes of its provider. */
export function signature({ name, readings }: Provider): Pick<InitiateCallBody, 'provider' | 'reading'> {
  return { ...(name !== ACS && { provider: name }), reading: readings.length };
}

/** Reads nothing out of anything: for calls whose rules this program does not know. */
export const UNREADABLE: Reading = {
  callback: () => ({
    name: 'other',
    callConnectionId: null,
    serverCallId: null,
    correlationId: null,
    binds: false,
    codes: null,
  }),
  refusal: () => ({ result: 'unknown', means: 'other', mayBeDone: true }),
  standing: () => 'other',
};
