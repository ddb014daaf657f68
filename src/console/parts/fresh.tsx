/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** More new calls than these are not counted. */
export const FRESH_MAX = 99;

/** How many calls have come since a list was shown; pressed, it shows them (`live.js`). @param calls 0: nothing is said */
export function Fresh({ calls }: { readonly calls: number }): VNode | null {
  if (calls === 0) return null;
  return (
    <p class="fresh">
      <button type="button" data-show-new data-announce>
        {freshWords(calls)}
      </button>
    </p>
  );
}

function freshWords(calls: number): string {
  if (calls === 1) return '1 new call';
  return calls > FRESH_MAX ? `More than ${FRESH_MAX} new calls` : `${calls} new calls`;
}
