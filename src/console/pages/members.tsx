/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Member } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { Frame, type Visit } from '../parts/frame.tsx';

type MembersProps = {
  readonly visit: Visit;
  readonly search: string;
  readonly members: readonly Member[];
  readonly next: string | null;
};

export function Members({ visit, search, members, next }: MembersProps): VNode {
  return (
    <Frame visit={visit} title="Members">
      <form class="filter" method="get" action="/console/members">
        <label>
          Id begins with <input name="search" value={search} maxLength={64} spellcheck={false} />
        </label>
        <button type="submit">Show</button>
        {search !== '' && <a href="/console/members">Show all</a>}
      </form>
      {members.length === 0 ? (
        <p class="empty">{search === '' ? 'There are no members yet: import some.' : 'No id begins like that.'}</p>
      ) : (
        <section class="scroll" aria-label="Members">
          <table>
            <caption>Members who may be called</caption>
            <thead>
              <tr>
                <th scope="col">Id</th>
                <th scope="col">Number</th>
                <th scope="col">Zone</th>
              </tr>
            </thead>
            <tbody>
              {members.map(({ memberId, phoneNumber, timeZone }) => (
                <tr key={memberId}>
                  <td>
                    <a href={`/console/members/${encodeURIComponent(memberId)}`}>
                      <bdi>{memberId}</bdi>
                    </a>
                  </td>
                  <td>{maskNumber(phoneNumber)}</td>
                  <td>{timeZone ?? 'not known'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {next !== null && (
        <p>
          <a href={next}>More members</a>
        </p>
      )}
    </Frame>
  );
}
