/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** Whether what is shown is live, and since when not; `live.js` shows it on pages that have something live. */
export function LiveLine(): VNode {
  return (
    <p class="live-line" data-live-line hidden>
      <span data-live-state data-announce>
        Live
      </span>{' '}
      <button type="button" data-pause>
        Pause updates
      </button>
    </p>
  );
}
