/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallRows } from '../../../projections/ports.ts';
import type { Member as MemberData } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { CallNow } from '../parts/call-now.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Fresh } from '../parts/fresh.tsx';
import { MemberCalls } from '../parts/member-calls.tsx';
import { MemberLooks, type SeenBy } from '../parts/member-looks.tsx';
import { isZone } from '../parts/member-time.tsx';
import { ReasonForm } from '../parts/reason-form.tsx';
import { Time } from '../parts/time.tsx';

type MemberProps = {
  readonly visit: Visit;
  readonly member: MemberData;
  /** The newest of them. */
  readonly calls: readonly CallRows[];
  /** How many have come since the page was shown, and wait to be asked for. */
  readonly fresh: number;
  /** The call from which on new ones wait; null: there is none, so the first one is shown. */
  readonly newest: string | null;
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  /** Null for who may not see it. */
  readonly looks: readonly SeenBy[] | null;
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly key: string;
  /** Whether the member can be taken up in the browser. */
  readonly hasPhone: boolean;
  /** Why the member cannot be removed here; null: a Coordinator can. */
  readonly readOnly: string | null;
};

export function Member(props: MemberProps): VNode {
  const { visit, member, calls, fresh, newest, hasMore, looks, key, hasPhone, readOnly } = props;
  const path = `/console/members/${encodeURIComponent(member.memberId)}`;
  const isCoordinator = visit.role === 'Coordinator';
  return (
    <Frame visit={visit} title="Member">
      <Facts {...props} />
      {isCoordinator && <CallNow memberId={member.memberId} formKey={key} />}
      <details class="aside">
        <summary>Show the whole number</summary>
        <ReasonForm path={`${path}/number`} words="Show the number" isNeeded={true} isShown={true} />
      </details>
      {hasPhone && (
        <p>
          <a href={`${path}/phone`}>Be this member, on a telephone in the browser</a>
        </p>
      )}
      <section id="calls" data-live data-newest={newest ?? undefined} aria-label="Calls">
        <h2>Calls</h2>
        <Fresh calls={fresh} />
        {calls.length > 0 ? (
          <MemberCalls calls={calls} zone={member.timeZone} mine={visit.zone} />
        ) : (
          <p class="empty">This member has not been called yet.</p>
        )}
        {hasMore && (
          <p>
            <a href={`/console/calls?${new URLSearchParams({ memberId: member.memberId })}`}>
              All calls to this member
            </a>
          </p>
        )}
      </section>
      {looks && <MemberLooks memberId={member.memberId} looks={looks} mine={visit.zone} />}
      {isCoordinator && readOnly === null && (
        <p>
          <a href={`${path}/remove`}>Remove this member</a>
        </p>
      )}
    </Frame>
  );
}

function Facts({ visit, member, now }: MemberProps): VNode {
  const { memberId, name, phoneNumber, timeZone } = member;
  return (
    <dl class="facts">
      <dt>Id</dt>
      <dd>
        <bdi>{memberId}</bdi>
      </dd>
      <dt>Name</dt>
      <dd>{name === undefined ? 'not known' : <bdi>{name}</bdi>}</dd>
      <dt>Number</dt>
      <dd>{maskNumber(phoneNumber)}</dd>
      <dt>Zone</dt>
      <dd>{timeZone === undefined ? `not known: times are shown in ${visit.zone}` : <bdi>{timeZone}</bdi>}</dd>
      {timeZone !== undefined && isZone(timeZone) && <dt>Time there</dt>}
      {timeZone !== undefined && isZone(timeZone) && (
        <dd>
          <Time at={now} zone={timeZone} />
        </dd>
      )}
    </dl>
  );
}
