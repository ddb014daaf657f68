import { type Entry, type Head, headOf } from '../../domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import { hashEntry } from '../../log/hash-chain.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';

export type CopyReport = {
  readonly streams: number;
  /** Entries that were copied; those that were there already are not counted. */
  readonly entries: number;
  /** Streams that are not the same log in both: nothing was copied of them. */
  readonly diverging: readonly string[];
};

/** A part of a stream that fits into one append, whatever its entries hold. */
const ENTRIES_PER_APPEND = 20;

/** What is copied beside the log: trees, of which its stream of checkpoints holds the records. */
export type Beside = {
  /** Awaited before an entry of that stream is copied, and for each that is there already. */
  before(record: Entry): Promise<void>;
};

type CopyOptions = {
  readonly onProgress?: (report: CopyReport) => void;
  /**
   * Given what the stream of checkpoints held before any other was read; it is copied last, entry by entry. So wherever the copy
   * breaks off, what was copied before its records is of entries that are in it. Not asked where the records diverge.
   */
  readonly beside?: (records: readonly Entry[]) => Beside;
};

type Target = Pick<CallEventLog, 'read' | 'append' | 'register'>;

/**
 * Copies what another log lacks, stream by stream, with the hashes that it has: afterwards both prove the same. May be
 * stopped and run again, and run beside a server that writes the source.
 * @throws LogError
 */
export async function copyLog(
  from: Pick<CallEventLog, 'read' | 'registered'>,
  to: Target,
  { onProgress = () => {}, beside }: CopyOptions = {},
): Promise<CopyReport> {
  const diverging: string[] = [];
  let streams = 0;
  let entries = 0;
  const took = (stream: string, copied: number | 'diverging'): void => {
    if (copied === 'diverging') diverging.push(stream);
    else entries += copied;
    streams += 1;
    if (streams % 100 === 0) onProgress({ streams, entries, diverging });
  };
  const records = beside ? await from.read(CHECKPOINTS_STREAM) : [];
  for await (const stream of from.registered()) {
    if (beside && stream === CHECKPOINTS_STREAM) continue;
    took(stream, await copyStream(await from.read(stream), to, stream));
  }
  if (beside && records.length > 0) took(CHECKPOINTS_STREAM, await copyRecords(records, to, beside));
  return { streams, entries, diverging };
}

async function copyRecords(
  records: readonly Entry[],
  to: Target,
  beside: (records: readonly Entry[]) => Beside,
): Promise<number | 'diverging'> {
  const here = await to.read(CHECKPOINTS_STREAM);
  if (!isBeginningOf(here, records)) return 'diverging';
  const trees = beside(records);
  if (here.length === 0) await to.register(CHECKPOINTS_STREAM, new Date(records[0]!.at));
  let head = headOf(here);
  for (const [index, record] of records.entries()) {
    await trees.before(record);
    if (index < here.length) continue;
    const after = await appendPart(to, CHECKPOINTS_STREAM, head, [record]);
    if (after === 'diverging') return after;
    head = after;
  }
  return records.length - here.length;
}

async function copyStream(there: readonly Entry[], to: Target, stream: string): Promise<number | 'diverging'> {
  const [first] = there;
  // Registered and never begun: there is nothing to prove.
  if (!first) return 0;
  const here = await to.read(stream);
  if (!isBeginningOf(here, there)) return 'diverging';
  if (here.length === 0) await to.register(stream, new Date(first.at));
  const missing = there.slice(here.length);
  let head = headOf(here);
  for (let start = 0; start < missing.length; start += ENTRIES_PER_APPEND) {
    const after = await appendPart(to, stream, head, missing.slice(start, start + ENTRIES_PER_APPEND));
    if (after === 'diverging') return after;
    head = after;
  }
  return missing.length;
}

async function appendPart(to: Target, stream: string, head: Head, part: readonly Entry[]): Promise<Head | 'diverging'> {
  // The target makes its own hashes: they are those of the source, or the source is not what it was written as.
  if (!isChained(head, stream, part)) return 'diverging';
  const result = await to.append(stream, head, part.map(withoutPlace));
  if ('conflict' in result) throw new LogError('LOG_UNAVAILABLE', `somebody else is writing stream ${stream}`);
  return headOf(part);
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
