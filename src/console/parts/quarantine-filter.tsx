/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import { ACS } from '../../domain/call/provider.ts';
import type { QuarantineFilter as Filter } from '../../domain/inbox/quarantine.ts';

type FilterProps = { readonly filter: Filter; readonly state: 'waiting' | 'expired'; readonly isFiltered: boolean };

/** Which items are shown. */
export function QuarantineFilter({ filter, state, isFiltered }: FilterProps): VNode {
  const { type = '', source, day = '', call = '', flawed } = filter;
  return (
    <form class="filter" method="get" action="/console/operations/quarantine">
      <label>
        Type <input name="type" value={type} maxLength={200} spellcheck={false} />
      </label>
      <label>
        Call <input name="call" value={call} maxLength={64} spellcheck={false} />
      </label>
      <label>
        Day, UTC <input name="day" type="date" value={day} />
      </label>
      <Choice
        words="From"
        name="source"
        chosen={source ?? ''}
        of={[
          ['', 'anybody'],
          [ACS, 'ACS'],
          [EVENT_GRID, 'Event Grid'],
        ]}
      />
      <Choice
        words="Can be"
        name="flawed"
        chosen={flawed === undefined ? '' : String(flawed)}
        of={[
          ['', 'either'],
          ['false', 'released'],
          ['true', 'discarded only'],
        ]}
      />
      <Choice
        words="Which"
        name="state"
        chosen={state}
        of={[
          ['waiting', 'waiting'],
          ['expired', 'expired'],
        ]}
      />
      <button type="submit">Show</button>
      {isFiltered && <a href="/console/operations/quarantine">Show all that wait</a>}
    </form>
  );
}

type ChoiceProps = {
  readonly words: string;
  readonly name: string;
  readonly chosen: string;
  readonly of: readonly (readonly [value: string, words: string])[];
};

function Choice({ words, name, chosen, of }: ChoiceProps): VNode {
  return (
    <label>
      {words}{' '}
      <select name={name}>
        {of.map(([value, shown]) => (
          <option key={value} value={value} selected={value === chosen}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}
