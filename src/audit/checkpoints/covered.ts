import type { HeadLeaf } from './leaf.ts';

/** Less than this makes no difference: what clocks differ by, and what a request may be late by. */
export const SLACK_MS = 3_600_000;

/** The newest leaf of each stream, of those whose entries are not settled yet. */
export type Covered = {
  add(leaf: HeadLeaf): void;
  /** The newest version that a leaf has, by the stream's name in the tree; 0 when none is known. */
  newest(name: string): number;
  /** Whether there is a leaf of this version or a later one: always of what is settled. */
  reaches(leaf: HeadLeaf): boolean;
  /** Forgets what is dated before this time, also what is added later. */
  settle(settledTime: string): void;
};

export function createCovered(): Covered {
  const leaves = new Map<string, { readonly version: number; readonly time: string }>();
  let settled: string | null = null;
  return {
    add({ stream, version, time }) {
      if ((leaves.get(stream)?.version ?? 0) >= version) return;
      if (settled !== null && time < settled) leaves.delete(stream);
      else leaves.set(stream, { version, time });
    },
    newest: (name) => leaves.get(name)?.version ?? 0,
    reaches: ({ stream, version, time }) =>
      (settled !== null && time < settled) || (leaves.get(stream)?.version ?? 0) >= version,
    settle(settledTime) {
      settled = settledTime;
      for (const [name, { time }] of leaves) if (time < settledTime) leaves.delete(name);
    },
  };
}

/** What is dated before this time has a leaf: what was looked through, less the slack; null: nobody has looked yet. */
export function settledTime(lookedThrough: string | null): string | null {
  return lookedThrough === null ? null : new Date(Date.parse(lookedThrough) - SLACK_MS).toISOString();
}
