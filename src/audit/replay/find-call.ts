import type { ReadStore } from '../../../projections/ports.ts';
import { foldUuid, spellingsOf } from '../../base/uuid.ts';
import type { Entry } from '../../domain/entries.ts';
import { isCallStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';

/** A call's stream as far as the store can give it. */
export type CallStream = {
  readonly callSessionId: string;
  readonly entries: readonly Entry[];
  /** What is missing of it, in words. */
  readonly flaws: readonly string[];
};

type Deps = {
  readonly log: Pick<CallEventLog, 'read'>;
  readonly readStore: Pick<ReadStore, 'byConnection' | 'byProviderIds'>;
};

/**
 * A call by callSessionId, which the log knows, or by one of the provider's ids, which the read models know.
 * @throws LogError, ReadStoreError
 */
export async function findCall({ log, readStore }: Deps, id: string): Promise<CallStream | null> {
  const session = foldUuid(id);
  const own = isCallStream(session) ? await readStream(log, session) : null;
  if (own) return own;
  const named = await calledBy(readStore, id);
  return named === null ? null : readStream(log, named);
}

/** The callSessionId of the call that the provider knows by this id, a UUID in any case. */
export async function calledBy(readStore: Deps['readStore'], id: string): Promise<string | null> {
  for (const name of spellingsOf(id)) {
    const byConnection = await readStore.byConnection(name);
    if (byConnection) return byConnection.session.callSessionId;
    const other = await readStore.byProviderIds({ correlationId: name, serverCallId: name });
    if (other !== null) return other;
  }
  return null;
}

/** More damaged entries than one looks at one by one. */
const FLAWS_MAX = 20;

/**
 * What the store can give of a call's stream, and what it cannot; null when there is nothing. The port reads from an entry to
 * the end: where one is damaged so that the store refuses, those behind it are read.
 * @throws LogError LOG_UNAVAILABLE, and LOG_CORRUPT when the store as a whole cannot be read
 */
export async function readStream(log: Deps['log'], callSessionId: string): Promise<CallStream | null> {
  const flaws: string[] = [];
  for (let from = 1; ; ) {
    const read = await readFrom(log, callSessionId, from);
    if (Array.isArray(read)) return streamOf(callSessionId, read, flaws);
    flaws.push(`the store cannot give ${span(from, read.refused)}`);
    if (flaws.length >= FLAWS_MAX) return { callSessionId, entries: [], flaws };
    from = read.refused + 1;
  }
}

async function readFrom(log: Deps['log'], stream: string, from: number): Promise<Entry[] | { refused: number }> {
  try {
    return [...(await log.read(stream, from))];
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT' || error.version === undefined) throw error;
    return { refused: Math.max(error.version, from) };
  }
}

function streamOf(callSessionId: string, entries: readonly Entry[], refused: readonly string[]): CallStream | null {
  if (entries.length === 0 && refused.length === 0) return null;
  const first = refused.length > 0 ? entries[0]?.version : 1;
  const gaps = entries.flatMap(({ version }, index) => {
    const expected = index === 0 ? (first ?? version) : entries[index - 1]!.version + 1;
    return version > expected ? [`missing: ${span(expected, version - 1)}; the states behind are told without`] : [];
  });
  return { callSessionId, entries, flaws: [...refused, ...gaps] };
}

function span(from: number, to: number): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`;
}
