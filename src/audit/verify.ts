import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY_HEAD, type Entry, type Head } from '../domain/entries.ts';
import { hashEntry } from '../log/hash-chain.ts';
import { type CallEventLog, LogError } from '../log/port.ts';

/**
 * - `hash`: the entry does not hash to its hash: it was changed, moved or inserted, or the hash before it was changed
 * - `gap`: entries from this version on were removed
 * - `order`: the entry stands behind one of the same or a later version
 * - `unreadable`: the store cannot give the stream from this version on: the entry was removed, or a part of it
 * - `foreign-stream`: the entry belongs to another stream
 * - `truncated`: the witness saw entries from this version on, and they are gone
 * - `rewritten`: the chain is sound, but the witness saw another hash at this version
 */
export type FindingKind = 'hash' | 'gap' | 'order' | 'unreadable' | 'foreign-stream' | 'truncated' | 'rewritten';

/** One contradiction, and where it is. */
export type Finding = { readonly stream: string; readonly version: number; readonly kind: FindingKind };

/**
 * What somebody other than the log knows of a stream. A read model knows the version that it has seen, a digest kept
 * elsewhere also the hash. A chain by itself cannot show that its end was cut off or written anew.
 */
export type Witnessed = { readonly version: number; readonly hash?: string };

/** `findings` holds the first `FINDINGS_MAX`; `findingCount` counts them all. */
export type Verification = {
  readonly streams: number;
  readonly entries: number;
  readonly findings: readonly Finding[];
  readonly findingCount: number;
};

export type VerifyOptions = {
  /** Called now and then with what was checked so far. */
  readonly onProgress?: (progress: Verification) => void;
  /** What is known of the stream from elsewhere; undefined when nothing is. */
  readonly witness?: (stream: string) => Witnessed | undefined | Promise<Witnessed | undefined>;
};

export const FINDINGS_MAX = 1_000;
/** A few milliseconds of work between two turns of the event loop, so that a server goes on answering meanwhile. */
const ENTRIES_PER_TURN = 500;

/** Checks the entries of one stream, given in the order in which they are stored. Pure; no findings: they are sound. */
export function verifyStream(stream: string, entries: readonly Entry[], witnessed?: Witnessed): Finding[] {
  const findings: Finding[] = [];
  let last: Head = EMPTY_HEAD;
  for (const entry of entries) {
    const { version, hash } = entry;
    if (entry.stream !== stream) {
      findings.push({ stream, version, kind: 'foreign-stream' });
      continue;
    }
    if (version <= last.version) {
      findings.push({ stream, version, kind: 'order' });
      continue;
    }
    // Behind a gap the hash before is not known; the gap says enough.
    if (version > last.version + 1) findings.push({ stream, version: last.version + 1, kind: 'gap' });
    else if (hashEntry(last.hash, stream, version, entry) !== hash) findings.push({ stream, version, kind: 'hash' });
    if (witnessed?.version === version && (witnessed.hash ?? hash) !== hash) {
      findings.push({ stream, version, kind: 'rewritten' });
    }
    last = entry;
  }
  const missing = last.version + 1;
  if ((witnessed?.version ?? 0) >= missing) findings.push({ stream, version: missing, kind: 'truncated' });
  return findings;
}

/**
 * Checks every registered stream. A stream without entries is sound (its first append may have failed) unless the
 * witness knows of some. Memory does not grow with the log; the process stays responsive.
 * @throws LogError LOG_UNAVAILABLE, and LOG_CORRUPT when the store as a whole cannot be read.
 */
export async function verifyLog(log: CallEventLog, options: VerifyOptions = {}): Promise<Verification> {
  const { onProgress, witness } = options;
  const findings: Finding[] = [];
  let streams = 0;
  let entries = 0;
  let findingCount = 0;
  let entriesThisTurn = 0;
  const soFar = (): Verification => ({ streams, entries, findings: [...findings], findingCount });

  for await (const stream of log.registered()) {
    // Asked first: a read model may be ahead of what was read before it, but never of what is read after it.
    const witnessed = await witness?.(stream);
    const stored = await readStream(log, stream);
    const found = 'kind' in stored ? [stored] : verifyStream(stream, stored, witnessed);
    findings.push(...found.slice(0, FINDINGS_MAX - findings.length));
    findingCount += found.length;
    streams += 1;
    const count = 'kind' in stored ? 0 : stored.length;
    entries += count;
    entriesThisTurn += count + 1;
    if (entriesThisTurn < ENTRIES_PER_TURN) continue;
    entriesThisTurn = 0;
    onProgress?.(soFar());
    await nextTurn();
  }
  return soFar();
}

/** The stream's entries, or why the store cannot give them. */
async function readStream(log: Pick<CallEventLog, 'read'>, stream: string): Promise<readonly Entry[] | Finding> {
  try {
    return await log.read(stream);
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT' || error.version === undefined) throw error;
    return { stream, version: error.version, kind: 'unreadable' };
  }
}
