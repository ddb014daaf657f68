/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { Frame, type Visit } from '../parts/frame.tsx';
import { ReasonForm } from '../parts/reason-form.tsx';

type MemberNumberProps = {
  readonly visit: Visit;
  readonly memberId: string;
  /** What is shown, or why nothing is, with what was given as a reason. */
  readonly shown: { readonly phoneNumber: string } | { readonly refusal: string; readonly reason: string };
};

/** The whole number of a member, to whoever has said why. */
export function MemberNumber({ visit, memberId, shown }: MemberNumberProps): VNode {
  const path = `/console/members/${encodeURIComponent(memberId)}`;
  return (
    <Frame visit={visit} title="Number">
      {'phoneNumber' in shown ? (
        <>
          <p class="revealed">{shown.phoneNumber}</p>
          <p>That you saw it, and why, stands in the log.</p>
        </>
      ) : (
        <>
          <p class="note" role="alert">
            {shown.refusal}
          </p>
          <ReasonForm
            path={`${path}/number`}
            words="Show the number"
            isNeeded={true}
            isShown={true}
            reason={shown.reason}
          />
        </>
      )}
      <p>
        <a href={path}>
          Back to <bdi>{memberId}</bdi>
        </a>
      </p>
    </Frame>
  );
}
