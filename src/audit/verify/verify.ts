import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Entry } from '../../domain/entries.ts';
import { CHECKPOINTS_STREAM, isOperationStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError, type LogInspection } from '../../log/port.ts';
import { isHiddenInTree, isHiddenName, nameInTree } from '../checkpoints/leaf.ts';
import type { CheckpointStore } from '../checkpoints/ports.ts';
import { treesIn } from '../checkpoints/records.ts';
import { verifyStream, type Witnessed } from './chain.ts';
import { compareWithLeaves } from './coverage.ts';
import type { Finding, Note } from './findings.ts';
import { type Anchors, type PinnedTrees, pinTrees, type RestsOn } from './tree.ts';

/** `findings` and `notes` hold the first `FINDINGS_MAX` each; the counts count them all. */
export type Verification = {
  readonly streams: number;
  readonly entries: number;
  /** Calls whose first entry says that a simulator placed them. */
  readonly simulatedCalls: number;
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly notes: readonly Note[];
  readonly noteCount: number;
  /** Null: only the chains were checked. */
  readonly restsOn: RestsOn | null;
  /** How much of the register was walked, 0 to 1; null: it is not known. */
  readonly share: number | null;
};

export type VerifyOptions = {
  /** Called now and then with what was checked so far. */
  readonly onProgress?: (progress: Verification) => void;
  /**
   * Asked of a hundred streams at most, before any of them is read: a read model may be ahead of what was read before it, but
   * never of what is read after it.
   */
  readonly beside?: (streams: readonly string[]) => Promise<Beside>;
  /** What else there is to ask of the store; absent: only what the register names is checked. */
  readonly inspection?: LogInspection;
  /** Absent: only the chains are checked. */
  readonly tree?: TreeOptions;
  /** Checks when every stream was looked at. */
  readonly atLast?: () => Promise<readonly Finding[]>;
  /** Only what was registered in this hour or later; absent: everything. */
  readonly since?: Date;
};

/** What there is beside the log of some streams. */
export type Beside = {
  /** What is known of a stream from elsewhere; undefined when nothing is. */
  readonly witness?: (stream: string) => Witnessed | undefined;
  /** Further checks of a stream whose chain holds, such as its rows. */
  readonly also?: (stream: string, entries: readonly Entry[]) => readonly Finding[] | Promise<readonly Finding[]>;
};

export type TreeOptions = {
  readonly store: Pick<CheckpointStore, 'read' | 'list'>;
  readonly anchors: Anchors;
  /** What is older should be covered: now, less two intervals of checkpoints; ISO 8601 UTC. */
  readonly lateBefore: string;
};

export const FINDINGS_MAX = 1_000;
/** A few milliseconds of work between two turns of the event loop, so that a server goes on answering meanwhile. */
const ENTRIES_PER_TURN = 500;
/** One query for the rows of so many calls takes little more than one for the rows of one. */
const STREAMS_PER_BATCH = 100;

type Log = Pick<CallEventLog, 'read' | 'registered'>;

/**
 * Checks everything that the store holds. A stream without entries is sound (its first append may have failed) unless the
 * witness or the tree knows of some. Memory grows by the leaves of the tree and not by the entries; the process stays responsive.
 * @throws LogError LOG_UNAVAILABLE, and LOG_CORRUPT when the store as a whole cannot be read. CheckpointError
 */
export async function verifyLog(log: Log, options: VerifyOptions = {}): Promise<Verification> {
  const { inspection, tree, since } = options;
  const total = since ? undefined : await inspection?.registeredCount?.();
  const count = createCount(total ?? null, options.onProgress);
  // Before anything of the log is read: a leaf is never in the tree before its entry is in the log.
  const pinned = tree && (await pin(log, tree, count));
  for (const detail of (await inspection?.safeguards()) ?? []) {
    count.found([{ stream: '', version: 0, kind: 'safeguard', detail }]);
  }
  for await (const streams of batches(log.registered(since))) await check(streams);
  if (inspection && !since) {
    for await (const streams of batches(unregistered(inspection))) {
      count.found(streams.map((stream) => ({ stream, version: 0, kind: 'unregistered' })));
      await check(streams);
    }
  }
  if (pinned && !since) for (const { name } of pinned.leaves.unasked()) count.found([gone(name)]);
  if (!since) count.found((await options.atLast?.()) ?? []);
  return { ...count.soFar(), restsOn: pinned?.restsOn ?? null };

  async function check(streams: readonly string[]): Promise<void> {
    const beside = (await options.beside?.(streams)) ?? {};
    for (const stream of streams) {
      const stored = await readStream(log, stream);
      if ('kind' in stored) {
        count.found([stored]);
        // It is there, whatever is wrong with it; a member's cannot be told without its first entry.
        pinned?.leaves.of(nameInTree(stream, ''));
      } else await judge(stream, stored, beside);
      await count.turn('kind' in stored ? 0 : stored.length);
    }
  }

  async function judge(stream: string, entries: readonly Entry[], { witness, also }: Beside): Promise<void> {
    const findings = verifyStream(stream, entries, witness?.(stream));
    count.found(findings);
    if (isSimulatedCall(entries[0])) count.simulated();
    if (entries.length === 0) count.noted([{ stream, from: 0, to: 0, kind: 'empty' }]);
    if (pinned && tree) await compare(stream, entries, { pinned, tree, inspection }, count);
    if (also && findings.length === 0) count.found(await also(stream, entries));
  }
}

