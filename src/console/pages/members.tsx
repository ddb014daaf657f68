/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Member } from '../../domain/member/members.ts';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Imported, type ImportedCounts } from '../parts/imported.tsx';
import { MembersTable, SearchForm } from '../parts/members-table.tsx';

type MembersProps = {
  readonly visit: Visit;
  /** What ids begin with; '': any. */
  readonly search: string;
  /** Nobody stands before them. */
  readonly isFirst: boolean;
  readonly members: readonly Member[];
  /** Address of the next page; null: this is the last. */
  readonly next: string | null;
  /** What was just done; null: nothing. */
  readonly done: ImportedCounts | 'removed' | null;
  /** Why members cannot be changed here; null: they can. */
  readonly readOnly: string | null;
};

export function Members({ visit, search, isFirst, members, next, done, readOnly }: MembersProps): VNode {
  const mayImport = visit.role === 'Coordinator' && readOnly === null;
  return (
    <Frame visit={visit} title="Members">
      {done === 'removed' && (
        <p class="note" role="status">
          The member was removed.
        </p>
      )}
      {done !== null && done !== 'removed' && <Imported counts={done} />}
      <div class="actions">
        <SearchForm q="" />
        {mayImport && (
          <a class="button" href="/console/members/import">
            Import members
          </a>
        )}
      </div>
      {search !== '' && (
        <p>
          Those whose ids begin with <bdi>{search}</bdi>. <a href="/console/members">Show all</a>
        </p>
      )}
      {members.length > 0 ? (
        <MembersTable caption="Members who may be called, by id" members={members} hasNames={false} />
      ) : (
        <Nobody isFiltered={search !== ''} isFirst={isFirst} mayImport={mayImport} readOnly={readOnly} />
      )}
      {next !== null && (
        <p>
          <a href={next}>More members</a>
        </p>
      )}
    </Frame>
  );
}

type NobodyProps = Pick<MembersProps, 'isFirst' | 'readOnly'> & {
  readonly isFiltered: boolean;
  readonly mayImport: boolean;
};

/** Why there is nobody, and what to do next. */
function Nobody({ isFiltered, isFirst, mayImport, readOnly }: NobodyProps): VNode {
  if (isFiltered || !isFirst) {
    return (
      <p class="empty">
        {isFiltered ? 'No id begins like that.' : 'There are no members after that one.'}{' '}
        <a href="/console/members">Show all members</a>
      </p>
    );
  }
  if (readOnly !== null) return <p class="empty">There are no members yet, and none can be added here: {readOnly}.</p>;
  return (
    <p class="empty">
      There are no members yet.{' '}
      {mayImport ? <a href="/console/members/import">Import some from a file</a> : 'A Coordinator can import some.'}
    </p>
  );
}

type FoundProps = Pick<MembersProps, 'visit' | 'members'> & {
  /** As it was typed. */
  readonly q: string;
  /** False: it is too short or too long to look for. */
  readonly isSearched: boolean;
  /** More are like that than are looked at. */
  readonly isPartial: boolean;
  /** The id that the next page begins behind; null: this is the last. */
  readonly next: string | null;
};

/** What a search has found. Each page of it is asked for by a form: nothing of the search stands in an address. */
export function FoundMembers({ visit, q, isSearched, isPartial, members, next }: FoundProps): VNode {
  return (
    <Frame visit={visit} title="Members found">
      <SearchForm q={q} />
      {isPartial && (
        <p class="note" role="status">
          Very many are like that, and these are some of them. Write more of the name or the id.
        </p>
      )}
      {members.length > 0 ? (
        <MembersTable caption="Members found, by id" members={members} hasNames={true} />
      ) : (
        <p class="empty" role="status">
          {isSearched
            ? 'No id or word of a name begins like that, and no number ends so. '
            : 'Type at least two characters of an id or a name, or the last four digits of a number. '}
          <a href="/console/members">Show all members</a>
        </p>
      )}
      {next !== null && (
        <form method="post" action="/console/members/search" data-turbo="false">
          <input type="hidden" name="q" value={q} />
          <input type="hidden" name="after" value={next} />
          <button type="submit">More members</button>
        </form>
      )}
      {members.length > 0 && (
        <p>
          <a href="/console/members">Show all members</a>
        </p>
      )}
    </Frame>
  );
}
