/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

type SubPagesProps = {
  /** Of what these are the pages. */
  readonly label: string;
  readonly pages: readonly { readonly href: string; readonly words: string }[];
  /** Of the page that they stand on. */
  readonly path: string;
};

/** The pages beside one another under one item of the frame. */
export function SubPages({ label, pages, path }: SubPagesProps): VNode {
  return (
    <nav class="sub" aria-label={label}>
      <ul class="sub-list">
        {pages.map(({ href, words }) => (
          <li key={href}>
            <a class="sub-link" href={href} aria-current={path === href ? 'page' : undefined}>
              {words}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
