/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Frame, type Visit } from '../parts/frame.tsx';

/** A failure in a page's own words. */
export type TroubleWords = {
  readonly title: string;
  readonly words: string;
  /** Where to go on. */
  readonly link?: { readonly href: string; readonly words: string };
};

export function Trouble({ visit, title, words, link }: TroubleWords & { readonly visit: Visit }): VNode {
  return (
    <Frame visit={visit} title={title}>
      <p>{words}</p>
      {link && (
        <p>
          <a href={link.href}>{link.words}</a>
        </p>
      )}
    </Frame>
  );
}
