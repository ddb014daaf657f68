import type { Clock } from '../../base/clock.ts';
import { errorCode } from '../../base/coded-error.ts';
import { inTime } from '../../base/time-limit.ts';
import type { Provider } from '../../domain/call/provider.ts';
import type { Entry } from '../../domain/entries.ts';
import { isCallStream } from '../../domain/streams.ts';
import { type CallEventLog, LogError } from '../../log/port.ts';
import { formatProof } from '../../tlog/proof-file.ts';
import type { CheckpointStatus } from '../checkpoints/checkpoints.ts';
import { leafText } from '../checkpoints/leaf.ts';
import type { Seal, Seals } from '../checkpoints/seals.ts';
import { verifyStream, type Witnessed } from './chain.ts';
import { contradictionOf } from './coverage.ts';
import type { Finding } from './findings.ts';
import { unlessDamaged } from './read-rows.ts';
import { createRowCheck, type RowCheck } from './rows.ts';

/**
 * What came of checking a call.
 * - `whole`: all entries are what the newest checkpoint has sealed
 * - `partly-covered`: they hold; the newest ones wait for the next checkpoint
 * - `uncovered`: they hold, and no checkpoint covers any of them
 * - `unproven`: they hold, and nobody can say now what was sealed
 * - `altered`: something contradicts itself, or what was sealed
 */
export const VERDICTS = ['whole', 'partly-covered', 'uncovered', 'unproven', 'altered'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A call against its own chain, the newest checkpoint and its row, as they are now. */
export type CallCheck = {
  readonly callSessionId: string;
  /** Whose data it is; null where no row says so. */
  readonly memberId: string | null;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly entries: number;
  /** Up to which entry the checkpoint covers the call; 0: none of it. */
  readonly coveredTo: number;
  /** The newest one: how many heads it is of, and when its newest batch was made. Null: none is known. */
  readonly checkpoint: { readonly size: number; readonly at: string } | null;
  /** Why nobody can say what was sealed, or why no further checkpoint is made, in words. */
  readonly trouble: string | null;
  /** Whether what is not covered should be: two intervals have gone by. */
  readonly isLate: boolean;
  /** How often a checkpoint is made while something moves, in milliseconds; null: none is made. */
  readonly everyMs: number | null;
};

export type CallChecks = {
  /** Null: nobody has such a call. Whoever shows it records the look first. @throws LogError, ReadStoreError */
  check(callSessionId: string): Promise<CallCheck | null>;
  /**
   * That the call's newest leaf stands in the tree of the newest checkpoint (C2SP tlog-proof); `extra` holds the leaf.
   * Null: it has none.
   * @throws CheckpointError, ReadStoreError
   */
  proof(callSessionId: string): Promise<(Pick<CallCheck, 'memberId'> & { readonly text: string }) | null>;
};

export type CallChecksDeps = {
  readonly log: Pick<CallEventLog, 'read'>;
  readonly readStore: Parameters<typeof createRowCheck>[0];
  readonly providers: readonly Provider[];
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Null: no checkpoints are made. */
  readonly seals: Seals | null;
  readonly status: () => (Pick<CheckpointStatus, 'trouble'> & { readonly everyMs: number }) | null;
};

/** The first who asks has all leaves walked: they are told to ask again rather than kept waiting. */
const SEAL_MS = 1_500;
const ROWS_LATE_MS = 60_000;
const STILL_READING =
  'the tree of checkpoints is being read for the first time since the start: look again in a moment';
const NO_CHECKPOINTS =
  'no checkpoints are made here, so only the chain was checked, which whoever knows how can compute again';

export function createCallChecks(deps: CallChecksDeps): CallChecks {
  const { seals } = deps;
  return {
    async check(callSessionId) {
      if (!isCallStream(callSessionId)) return null;
      // Rows first: they may be ahead of what was read before them.
      const rows = await rowCheck(deps).of([callSessionId]);
      const stored = await readEntries(deps.log, callSessionId);
      const entries = 'kind' in stored ? [] : stored;
      const sealed = await sealOf(deps, callSessionId);
      const witness = rows.witness(callSessionId);
      // Emptied, it is one that somebody else has seen.
      const isNobodys = !('kind' in stored) && entries.length === 0 && !witness && !leafOf(sealed);
      if (isNobodys) return null;
      const findings =
        'kind' in stored ? [stored] : findingsIn(callSessionId, entries, { witness, sealed, also: rows.also });
      return told(deps, { callSessionId, memberId: await memberOf(deps, callSessionId), entries, findings, sealed });
    },
    async proof(callSessionId) {
      const seal = isCallStream(callSessionId) ? await seals?.of(callSessionId) : null;
      if (!seal?.leaf) return null;
      const { head, index, proof } = seal.leaf;
      const extra = Buffer.from(leafText(head));
      const text = formatProof({ index, proof, checkpoint: seal.checkpoint.note, extra });
      return { text, memberId: await memberOf(deps, callSessionId) };
    },
  };
}

function rowCheck({ readStore, providers, clock }: CallChecksDeps): Pick<RowCheck, 'of'> {
  return createRowCheck(readStore, providers, new Date(clock.now() - ROWS_LATE_MS).toISOString());
}

async function memberOf({ readStore }: CallChecksDeps, callSessionId: string): Promise<string | null> {
  const rows = await unlessDamaged(() => readStore.bySession(callSessionId));
  return rows === null || rows === 'damaged' ? null : rows.session.memberId;
}

async function readEntries(log: Pick<CallEventLog, 'read'>, stream: string): Promise<readonly Entry[] | Finding> {
  try {
    return await log.read(stream);
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'LOG_CORRUPT' || error.version === undefined) throw error;
    return { stream, version: error.version, kind: 'unreadable' };
  }
}

