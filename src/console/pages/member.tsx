/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallSessionRow } from '../../../projections/ports.ts';
import type { Member as MemberData } from '../../domain/member/members.ts';
import { maskNumber } from '../../domain/member/phone-number.ts';
import { CallNow } from '../parts/call-now.tsx';
import { CallsTable } from '../parts/calls-table.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';

type MemberProps = {
  readonly visit: Visit;
  readonly member: MemberData;
  readonly calls: readonly CallSessionRow[];
  readonly key: string;
  /** Whether the member can be taken up in the browser. */
  readonly hasPhone: boolean;
};

export function Member({ visit, member, calls, key, hasPhone }: MemberProps): VNode {
  const { memberId, name, phoneNumber, timeZone } = member;
  return (
    <Frame visit={visit} title="Member">
      <dl class="facts">
        <dt>Id</dt>
        <dd>
          <bdi>{memberId}</bdi>
        </dd>
        {name !== undefined && <dt>Name</dt>}
        {name !== undefined && (
          <dd>
            <bdi>{name}</bdi>
          </dd>
        )}
        <dt>Number</dt>
        <dd>{maskNumber(phoneNumber)}</dd>
        <dt>Zone</dt>
        <dd>{timeZone ?? 'not known'}</dd>
      </dl>
      {visit.role === 'Coordinator' && <CallNow memberId={memberId} formKey={key} />}
      {hasPhone && (
        <p>
          <a href={`/console/members/${encodeURIComponent(memberId)}/phone`}>
            Be this member, on a telephone in the browser
          </a>
        </p>
      )}
      <section id="calls" data-live aria-label="Calls">
        <h2>Calls</h2>
        {calls.length > 0 ? (
          <CallsTable caption="Calls to this member, the newest first" calls={calls} />
        ) : (
          <p class="empty">This member has not been called yet.</p>
        )}
      </section>
    </Frame>
  );
}
