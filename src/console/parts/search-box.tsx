/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** On every page of who may see members and calls. A POST, for names and numbers stand in no address. */
export function SearchBox(): VNode {
  return (
    <search class="search" aria-label="Everything">
      {/* Its answer is a page, and no address that Turbo could go to. */}
      <form method="post" action="/console/search" data-turbo="false">
        <input
          type="search"
          name="q"
          data-search
          required
          maxLength={256}
          autoComplete="off"
          spellcheck={false}
          aria-label="Member or call: an id, a name or a number"
          placeholder="Member or call"
        />
        <button type="submit">Search</button>
      </form>
    </search>
  );
}
