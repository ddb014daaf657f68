/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';

type ScrollProps = {
  /** What it holds, for those who hear the page. */
  readonly label: string;
  /** Of a region that is brought up to date. */
  readonly liveId?: string;
  /** Fills the page, as the one table that it is about. */
  readonly isSheet?: boolean;
  readonly children: ComponentChildren;
};

/** What is wider than a narrow screen scrolls by itself, and the page does not. */
export function Scroll({ label, liveId, isSheet = false, children }: ScrollProps): VNode {
  return (
    <section
      class={isSheet ? 'scroll sheet' : 'scroll'}
      id={liveId}
      data-live={liveId === undefined ? undefined : true}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys, and may hold no link
      tabIndex={0}
    >
      {children}
    </section>
  );
}
