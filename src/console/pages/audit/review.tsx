/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { MonthReview } from '../../../audit/evidence/api.ts';
import { AuditFrame } from '../../parts/audit/audit-frame.tsx';
import { Flaw } from '../../parts/audit/field.tsx';
import { Empty } from '../../parts/empty.tsx';
import type { Visit } from '../../parts/frame.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { Time } from '../../parts/time.tsx';

type ReviewProps = {
  readonly visit: Visit;
  /** That is asked for, or would be. */
  readonly month: string;
  /** A form has just signed it off. */
  readonly isSigned: boolean;
  /** Why there is no report; null: nothing is wrong. */
  readonly flaw: string | null;
  /** Null: none was asked for. */
  readonly review: MonthReview | null;
};

/** The monthly review of who looked (45 CFR 164.308(a)(1)(ii)(D)): the report, and who has signed it off. */
export function Review({ visit, month, isSigned, flaw, review }: ReviewProps): VNode {
  return (
    <AuditFrame visit={visit} title="Review of who looked">
      {isSigned && (
        <p class="note" role="status">
          Signed off. It stands in the log, with your name and the hash of what you have read.
        </p>
      )}
      <Flaw words={flaw} />
      <search>
        <form class="filter" method="get" action="/console/audit/review">
          <label>
            Month, in UTC{' '}
            <input name="month" value={month} required pattern="\d{4}-\d\d" maxLength={7} autoComplete="off" />
          </label>
          <button type="submit">Show the report</button>
        </form>
      </search>
      {review === null ? (
        <p class="quiet">
          The report counts who looked at members’ data in a month and at what, who was turned away, and who broke the
          glass and why. Read it, follow up what is odd under <a href="/console/audit/looks">who looked</a>, and sign it
          off.
        </p>
      ) : (
        <Report visit={visit} review={review} />
      )}
    </AuditFrame>
  );
}

function Report({ visit, review }: { readonly visit: Visit; readonly review: MonthReview }): VNode {
  const { month, text, sha256, isOver } = review;
  return (
    <>
      <section aria-labelledby="report">
        <h2 id="report">Report of {month}</h2>
        <Scroll label={`Report of ${month}`}>
          <pre class="report">
            <bdi>{text}</bdi>
          </pre>
        </Scroll>
        <p>
          <a class="deed" href={`/console/audit/looks?from=${month}-01&to=${lastDayOf(month)}`}>
            Each look of the month
          </a>{' '}
          <span class="quiet">
            SHA-256 <code>{sha256}</code>
          </span>
        </p>
      </section>
      <SignOffs visit={visit} review={review} />
      {isOver ? <SignOff review={review} /> : <Empty why={`${month} is not over: there will be more to review.`} />}
    </>
  );
}

/** `2026-02-28`. */
function lastDayOf(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

function SignOffs({ visit, review }: { readonly visit: Visit; readonly review: MonthReview }): VNode {
  const { signOffs, sha256 } = review;
  return (
    <section aria-labelledby="sign-offs">
      <h2 id="sign-offs">Signed off by</h2>
      {signOffs.length === 0 && <Empty why="Nobody yet." />}
      <ul>
        {signOffs.map(({ id, at, actor, statement, sha256: read }) => (
          <li key={id}>
            <bdi>{actor}</bdi>, <Time at={at} zone={visit.zone} />: <bdi>{statement}</bdi>
            {read !== sha256 && (
              <span class="tone tone-needs-somebody">
                {' '}
                <span aria-hidden="true">▲</span> of other looks: some have come to be known since
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function SignOff({ review: { month, sha256, signOffs } }: { readonly review: MonthReview }): VNode {
  const isDone = signOffs.some((one) => one.sha256 === sha256);
  return (
    <section aria-labelledby="sign-off">
      <h2 id="sign-off">{isDone ? 'Sign it off again' : 'Sign it off'}</h2>
      <form class="reason unprinted" method="post" action="/console/audit/review">
        <input type="hidden" name="month" value={month} />
        <input type="hidden" name="report" value={sha256} />
        <label>
          What came of the review <input name="statement" required maxLength={500} autoComplete="off" />
        </label>{' '}
        <button class={isDone ? undefined : 'primary'} type="submit">
          Sign off {month}
        </button>
        <p class="hint">It stands in the log for good, with your name: no member’s name, please.</p>
      </form>
    </section>
  );
}
