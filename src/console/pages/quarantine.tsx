/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { QuarantinePage } from '../../app/api.ts';
import type { QuarantineFilter as Filter } from '../../domain/inbox/quarantine.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { OperationsLinks } from '../parts/operations-links.tsx';
import { QuarantineFilter } from '../parts/quarantine-filter.tsx';
import { QuarantineTable } from '../parts/quarantine-table.tsx';

/** More than one order discards is discarded in several. */
export const DISCARDED_AT_ONCE = 1_000;

type QuarantineProps = {
  readonly visit: Visit;
  readonly filter: Filter;
  readonly state: 'waiting' | 'expired';
  /** The filter as the fields of a form. */
  readonly fields: Readonly<Record<string, string>>;
  readonly page: QuarantinePage;
  readonly next: string | null;
  /** When it was looked, ISO 8601 UTC: what comes after is not discarded by this page. */
  readonly until: string;
  readonly done: string | null;
};

/** Callbacks and events whose call the log does not know. */
export function Quarantine({ visit, filter, state, fields, page, next, until, done }: QuarantineProps): VNode {
  const isFiltered = Object.keys(fields).length > 0;
  const { items, total } = page;
  const back = `${visit.path}?${new URLSearchParams(fields)}`;
  return (
    <Frame visit={visit} title="Quarantine">
      <OperationsLinks path={visit.path} />
      {done !== null && (
        <p class="note" role="status">
          {done}
        </p>
      )}
      <p>
        Their sender is genuine, and their call is not known here. What they say is not shown: it may be an answer.
        Discarded ones stay in the log.
      </p>
      <QuarantineFilter filter={filter} state={state} isFiltered={isFiltered} />
      {items.length === 0 ? (
        <p class="empty">
          {isFiltered ? 'Nothing is like that. ' : 'Nothing waits: every callback has found its call.'}
          {isFiltered && <a href="/console/operations/quarantine">Show all that wait</a>}
        </p>
      ) : (
        <QuarantineTable items={items} zone={visit.zone} back={back} />
      )}
      {next !== null && (
        <p>
          <a href={next}>Later ones</a>
        </p>
      )}
      {state === 'waiting' && total !== null && total > items.length && (
        <DiscardAll total={total} fields={fields} until={until} />
      )}
    </Frame>
  );
}

type AllProps = { readonly total: number; readonly fields: Readonly<Record<string, string>>; readonly until: string };

function DiscardAll({ total, fields, until }: AllProps): VNode {
  const count = Math.min(total, DISCARDED_AT_ONCE);
  return (
    <section aria-labelledby="all">
      <h2 id="all">All of them</h2>
      <p>
        {total} are like that, on all pages. Discarding begins with the oldest, {DISCARDED_AT_ONCE} at once at most, and
        touches nothing that came after this page was made.
      </p>
      <form class="filter" method="post" action="/console/operations/quarantine/discard-all">
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="until" value={until} />
        <label>
          Reason, which stays in the log <input name="reason" required maxLength={500} autoComplete="off" />
        </label>
        <button type="submit">Discard {count}</button>
      </form>
    </section>
  );
}
