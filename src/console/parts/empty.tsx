/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

type EmptyProps = {
  /** Why there is nothing: nothing yet, filtered away, not for this role. */
  readonly why: string;
  /** The next step; absent: there is none for whoever reads this. */
  readonly next?: { readonly href: string; readonly words: string } | undefined;
};

/** A list in which there is nothing. */
export function Empty({ why, next }: EmptyProps): VNode {
  return (
    <p class="empty">
      {why}
      {next && ' '}
      {next && <a href={next.href}>{next.words}</a>}
    </p>
  );
}
