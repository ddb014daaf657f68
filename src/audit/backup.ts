import { type Entry, type Head, headOf } from '../domain/entries.ts';
import { hashEntry } from '../log/hash-chain.ts';
import { type CallEventLog, LogError } from '../log/port.ts';

export type CopyReport = {
  readonly streams: number;
  /** Entries that were copied; those that were there already are not counted. */
  readonly entries: number;
  /** Streams that are not the same log in both: nothing was copied of them. */
  readonly diverging: readonly string[];
};

/** A part of a stream that fits into one append, whatever its entries hold. */
const ENTRIES_PER_APPEND = 20;

/**
 * Copies what another log lacks, stream by stream, with the hashes that it has: afterwards both prove the same. May be
 * stopped and run again, and run beside a server that writes the source.
 * @throws LogError
 */
export async function copyLog(
  from: Pick<CallEventLog, 'read' | 'registered'>,
  to: Pick<CallEventLog, 'read' | 'append' | 'register'>,
  onProgress: (report: CopyReport) => void = () => {},
): Promise<CopyReport> {
  const diverging: string[] = [];
  let streams = 0;
  let entries = 0;
  for await (const stream of from.registered()) {
    const copied = await copyStream(from, to, stream);
    if (copied === 'diverging') diverging.push(stream);
    else entries += copied;
    streams += 1;
    if (streams % 100 === 0) onProgress({ streams, entries, diverging });
  }
  return { streams, entries, diverging };
}

async function copyStream(
  from: Pick<CallEventLog, 'read'>,
  to: Pick<CallEventLog, 'read' | 'append' | 'register'>,
  stream: string,
): Promise<number | 'diverging'> {
  const there = await from.read(stream);
  const [first] = there;
  // Registered and never begun: there is nothing to prove.
  if (!first) return 0;
  const here = await to.read(stream);
  if (!isBeginningOf(here, there)) return 'diverging';
  if (here.length === 0) await to.register(stream, new Date(first.at));
  const missing = there.slice(here.length);
  let head = headOf(here);
  for (let start = 0; start < missing.length; start += ENTRIES_PER_APPEND) {
    const part = missing.slice(start, start + ENTRIES_PER_APPEND);
    // The target makes its own hashes: they are those of the source, or the source is not what it was written as.
    if (!isChained(head, stream, part)) return 'diverging';
    const result = await to.append(stream, head, part.map(withoutPlace));
    if ('conflict' in result) throw new LogError('LOG_UNAVAILABLE', `somebody else is writing stream ${stream}`);
    head = headOf(part);
  }
  return missing.length;
}

function isBeginningOf(here: readonly Entry[], there: readonly Entry[]): boolean {
  return here.length <= there.length && here.every(({ hash }, index) => hash === there[index]?.hash);
}

function isChained(head: Head, stream: string, entries: readonly Entry[]): boolean {
  let { version, hash } = head;
  return entries.every((entry) => {
    version += 1;
    hash = hashEntry(hash, stream, version, entry);
    return entry.version === version && entry.hash === hash;
  });
}

function withoutPlace({ kind, type, id, at, actor, cause, data }: Entry) {
  return { kind, type, id, at, actor, cause, data };
}