/** What was sealed, or why nobody can say, in words. */
async function sealOf({ seals, clock }: CallChecksDeps, callSessionId: string): Promise<Seal | string | null> {
  if (!seals) return NO_CHECKPOINTS;
  try {
    const seal = await inTime(seals.of(callSessionId), SEAL_MS, clock.after);
    return seal === 'late' ? STILL_READING : seal;
  } catch (error) {
    if (!errorCode(error).startsWith('CHECKPOINT_')) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

type Against = {
  readonly witness: Witnessed | undefined;
  readonly sealed: Seal | string | null;
  readonly also: (stream: string, entries: readonly Entry[]) => readonly Finding[];
};

function findingsIn(stream: string, entries: readonly Entry[], { witness, sealed, also }: Against): readonly Finding[] {
  const chain = verifyStream(stream, entries, witness);
  const leaf = leafOf(sealed);
  const found = [...chain, ...(leaf ? contradictionOf(stream, entries, leaf) : [])];
  return found.length > 0 ? found : also(stream, entries);
}

function leafOf(sealed: Seal | string | null) {
  return typeof sealed === 'string' ? null : (sealed?.leaf?.head ?? null);
}

type Checked = Pick<CallCheck, 'callSessionId' | 'memberId' | 'findings'> & {
  readonly entries: readonly Entry[];
  readonly sealed: Seal | string | null;
};

function told({ clock, status }: CallChecksDeps, { entries, findings, sealed, ...named }: Checked): CallCheck {
  const { trouble = null, everyMs = null } = status() ?? {};
  const seal = typeof sealed === 'string' ? null : sealed;
  const coveredTo = seal?.leaf?.head.version ?? 0;
  const oldest = entries.find(({ version }) => version > coveredTo);
  const lateBefore = new Date(clock.now() - 2 * (everyMs ?? 0)).toISOString();
  return {
    ...named,
    findings,
    verdict: verdictOf(findings, sealed, { coveredTo, entries: entries.length }),
    entries: entries.length,
    coveredTo,
    checkpoint: seal && { size: seal.checkpoint.size, at: seal.checkpoint.at },
    trouble: typeof sealed === 'string' ? sealed : trouble,
    isLate: everyMs !== null && oldest !== undefined && oldest.at < lateBefore,
    everyMs,
  };
}

type Extent = { readonly coveredTo: number; readonly entries: number };

function verdictOf(
  findings: readonly Finding[],
  sealed: Seal | string | null,
  { coveredTo, entries }: Extent,
): Verdict {
  if (findings.length > 0) return 'altered';
  if (typeof sealed === 'string') return 'unproven';
  if (coveredTo === 0) return 'uncovered';
  return coveredTo < entries ? 'partly-covered' : 'whole';
}