/** By the text, as who forges may have written anything: a call that only looks simulated harms nobody. */
function isSimulatedCall(first: Entry | undefined): boolean {
  return first?.type === 'InitiateCall' && first.data.includes('"simulated":true');
}

async function* batches(streams: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const stream of streams) {
    batch.push(stream);
    if (batch.length < STREAMS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* unregistered(inspection: LogInspection): AsyncGenerator<string> {
  for await (const { stream, isRegistered } of inspection.stored()) if (!isRegistered) yield stream;
}

/** A stream of the tree that nothing in the store is. */
function gone(name: string): Finding {
  const detail = isHiddenName(name) ? 'the stream of a member; its first entry is gone or another one' : undefined;
  return { stream: name, version: 1, kind: 'removed', ...(detail !== undefined && { detail }) };
}

type Count = ReturnType<typeof createCount>;

/** What was found so far. */
function createCount(total: number | null, onProgress: VerifyOptions['onProgress']) {
  const findings: Finding[] = [];
  const notes: Note[] = [];
  let [streams, entries, simulatedCalls, findingCount, noteCount, entriesThisTurn] = [0, 0, 0, 0, 0, 0];
  const soFar = (): Verification => ({
    streams,
    entries,
    simulatedCalls,
    findings: [...findings],
    findingCount,
    notes: [...notes],
    noteCount,
    restsOn: null,
    // Streams are registered while others are checked.
    share: total === null ? null : Math.min(1, streams / Math.max(1, total)),
  });
  return {
    soFar,
    found(found: readonly Finding[]): void {
      findings.push(...found.slice(0, FINDINGS_MAX - findings.length));
      findingCount += found.length;
    },
    simulated(): void {
      simulatedCalls += 1;
    },
    noted(noted: readonly Note[]): void {
      notes.push(...noted.slice(0, FINDINGS_MAX - notes.length));
      noteCount += noted.length;
    },
    /** One more stream was checked; now and then others have their turn. */
    async turn(count: number): Promise<void> {
      streams += 1;
      entries += count;
      entriesThisTurn += count + 1;
      if (entriesThisTurn < ENTRIES_PER_TURN) return;
      entriesThisTurn = 0;
      onProgress?.(soFar());
      await nextTurn();
    },
  };
}

async function pin(log: Log, { store, anchors }: TreeOptions, count: Count): Promise<PinnedTrees> {
  const records = await readStream(log, CHECKPOINTS_STREAM);
  const pinned = await pinTrees(store, 'kind' in records ? [] : treesIn(records), anchors);
  count.found(pinned.findings);
  count.noted(pinned.notes);
  return pinned;
}

type Compared = {
  readonly pinned: PinnedTrees;
  readonly tree: TreeOptions;
  readonly inspection: LogInspection | undefined;
};

async function compare(stream: string, entries: readonly Entry[], to: Compared, count: Count): Promise<void> {
  const { pinned, tree, inspection } = to;
  const first = entries[0]?.hash;
  if (first === undefined && isHiddenInTree(stream)) return;
  const { findings, notes } = compareWithLeaves(
    stream,
    entries,
    pinned.leaves.of(nameInTree(stream, first ?? '')),
    pinned.seals,
    {
      lateBefore: tree.lateBefore,
      oneWriter: inspection?.oneWriter ?? false,
      ridesAlong: stream === CHECKPOINTS_STREAM || isOperationStream(stream),
      storedAt: (await inspection?.storedAt?.(stream)) ?? null,
    },
  );
  count.found(findings);
  count.noted(notes);
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
