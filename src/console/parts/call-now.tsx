/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

type CallNowProps = {
  /** Null: somebody has to say who. */
  readonly memberId: string | null;
  /** Made with the page: double clicks, Back and sending again call once. */
  readonly formKey: string;
  /** Of the button; absent: `Call now`. */
  readonly words?: string;
  /** Where to be afterwards; absent: at the call. */
  readonly back?: 'phone';
};

export function CallNow({ memberId, formKey, words = 'Call now', back }: CallNowProps): VNode {
  return (
    <form class="call-now" method="post" action="/console/call-now">
      <input type="hidden" name="key" value={formKey} />
      {back && <input type="hidden" name="back" value={back} />}
      {memberId === null ? (
        <label>
          Member <input name="memberId" required maxLength={64} autoComplete="off" spellcheck={false} />
        </label>
      ) : (
        <input type="hidden" name="memberId" value={memberId} />
      )}{' '}
      <button class="primary" type="submit">
        {words}
      </button>
    </form>
  );
}
