/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** What plays a call. Without a script it is not there: the times of the entries are links to the same. */
export function Film({ count, path }: { readonly count: number; readonly path: string }): VNode {
  return (
    <div class="film" data-film hidden>
      <div class="film-controls">
        <button type="button" data-play>
          Play
        </button>
        <button type="button" data-skip disabled>
          Skip the wait
        </button>
        <label>
          As of <input type="range" min={1} max={count} value={count} data-as-of />
        </label>
        <output data-place>all of it</output>
        <a href={path} data-then hidden>
          Address of this moment
        </a>
      </div>
      <p class="film-wait" data-wait aria-hidden="true" />
      <div class="film-stood" data-stood-then />
    </div>
  );
}
