/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

/** What a form had, to be sent again: its fields by name, and those of them that somebody typed with their words. */
export type AgainForm = {
  readonly button: string;
  readonly typed: Readonly<Record<string, string>>;
};

type AgainProps = AgainForm & {
  /** Where it was sent. */
  readonly action: string;
  /** All of its fields; those that nobody typed are sent as they came: also the key, so that sent twice it is done once. */
  readonly fields: Readonly<Record<string, string>>;
};

/** A form that could not be done, with all that was typed. */
export function Again({ action, button, typed, fields }: AgainProps): VNode {
  return (
    <form class="call-now" method="post" action={action}>
      {Object.entries(fields).map(([name, value]) =>
        name in typed ? (
          <label key={name}>
            {typed[name]} <input name={name} value={value} required autoComplete="off" spellcheck={false} />{' '}
          </label>
        ) : (
          <input key={name} type="hidden" name={name} value={value} />
        ),
      )}
      <button class="primary" type="submit">
        {button}
      </button>
    </form>
  );
}
