import type { Entry, NewEntry } from '../../domain/entries.ts';

/** What the log itself knows of its tree: the stream `checkpoints`. Stored for years: add optional fields only. */
export type BeginTreeBody = {
  /** A URL without its scheme; the name of the keys that sign. */
  readonly origin: string;
  /** The verifier line of the first key. */
  readonly verifierKey: string;
};

/** A tree that goes on elsewhere, because of the one before something else is known. */
export type ReopenTreeBody = BeginTreeBody & {
  readonly reason: string;
  /** The largest tree before it that anybody knows of; `root` in base64. */
  readonly after: { readonly size: number; readonly root: string };
};

export type RecordBatchBody = {
  readonly slot: number;
  /** SHA-256 of the batch, hex. */
  readonly batch: string;
  /** The tree's with this batch; `root` in base64. */
  readonly size: number;
  readonly root: string;
};

export type CheckpointBodies = {
  BeginTree: BeginTreeBody;
  ReopenTree: ReopenTreeBody;
  RecordBatch: RecordBatchBody;
};

/** One tree, as the log has it. */
export type RecordedTree = {
  /** 1 for the first, which has its objects at the top of the store; see `objectsOf`. */
  readonly generation: number;
  readonly origin: string;
  readonly verifierKey: string;
  readonly begunAt: string;
  readonly records: readonly RecordBatchBody[];
};

/** Every tree of a log, oldest first; the last one is the one that is written to. */
export function treesIn(entries: readonly Entry[], before: readonly RecordedTree[] = []): readonly RecordedTree[] {
  const trees = before.map((tree) => ({ ...tree, records: [...tree.records] }));
  for (const entry of entries) {
    const { type, at, data } = entry;
    if (type === 'RecordBatch') trees.at(-1)?.records.push(JSON.parse(data) as RecordBatchBody);
    if (!beginsTree(entry)) continue;
    const { origin, verifierKey } = JSON.parse(data) as BeginTreeBody;
    trees.push({ generation: trees.length + 1, origin, verifierKey, begunAt: at, records: [] });
  }
  return trees;
}

/** Whether an entry begins a tree. */
export function beginsTree({ type }: Pick<Entry, 'type'>): boolean {
  return type === 'BeginTree' || type === 'ReopenTree';
}

/** What the names of a tree's objects begin with. */
export function objectsOf(generation: number): string {
  return generation === 1 ? '' : `tree-${generation}/`;
}

/** An entry for the stream of checkpoints. */
export function checkpointEntry<T extends keyof CheckpointBodies>(
  type: T,
  body: CheckpointBodies[T],
  { id, at, actor }: Pick<NewEntry, 'id' | 'at' | 'actor'>,
): NewEntry {
  return { kind: 'command', type, id, at, actor, cause: null, data: JSON.stringify(body) };
}
