/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** Whether new calls begin with a script. */
export function InForce({ is }: { readonly is: boolean }): VNode {
  return is ? (
    <span class="tone tone-done">
      <span aria-hidden="true">✓</span> In force
    </span>
  ) : (
    <span class="tone tone-not-reached">
      <span aria-hidden="true">–</span> Not in force here
    </span>
  );
}
