/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { CallNow } from '../parts/call-now.tsx';
import { Frame, type Visit } from '../parts/frame.tsx';
import { Handset } from '../parts/handset.tsx';
import type { PhoneCall } from '../telephones.ts';

type PhoneProps = {
  readonly visit: Visit;
  readonly memberId: string;
  /** Whether calls to the member ring here. */
  readonly isTakenUp: boolean;
  /** The newest call that rang here, also when it is over; null: none. */
  readonly call: PhoneCall | null;
  /** Made with the page: sent twice, it calls once. */
  readonly formKey: string;
};

/** A telephone: whoever opens it is the member. */
export function Phone({ visit, memberId, isTakenUp, call, formKey }: PhoneProps): VNode {
  const member = `/console/members/${encodeURIComponent(memberId)}`;
  const path = `${member}/phone`;
  // Who gives it back in the middle of a call is still in it.
  const isHere = isTakenUp || (call !== null && call.state !== 'disconnected');
  return (
    <Frame visit={visit} title="Telephone">
      <p>
        You are{' '}
        <a href={member}>
          <bdi>{memberId}</bdi>
        </a>
        . Calls to this member {isTakenUp ? 'ring here' : 'are answered by a virtual member'}.
      </p>
      <div class="phone-bar">
        <form method="post" action={`${path}/${isTakenUp ? 'put-down' : 'take-up'}`}>
          <button class={isTakenUp ? undefined : 'primary'} type="submit">
            {isTakenUp ? 'Give it back to the virtual member' : 'Take it up'}
          </button>
        </form>
        {isTakenUp && visit.role === 'Coordinator' && <CallNow memberId={memberId} formKey={formKey} back="phone" />}
        {isHere && (
          <button type="button" data-mute aria-pressed="false" hidden>
            Mute
          </button>
        )}
      </div>
      {isHere && (
        <>
          <p class="empty" data-voice role="status" />
          <noscript>
            <form method="get" action={path}>
              <button type="submit">Look again</button>
            </form>
          </noscript>
          <section class="phone" id="phone" data-phone aria-label="Telephone">
            <Handset path={path} call={call} />
          </section>
        </>
      )}
    </Frame>
  );
}
