/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { purposeInWords } from './audit/purposes.ts';
import { Scroll } from './scroll.tsx';
import { Time } from './time.tsx';

/** That somebody looked, in words. */
export type SeenBy = {
  readonly id: string;
  readonly at: string;
  readonly who: string;
  readonly did: string;
  /** A code of HL7; null: nobody said. */
  readonly purpose: string | null;
};

type MemberLooksProps = {
  readonly memberId: string;
  readonly looks: readonly SeenBy[];
  /** An IANA name. */
  readonly mine: string;
};

/** Who looked at one member, the newest first. */
export function MemberLooks({ memberId, looks, mine }: MemberLooksProps): VNode {
  const id = encodeURIComponent(memberId);
  return (
    <div>
      <h2>Who looked</h2>
      {looks.length === 0 ? (
        <p class="empty">Nobody had looked at this member before you.</p>
      ) : (
        <Scroll label="Who looked">
          <table>
            <caption>The newest looks at this member, before this one</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">What they did, and why</th>
                <th scope="col">For</th>
              </tr>
            </thead>
            <tbody>
              {looks.map((look) => (
                <tr key={look.id}>
                  <td>
                    <Time at={look.at} zone={mine} />
                  </td>
                  <td>
                    <bdi>{look.who}</bdi>
                  </td>
                  <td class="long">
                    <bdi>{look.did}</bdi>
                  </td>
                  <td>{purposeInWords(look.purpose)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <p>
        <a class="deed" href={`/console/audit/looks?member=${id}`}>
          Everybody who looked
        </a>{' '}
        <a class="deed" href={`/console/audit/members/${id}/disclosures`}>
          Whom we have told what
        </a>
      </p>
    </div>
  );
}
