/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallSessionRow } from '../../../projections/ports.ts';
import { Time } from './time.tsx';
import { Outcome } from './tone.tsx';

type CallsTableProps = { readonly caption: string; readonly calls: readonly CallSessionRow[] };

/** Calls, one a row, each row with one link. */
export function CallsTable({ caption, calls }: CallsTableProps): VNode {
  return (
    <section class="scroll" aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Asked for</th>
            <th scope="col">Member</th>
            <th scope="col">Outcome</th>
            <th scope="col">Script</th>
            <th scope="col">Last news</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.callSessionId}>
              <td>
                <a href={`/console/calls/${call.callSessionId}`}>
                  <Time at={call.createdAt} />
                </a>
              </td>
              <td>
                <bdi>{call.memberId}</bdi>
              </td>
              <td>
                <Outcome status={call.status} disposition={call.disposition} />
              </td>
              <td>{call.questionnaire}</td>
              <td>
                <Time at={call.updatedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
