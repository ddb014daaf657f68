/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';

/** One thing that a list is narrowed to. */
export type Chip = {
  readonly words: string;
  /** Address of the same list without it. */
  readonly without: string;
};

type FilterProps = {
  /** Address of the list: nothing but ids and codes stands in it. */
  readonly action: string;
  /** What is narrowed, for those who hear the page. */
  readonly label: string;
  readonly chips: readonly Chip[];
  /** The fields. */
  readonly children: ComponentChildren;
};

/** What a list is narrowed by, and what it is narrowed to: each of it can be taken away alone, or all at once. */
export function Filter({ action, label, chips, children }: FilterProps): VNode {
  return (
    <search aria-label={label}>
      <form class="filter" method="get" action={action}>
        {children}
        <button type="submit">Show</button>
      </form>
      {chips.length > 0 && (
        <ul class="chips" aria-label="Narrowed to">
          {chips.map(({ words, without }) => (
            <li key={words}>
              <a class="chip" href={without}>
                <bdi>{words}</bdi> <span aria-hidden="true">✕</span>
                <span class="unseen">: take away</span>
              </a>
            </li>
          ))}
          <li>
            <a href={action}>Clear all</a>
          </li>
        </ul>
      )}
    </search>
  );
}

export type Choice = { readonly value: string; readonly words: string };

type ChoicesProps = {
  readonly name: string;
  readonly legend: string;
  readonly of: readonly Choice[];
  readonly chosen: readonly string[];
};

/** Any of several; none chosen means any. */
export function Choices({ name, legend, of, chosen }: ChoicesProps): VNode {
  return (
    <details class="choices">
      <summary>
        {legend}: {chosen.length === 0 ? 'any' : `${chosen.length} chosen`}
      </summary>
      <fieldset>
        <legend class="unseen">{legend}</legend>
        {of.map(({ value, words }) => (
          <label key={value}>
            <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} /> {words}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
