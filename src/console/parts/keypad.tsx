/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

type KeypadProps = {
  readonly action: string;
  readonly method: 'get' | 'post';
  /** What goes along with the key. */
  readonly hidden: { readonly name: string; readonly value: string };
  /** As what the key is sent. */
  readonly name: string;
  /** There is nobody to hear them. */
  readonly isOff?: boolean;
};

const NAMES: Readonly<Record<string, string>> = { '*': 'Star', '#': 'Pound' };

/** The keys of a telephone. A script sends them at once, and takes those of the keyboard too. */
export function Keypad({ action, method, hidden, name, isOff = false }: KeypadProps): VNode {
  return (
    <form class="keypad" method={method} action={action} aria-label="Keys">
      <input type="hidden" name={hidden.name} value={hidden.value} />
      {KEYS.map((key) => (
        <button key={key} type="submit" name={name} value={key} aria-label={NAMES[key]} disabled={isOff}>
          {key}
        </button>
      ))}
    </form>
  );
}
