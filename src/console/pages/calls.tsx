/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { addressOf, type CallsAsked } from '../calls-asked.ts';
import { CallsFilter } from '../parts/calls-filter.tsx';
import { chipsOf, narrowedWords } from '../parts/calls-narrowed.ts';
import { CallsTable } from '../parts/calls-table.tsx';
import { Empty } from '../parts/empty.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Fresh } from '../parts/fresh.tsx';
import type { CallsPage } from '../routes/calls-page.ts';

/** A page of the list, and the addresses of those beside it; null where there is none. */
type Listed = Pick<CallsPage, 'calls' | 'fresh'> & {
  readonly newer: string | null;
  readonly older: string | null;
  /** The call from which on new ones wait to be shown; null on a page of the past. */
  readonly newest: string | null;
};

type CallsProps = {
  readonly visit: Visit;
  readonly asked: CallsAsked;
  /** In words: why nothing can be looked for. */
  readonly page: Listed | string;
};

export function Calls({ visit, asked, page }: CallsProps): VNode {
  const scripts = typeof page === 'string' ? [] : page.calls.map(({ questionnaire }) => questionnaire);
  return (
    <Frame visit={visit} title="Calls">
      <CallsFilter asked={asked} scripts={[...new Set(scripts)]} />
      {typeof page === 'string' ? (
        <p class="note" role="alert">
          {page} Nothing was looked for.
        </p>
      ) : (
        <List visit={visit} asked={asked} page={page} />
      )}
    </Frame>
  );
}

type ListProps = Omit<CallsProps, 'page'> & { readonly page: Listed };

function List({ visit, asked, page }: ListProps): VNode {
  const { calls, fresh, newest } = page;
  return (
    <section id="calls" data-live data-newest={newest ?? undefined} aria-label="Calls">
      <Fresh calls={fresh} />
      {calls.length > 0 ? (
        <CallsTable caption={`${narrowedWords(asked)}, the newest first`} calls={calls} zone={visit.zone} />
      ) : (
        <Nothing visit={visit} asked={asked} page={page} />
      )}
      <Pages asked={asked} page={page} />
    </section>
  );
}

function Nothing({ visit, asked, page }: ListProps): VNode {
  if (page.newer !== null) {
    return <Empty why="There are no older calls." next={{ href: page.newer, words: 'The newest' }} />;
  }
  if (chipsOf(asked).length > 0) {
    return <Empty why="No call is like that." next={{ href: '/console/calls', words: 'Clear, and show all calls' }} />;
  }
  const next = visit.role === 'Coordinator' ? { href: '/console/members', words: 'Call a member' } : undefined;
  return <Empty why="Nobody has been called yet." next={next} />;
}

function Pages({ asked, page }: Omit<ListProps, 'visit'>): VNode {
  return (
    <nav class="pages" aria-label="Pages of the list">
      {page.newer !== null && (
        <a href={page.newer} rel="prev">
          Newer
        </a>
      )}
      {page.older !== null && (
        <a href={page.older} rel="next">
          Older
        </a>
      )}
      {page.calls.length > 0 && (
        <a href={addressOf('/console/calls.csv', asked)} data-turbo="false" download>
          All of these as CSV
        </a>
      )}
    </nav>
  );
}
