import type { Entry, EntryKind, NewEntry } from '../entries.ts';
import type { OutcomeBodies, UnknownBody } from './bodies.ts';
import { type AcceptedBody, COMMAND_TYPES, type CommandBodies, type CommandType, type RejectedBody } from './bodies.ts';
import { type Callback, EVENT_GRID, readWitness } from './callback.ts';
import { type Reading, type Refusal, type Standing, UNREADABLE } from './provider.ts';

type Common = { readonly id: string; readonly at: string; readonly actor: string; readonly cause: string | null };

export type RecordedCommand = {
  [T in CommandType]: Common & { readonly kind: 'command'; readonly type: T; readonly body: CommandBodies[T] };
}[CommandType];

type OutcomeOf<T extends keyof OutcomeBodies, Body, Read> = Common &
  Read & { readonly kind: 'outcome'; readonly type: T; readonly body: Body };

/** With what the provider's codes in it mean for this call. */
export type RecordedOutcome =
  | OutcomeOf<'Accepted', AcceptedBody, { readonly standing: Standing }>
  | OutcomeOf<'Rejected', RejectedBody, { readonly refusal: Refusal }>
  | OutcomeOf<'Unknown', UnknownBody, unknown>;

/** `cause`: the id of an entry with the same identity that holds something else; null otherwise. */
export type RecordedCallback = Common & { readonly kind: 'callback'; readonly type: string; readonly body: Callback };

/** What only a later release can read: a type that is not known here, or the first entry of a call that it has begun. */
export type RecordedForeign = Common & { readonly kind: 'foreign'; readonly type: string; readonly as: EntryKind };

/** An entry of a call's stream with its data read: what `evolve` folds and `decide` produces. */
export type Recorded = RecordedCommand | RecordedOutcome | RecordedCallback | RecordedForeign;

/**
 * Reads an entry back. Its data was written by `toNewEntry`, or is the event as it was received.
 * @param reading the rules of the call that it is in; null: they are not known
 */
export function fromEntry(entry: Entry, reading: Reading | null): Recorded {
  const { id, at, actor, cause, kind, type } = entry;
  const data: unknown = JSON.parse(entry.data);
  // Member by member, here and below: spreading costs as much as parsing, and every entry of every call comes along here.
  if (kind === 'callback') {
    const body = readCallback(type, dataOf(data), actor, reading ?? UNREADABLE);
    return { id, at, actor, cause, kind, type, body };
  }
  if (kind === 'outcome') return readOutcome(entry, type, data, reading ?? UNREADABLE);
  if (kind !== 'command' || !COMMANDS.has(type)) return { id, at, actor, cause, kind: 'foreign', as: kind, type };
  // The storage contract (bodies.ts) is what makes this true: nobody else writes to a call's stream.
  return { id, at, actor, cause, kind, type, body: data } as RecordedCommand;
}

const COMMANDS: ReadonlySet<string> = new Set(COMMAND_TYPES);

/** What a callback says, whoever brought it. */
export function readCallback(type: string, data: unknown, actor: string, reading: Reading): Callback {
  return actor === EVENT_GRID ? readWitness(type) : reading.callback(type, data);
}

/** @param data an outcome's body, by the storage contract */
export function readOutcome({ id, at, actor, cause }: Common, type: string, data: unknown, reading: Reading): Recorded {
  switch (type) {
    case 'Accepted': {
      const body = data as AcceptedBody;
      return { id, at, actor, cause, kind: 'outcome', type, body, standing: reading.standing(body.callState) };
    }
    case 'Rejected': {
      const body = data as RejectedBody;
      return { id, at, actor, cause, kind: 'outcome', type, body, refusal: reading.refusal(body) };
    }
    case 'Unknown':
      return { id, at, actor, cause, kind: 'outcome', type, body: data as UnknownBody };
    default:
      return { id, at, actor, cause, kind: 'foreign', as: 'outcome', type };
  }
}

/** @param raw the exact text received, for a callback */
export function toNewEntry(recorded: Recorded, raw?: string): NewEntry {
  const { id, at, actor, cause, kind, type } = recorded;
  if (kind === 'foreign') throw new TypeError(`${type} is written by a later release only`);
  return { id, at, actor, cause, kind, type, data: raw ?? JSON.stringify(recorded.body) };
}

function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined;
}
