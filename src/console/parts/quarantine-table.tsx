/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { QuarantineItem } from '../../domain/inbox/quarantine.ts';
import { Scroll } from './scroll.tsx';
import { Time } from './time.tsx';

type TableProps = { readonly items: readonly QuarantineItem[]; readonly zone: string; readonly back: string };

/** What waits, with a tick for each. What the callbacks say is not shown: it may be an answer. */
export function QuarantineTable({ items, zone, back }: TableProps): VNode {
  return (
    <form method="post" action="/console/operations/quarantine/discard">
      <input type="hidden" name="back" value={back} />
      <Scroll label="Quarantine">
        <table>
          <caption>Callbacks and events that wait for their call to be known, oldest first</caption>
          <thead>
            <tr>
              <th scope="col">Pick</th>
              <th scope="col">Came</th>
              <th scope="col">Type</th>
              <th scope="col">From</th>
              <th scope="col">Call</th>
              <th scope="col">Why it waits</th>
              <th scope="col">Release</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item, index) => (
              <Row key={item.id} item={item} index={index} zone={zone} />
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="filter">
        <label>
          Reason, which stays in the log <input name="reason" maxLength={500} autoComplete="off" />
        </label>
        <button type="submit">Discard what is picked</button>
      </p>
    </form>
  );
}

type RowProps = { readonly item: QuarantineItem; readonly index: number; readonly zone: string };

function Row({ item, index, zone }: RowProps): VNode {
  const { id, receivedAt, eventType, source, callSessionId, flaw } = item;
  return (
    <tr>
      <td>
        <input type="checkbox" name={`pick-${index}`} value={id} aria-label={`Pick ${eventType} number ${index + 1}`} />
      </td>
      <td>
        <Time at={receivedAt} zone={zone} />
      </td>
      <td>
        <bdi>{eventType}</bdi>
      </td>
      <td>{source === undefined ? 'ACS' : 'Event Grid'}</td>
      <td>{callSessionId === undefined ? 'not named' : <bdi>{callSessionId}</bdi>}</td>
      <td>{flaw === undefined ? 'its call is not known' : <bdi>{flaw}</bdi>}</td>
      <td>
        {flaw === undefined ? (
          <button
            type="submit"
            formaction="/console/operations/quarantine/release"
            name="release"
            value={`${receivedAt.slice(0, 10)} ${id}`}
            aria-label={`Release ${eventType} number ${index + 1}`}
          >
            Release
          </button>
        ) : (
          <span class="quiet">cannot be</span>
        )}
      </td>
    </tr>
  );
}
