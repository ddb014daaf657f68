/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** After `g`, the letter that goes to a page. */
const GO_TO: Readonly<Record<string, string>> = {
  '/console': 't',
  '/console/calls': 'c',
  '/console/members': 'm',
  '/console/audit': 'a',
  '/console/scripts': 's',
  '/console/operations': 'o',
};

/** The letter of a page, undefined for one without. */
export function keyOf(href: string): string | undefined {
  return GO_TO[href];
}

type KeysProps = { readonly pages: readonly { readonly href: string; readonly words: string }[] };

/** What the keyboard does; `shortcuts.js` opens it. @param pages those that this visitor may open */
export function Keys({ pages }: KeysProps): VNode {
  return (
    <dialog id="keys" class="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        <Key keys={['/']}>search</Key>
        <Key keys={['j']}>the next row</Key>
        <Key keys={['k']}>the row before</Key>
        <Key keys={['Enter']}>open the row</Key>
        {pages.map(({ href, words }) => {
          const letter = keyOf(href);
          return (
            letter && (
              <Key key={href} keys={['g', letter]}>
                {words}
              </Key>
            )
          );
        })}
        <Key keys={['0', '…', '9', '*', '#']}>a telephone on the page</Key>
        <Key keys={['?']}>this list</Key>
      </dl>
      <p>
        They do nothing while you type, and can be switched off under <a href="/console/me#choices">Me</a>.
      </p>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function Key({ keys, children }: { readonly keys: readonly string[]; readonly children: string }): VNode {
  return (
    <div>
      <dt>
        {keys.map((each) => (
          <kbd key={each}>{each}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
