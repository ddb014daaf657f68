/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { StuckCall, StuckCalls } from '../../domain/call/stuck-call.ts';
import { Scroll } from './scroll.tsx';
import { Time } from './time.tsx';

/** Why a call is stuck. */
export const WHY: Readonly<Record<StuckCall['why'], string>> = {
  parked: 'Set aside: its stream cannot be handled',
  overdue: 'Overdue: nothing moves it on',
  'later-release': 'Led by a later release',
};

/** What a call is at, in words. */
export function atWords({ at }: Pick<StuckCall, 'at'>): string {
  return at === null ? 'cannot be read' : at.replace('-', ' ');
}

type StuckTableProps = { readonly stuck: StuckCalls; readonly zone: string };

/** Calls that nothing moves on by itself. Nothing of their members. */
export function StuckTable({ stuck: { calls, more }, zone }: StuckTableProps): VNode {
  if (calls.length === 0) return <p class="empty">No call is stuck: every open call goes on by itself.</p>;
  return (
    <>
      <Scroll label="Stuck calls">
        <table>
          <caption>Calls that nothing moves on by itself</caption>
          <thead>
            <tr>
              <th scope="col">Call</th>
              <th scope="col">Why</th>
              <th scope="col">It is at</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr key={call.callSessionId}>
                <td>
                  <a href={`/console/operations/stuck/${encodeURIComponent(call.callSessionId)}`}>
                    <bdi>{call.callSessionId}</bdi>
                  </a>
                </td>
                <td>
                  <span class="tone tone-needs-somebody">
                    <span aria-hidden="true">▲</span> {WHY[call.why]}
                  </span>
                </td>
                <td>{atWords(call)}</td>
                <td>{call.since === null ? 'not known' : <Time at={call.since} zone={zone} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more && <p class="note">There are more, which are shown when these are done with.</p>}
    </>
  );
}
