import type { Entry, NewEntry } from '../entries.ts';
import type { CommandBodies, CommandType, OutcomeBodies } from './bodies.ts';
import { type Callback, readCallback } from './callback.ts';

type Common = { readonly id: string; readonly at: string; readonly actor: string; readonly cause: string | null };

export type RecordedCommand = {
  [T in CommandType]: Common & { readonly kind: 'command'; readonly type: T; readonly body: CommandBodies[T] };
}[CommandType];

export type RecordedOutcome = {
  [T in keyof OutcomeBodies]: Common & { readonly kind: 'outcome'; readonly type: T; readonly body: OutcomeBodies[T] };
}[keyof OutcomeBodies];

export type RecordedCallback = Common & { readonly kind: 'callback'; readonly type: string; readonly body: Callback };

/** An entry of a call's stream with its data read: what `evolve` folds and `decide` produces. */
export type Recorded = RecordedCommand | RecordedOutcome | RecordedCallback;

/** Reads an entry back. Its data was written by `toNewEntry`, or is the event as it was received. */
export function fromEntry(entry: Entry): Recorded {
  const data: unknown = JSON.parse(entry.data);
  if (entry.kind === 'callback') {
    return {
      id: entry.id,
      at: entry.at,
      actor: entry.actor,
      cause: entry.cause,
      kind: 'callback',
      type: entry.type,
      body: readCallback(entry.type, dataOf(data), entry.actor),
    };
  }
  // The storage contract (bodies.ts) is what makes this true: nobody else writes to a call's stream.
  return {
    id: entry.id,
    at: entry.at,
    actor: entry.actor,
    cause: entry.cause,
    kind: entry.kind,
    type: entry.type,
    body: data,
  } as RecordedCommand | RecordedOutcome;
}

/** @param raw the exact text received, for a callback */
export function toNewEntry(recorded: Recorded, raw?: string): NewEntry {
  return {
    id: recorded.id,
    at: recorded.at,
    actor: recorded.actor,
    cause: recorded.cause,
    kind: recorded.kind,
    type: recorded.type,
    data: raw ?? JSON.stringify(recorded.body),
  };
}

function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined;
}
