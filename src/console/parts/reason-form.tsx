/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

type ReasonFormProps = {
  readonly path: string;
  /** Of the button. */
  readonly words: string;
  readonly isNeeded: boolean;
  /** The answer is shown at once: nothing of it may stand in an address, so the browser itself has to send the form. */
  readonly isShown?: boolean;
  /** What is sent with it. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What was typed before. */
  readonly reason?: string;
};

/** Asks why. What is given stands in the log. */
export function ReasonForm({
  path,
  words,
  isNeeded,
  isShown = false,
  fields = {},
  reason = '',
}: ReasonFormProps): VNode {
  return (
    <form class="reason" method="post" action={path} data-turbo={isShown ? 'false' : undefined}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <label>
        Why{isNeeded ? '' : ', if there is something to say'}{' '}
        <input name="reason" value={reason} required={isNeeded} maxLength={500} autoComplete="off" />
      </label>{' '}
      <button type="submit">{words}</button>
      <p class="hint">It stands in the log for good, with your name: no member’s name, please.</p>
    </form>
  );
}
