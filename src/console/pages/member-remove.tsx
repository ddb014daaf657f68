/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Frame, type Visit } from '../parts/frame.tsx';
import { ReasonForm } from '../parts/reason-form.tsx';

type MemberRemoveProps = {
  readonly visit: Visit;
  readonly memberId: string;
  /** Why it could not be done, with what was given as a reason; null: it was not tried. */
  readonly failed: { readonly words: string; readonly reason: string } | null;
};

/** Asks once more, and says what follows. */
export function MemberRemove({ visit, memberId, failed }: MemberRemoveProps): VNode {
  const path = `/console/members/${encodeURIComponent(memberId)}`;
  return (
    <Frame visit={visit} title="Remove a member">
      {failed && (
        <p class="note" role="alert">
          {failed.words}
        </p>
      )}
      <p>
        <strong>
          <bdi>{memberId}</bdi>
        </strong>{' '}
        is removed from the members, with name, number and zone, and cannot be called any more. It cannot be taken back
        but by importing the member again.
      </p>
      <ul>
        <li>Calls that were made stay in the log, with their answers.</li>
        <li>A call that waits to be dialled is cancelled when its turn comes.</li>
        <li>A call that is under way goes on: cancel it on its own page.</li>
      </ul>
      <ReasonForm path={`${path}/remove`} words="Remove the member" isNeeded={false} reason={failed?.reason ?? ''} />
      <p>
        <a href={path}>Keep the member</a>
      </p>
    </Frame>
  );
}
