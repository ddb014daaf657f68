import { EMPTY_HEAD, type Head, headOf } from '../../domain/entries.ts';
import { CHECKPOINTS_STREAM } from '../../domain/streams.ts';
import type { CallEventLog } from '../../log/port.ts';
import { type RecordBatchBody, type RecordedTree, treesIn } from './records.ts';

/** What this process knows of the stream `checkpoints`. */
export type KnownRecords = {
  /** Reads what is new. @returns what is wrong with it, in words, if it does not go on from what was read before */
  readOn(): Promise<string | null>;
  /** The tree that is written to, without what was taken; null before the first. */
  tree(): RecordedTree | null;
  /** The name of the first tree; what follows is named after it. */
  firstOrigin(): string | null;
  /** Where the stream ended when it was read. */
  head(): Head;
  /** The oldest record of the tree that was not taken yet. */
  next(): RecordBatchBody | undefined;
  /** Takes it: a tree of many years has more of them than need stay in memory. */
  take(): void;
};

/** @param log where the stream is */
export function knowRecords(log: Pick<CallEventLog, 'read'>): KnownRecords {
  let trees: readonly RecordedTree[] = [];
  let head = EMPTY_HEAD;
  let taken = 0;

  const next = (): RecordBatchBody | undefined => trees.at(-1)?.records[taken];

  const readAll = async (): Promise<string | null> => {
    const entries = await log.read(CHECKPOINTS_STREAM);
    const found = treesIn(entries);
    const [newest, before] = [found.at(-1), trees.at(-1)];
    // A tree that was opened again since then says itself that something was lost.
    const isReopened = found.length > 1 && newest !== undefined && newest.begunAt > (before?.begunAt ?? '');
    if (found.length <= trees.length && !isReopened) {
      return `this process has seen ${head.version} entries of the stream ${CHECKPOINTS_STREAM}, and the log has ${entries.length}, or others`;
    }
    trees = withoutOld(found);
    head = headOf(entries);
    taken = 0;
    return null;
  };

  return {
    async readOn() {
      const entries = await log.read(CHECKPOINTS_STREAM, Math.max(head.version, 1));
      const known = head.version === 0 ? undefined : entries[0];
      if (head.version > 0 && known?.hash !== head.hash) return readAll();
      const further = known ? entries.slice(1) : entries;
      if (further.length === 0) return null;
      const before = trees.map((tree, index) =>
        index === trees.length - 1 ? { ...tree, records: untaken(tree) } : tree,
      );
      const after = withoutOld(treesIn(further, before));
      taken = 0;
      trees = after;
      head = headOf(further);
      return null;
    },
    tree: () => trees.at(-1) ?? null,
    firstOrigin: () => trees[0]?.origin ?? null,
    head: () => head,
    next,
    take() {
      taken += 1;
    },
  };

  function untaken({ records }: RecordedTree): readonly RecordBatchBody[] {
    return records.slice(taken);
  }
}

/** Of a tree that is no longer written to, nobody here needs the records. */
function withoutOld(trees: readonly RecordedTree[]): readonly RecordedTree[] {
  return trees.map((tree, index) => (index === trees.length - 1 ? tree : { ...tree, records: [] }));
}
