/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { Accounting as AccountingData } from '../../../audit/disclosures/api.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import type { Visit } from '../../parts/frame.tsx';
import { Problems } from '../../parts/problems.tsx';
import { Scroll } from '../../parts/scroll.tsx';

type AccountingProps = { readonly visit: Visit; readonly accounting: AccountingData };

/** An accounting of disclosures (45 CFR 164.528). Printed, it is what the member is given: the rest stays on the screen. */
export function Accounting({ visit, accounting }: AccountingProps): VNode {
  const { memberId, from, to, disclosures, suspended, flaws } = accounting;
  return (
    <AuditFrame visit={visit} title="Accounting of disclosures">
      <dl class="facts">
        <dt>Member</dt>
        <dd>
          <a href={`/console/members/${encodeURIComponent(memberId)}`}>
            <bdi>{memberId}</bdi>
          </a>
        </dd>
        <dt>Period</dt>
        <dd>
          {from.slice(0, 10)} to {to.slice(0, 10)}, days in UTC
        </dd>
      </dl>
      {disclosures.length === 0 ? (
        <p class="empty">
          Nothing of this member’s data was disclosed to anybody of whom an accounting has to tell. Treatment, payment
          and operations are not in it, nor what the member asked for.
        </p>
      ) : (
        <Scroll label="Disclosures">
          <table>
            <caption>Disclosures, the oldest first</caption>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col">To whom</th>
                <th scope="col">What</th>
                <th scope="col">What for</th>
              </tr>
            </thead>
            <tbody>
              {disclosures.map(({ date, recipient, what, purpose, source }) => (
                <tr key={`${source.stream}/${source.version}`}>
                  <td>{date}</td>
                  <td class="wrap">
                    <bdi>{[recipient.name, recipient.address].filter((part) => part !== null).join(', ')}</bdi>
                  </td>
                  <td class="wrap">
                    <bdi>{what}</bdi>
                  </td>
                  <td class="wrap">
                    <bdi>{purpose}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <div class="unprinted">
        {suspended.length > 0 && <h2>Not for the member</h2>}
        {suspended.length > 0 && (
          <ul class="problems">
            {suspended.map(({ agency, until, disclosures: count }) => (
              <li key={`${agency} ${until}`}>
                {count} to <bdi>{agency}</bdi> stay out until {until}: its statement
              </li>
            ))}
          </ul>
        )}
        <Problems of={flaws} />
        <p class="quiet">
          What was disclosed elsewhere or by mistake is recorded by <code>callistra audit disclose</code>.
        </p>
      </div>
    </AuditFrame>
  );
}
