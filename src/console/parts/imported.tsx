/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** What came of an import, or would. `skipped`: rows that cannot be imported. */
export type ImportedCounts = {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
};

/** That it was done. */
export function Imported({ counts }: { readonly counts: ImportedCounts }): VNode {
  const { new: fresh, changed, unchanged, skipped } = counts;
  return (
    <p class="note" role="status">
      Imported: {fresh} new, {changed} changed, {unchanged} as before.
      {skipped > 0 && ` ${skipped} bad ${skipped === 1 ? 'row was' : 'rows were'} skipped.`}
    </p>
  );
}
