/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallSessionRow } from '../../../projections/ports.ts';
import type { AppHealth } from '../../app/api.ts';
import { CallNow } from '../parts/call-now.tsx';
import { CallsTable } from '../parts/calls-table.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Problems } from '../parts/problems.tsx';

/** `calls`: null for who may see none. */
type TodayProps = {
  readonly visit: Visit;
  readonly health: Pick<AppHealth, 'openCalls' | 'problems' | 'dialling'>;
  readonly calls: { readonly open: readonly CallSessionRow[]; readonly ended: readonly CallSessionRow[] } | null;
  /** Made with the page: sent twice, it calls once. */
  readonly key: string;
};

export function Today({ visit, health, calls, key }: TodayProps): VNode {
  return (
    <Frame visit={visit} title="Today">
      {visit.role === 'Coordinator' && <CallNow memberId={null} formKey={key} />}
      <section id="state" data-live aria-label="How it stands">
        <h2>How it stands</h2>
        <p>
          {health.openCalls === 0
            ? 'No call is open.'
            : `${health.openCalls} open, ${health.dialling.waiting} waiting.`}
        </p>
        <Problems of={health.problems} />
      </section>
      {calls && (
        <section id="calls" data-live aria-label="Calls">
          <h2>Going on now</h2>
          {calls.open.length > 0 ? (
            <CallsTable caption="Calls that go on" calls={calls.open} />
          ) : (
            <p class="empty">Nobody is being called at the moment.</p>
          )}
          <h2>Ended last</h2>
          {calls.ended.length > 0 ? (
            <CallsTable caption="The newest calls that have ended" calls={calls.ended} />
          ) : (
            <p class="empty">No call has ended yet.</p>
          )}
        </section>
      )}
    </Frame>
  );
}
