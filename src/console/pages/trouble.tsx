/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Again } from '../parts/again.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';

/** A failure in a page's own words. */
export type TroubleWords = {
  readonly title: string;
  readonly words: string;
  /** Where to go on. */
  readonly link?: { readonly href: string; readonly words: string };
  /** What was sent, to be sent again. */
  readonly again?: Parameters<typeof Again>[0];
};

export function Trouble({ visit, title, words, link, again }: TroubleWords & { readonly visit: Visit }): VNode {
  return (
    <Frame visit={visit} title={title}>
      <p>{words}</p>
      {again && <Again {...again} />}
      {link && (
        <p>
          <a href={link.href}>{link.words}</a>
        </p>
      )}
    </Frame>
  );
}
