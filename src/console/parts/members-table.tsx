/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Member } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { Scroll } from './scroll.tsx';

/** Sent by the browser itself: what it shows has no address. */
export function SearchForm({ q }: { readonly q: string }): VNode {
  return (
    <search>
      <form class="filter" method="post" action="/console/members/search" data-turbo="false">
        <label>
          Id, name or number{' '}
          <input
            type="search"
            name="q"
            value={q}
            required
            minLength={2}
            maxLength={100}
            autoComplete="off"
            spellcheck={false}
          />
        </label>
        <button type="submit">Search</button>
      </form>
    </search>
  );
}

type MembersTableProps = {
  readonly caption: string;
  readonly members: readonly Member[];
  /** Whoever looks for a name has to see it. */
  readonly hasNames: boolean;
};

/** Members, one a row, each row with one link. */
export function MembersTable({ caption, members, hasNames }: MembersTableProps): VNode {
  return (
    <Scroll label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Id</th>
            {hasNames && <th scope="col">Name</th>}
            <th scope="col">Number</th>
            <th scope="col">Zone</th>
          </tr>
        </thead>
        <tbody>
          {members.map(({ memberId, name, phoneNumber, timeZone }) => (
            <tr key={memberId}>
              <td>
                <a href={`/console/members/${encodeURIComponent(memberId)}`}>
                  <bdi>{memberId}</bdi>
                </a>
              </td>
              {hasNames && <td class="long">{name === undefined ? 'not known' : <bdi>{name}</bdi>}</td>}
              <td>{maskNumber(phoneNumber)}</td>
              <td>{timeZone === undefined ? 'not known' : <bdi>{timeZone}</bdi>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
