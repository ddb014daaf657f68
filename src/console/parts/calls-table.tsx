/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { CallSessionRow } from '../../../projections/ports.ts';
import { createBoundedMap } from '../../base/bounded-map.ts';
import { Scroll } from './scroll.tsx';
import { Time } from './time.tsx';
import { Outcome } from './tone.tsx';

type CallsTableProps = {
  readonly caption: string;
  readonly calls: readonly CallSessionRow[];
  /** IANA; absent: UTC. */
  readonly zone?: string;
};

/** Calls, the newest first, one a row, each row with one link. */
export function CallsTable({ caption, calls, zone }: CallsTableProps): VNode {
  return (
    <Scroll label={caption} isSheet>
      <table>
        <caption>
          <bdi>{caption}</bdi>
        </caption>
        <thead>
          <tr>
            <th scope="col" aria-sort="descending">
              Asked for
            </th>
            <th scope="col">Member</th>
            <th scope="col">Outcome</th>
            <th scope="col">Script</th>
            <th scope="col">Last news</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            // Named, so that a change in place leaves the keyboard where it is.
            <tr
              key={call.callSessionId}
              id={`call-${call.callSessionId}`}
              dangerouslySetInnerHTML={{ __html: cellsOf(call, zone) }}
            />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Some 4 MB. */
const CELLS_MAX = 4_000;

/** Cells as they were rendered. A list that is left open asks for the same rows every few seconds, and most stand as they stood. */
const rendered = createBoundedMap<string>(CELLS_MAX);

function cellsOf(call: CallSessionRow, zone: string | undefined): string {
  const { callSessionId, createdAt, updatedAt, memberId, status, disposition, questionnaire } = call;
  const key = JSON.stringify([zone, callSessionId, createdAt, updatedAt, memberId, status, disposition, questionnaire]);
  const known = rendered.get(key);
  if (known !== undefined) return known;
  const cells = renderToString(
    <>
      <CallCells call={call} zone={zone} />
      <td>
        <Time at={updatedAt} zone={zone} />
      </td>
    </>,
  );
  rendered.set(key, cells);
  return cells;
}

type CallCellsProps = {
  readonly call: Pick<
    CallSessionRow,
    'callSessionId' | 'createdAt' | 'memberId' | 'status' | 'disposition' | 'questionnaire'
  >;
  readonly zone: string | undefined;
};

/** What every list tells of a call: when it was asked for, with the way to it, for whom, what came of it, by which script. */
export function CallCells({ call, zone }: CallCellsProps): VNode {
  return (
    <>
      <td>
        <a href={`/console/calls/${call.callSessionId}`}>
          <Time at={call.createdAt} zone={zone} />
        </a>
      </td>
      <td>
        <bdi>{call.memberId}</bdi>
      </td>
      <td>
        <Outcome status={call.status} disposition={call.disposition} />
      </td>
      <td>
        <bdi>{call.questionnaire}</bdi>
      </td>
    </>
  );
}
