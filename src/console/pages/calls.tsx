/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallSessionRow } from '../../../projections/ports.ts';
import { DISPOSITIONS, type Disposition } from '../../domain/call/disposition.ts';
import { DISPOSITION_WORDS } from '../../domain/call/disposition-words.ts';
import { CallsTable } from '../parts/calls-table.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';

/** What a list is of; none of it: all calls. */
export type CallsFilter = { readonly memberId?: string; readonly disposition?: Disposition };

type CallsProps = {
  readonly visit: Visit;
  readonly filter: CallsFilter;
  readonly calls: readonly CallSessionRow[];
  /** Address of the next page; null: this is the last. */
  readonly next: string | null;
};

export function Calls({ visit, filter, calls, next }: CallsProps): VNode {
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Frame visit={visit} title="Calls">
      <form class="filter" method="get" action="/console/calls">
        <label>
          Member <input name="memberId" value={filter.memberId ?? ''} maxLength={64} spellcheck={false} />
        </label>
        <label>
          Outcome{' '}
          <select name="disposition">
            <option value="">any</option>
            {DISPOSITIONS.map((each) => (
              <option key={each} value={each} selected={each === filter.disposition}>
                {DISPOSITION_WORDS[each].word}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Show</button>
        {isFiltered && <a href="/console/calls">Show all</a>}
      </form>
      <section id="calls" data-live aria-label="Calls">
        {calls.length > 0 ? (
          <CallsTable caption="Calls, the newest first" calls={calls} />
        ) : (
          <p class="empty">
            {isFiltered ? 'No call is like that. ' : 'Nobody has been called yet. '}
            {isFiltered ? <a href="/console/calls">Show all calls</a> : <a href="/console">Call somebody</a>}
          </p>
        )}
        {next !== null && (
          <p>
            <a href={next}>Older calls</a>
          </p>
        )}
      </section>
    </Frame>
  );
}
