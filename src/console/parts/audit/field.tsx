/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

type FieldProps = {
  readonly name: string;
  readonly words: string;
  readonly value?: string | undefined;
  readonly type?: 'text' | 'date';
  readonly hint?: string;
  readonly required?: boolean;
  readonly maxLength?: number;
};

/** Browsers take nothing else for a day. */
const DAY = /^\d{4}-\d\d-\d\d$/;

/** One line to fill in, with what stands in it and what may. */
export function Field({ name, words, value = '', type = 'text', hint, required, maxLength }: FieldProps): VNode {
  const hintId = hint === undefined ? undefined : `${name}-hint`;
  const own = {
    ...{
      class: 'field',
      id: `field-${name}`,
      name,
      value,
      'aria-describedby': hintId,
      autoComplete: 'off',
      spellcheck: false,
    },
    ...(required !== undefined && { required }),
    ...(maxLength !== undefined && { maxLength }),
  };
  return (
    <label htmlFor={own.id}>
      {words}{' '}
      {type === 'date' ? (
        <input type="date" {...own} value={DAY.test(value) ? value : ''} />
      ) : (
        <input type="text" {...own} />
      )}
      {hint !== undefined && (
        <small id={hintId} class="quiet">
          {' '}
          {hint}
        </small>
      )}
    </label>
  );
}

/** Why what was asked for is not done; heard when the page is. */
export function Flaw({ words }: { readonly words: string | null }): VNode | null {
  if (words === null) return null;
  return (
    <p class="problem" role="alert">
      {words}
    </p>
  );
}
