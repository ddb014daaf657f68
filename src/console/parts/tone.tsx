/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from 'preact';
import type { CallStatus } from '../../domain/call/call.ts';
import type { Disposition } from '../../domain/call/disposition.ts';
import { DISPOSITION_WORDS, type DispositionTone } from '../../domain/call/disposition-words.ts';

/** A call that goes on has no disposition yet. */
type Tone = DispositionTone | 'going-on';

/** A shape for each tone: nobody has to tell two colours apart. */
export const SHAPES: Readonly<Record<Tone, string>> = {
  'needs-somebody': '▲',
  'going-on': '◔',
  done: '✓',
  'not-reached': '–',
  failed: '✕',
};

const STATUS_WORDS: Readonly<Record<CallStatus, string>> = {
  Initiated: 'Being called',
  Connected: 'Picked up',
  PersonDetected: 'Talking',
  Disconnected: 'Ended',
  Failed: 'Ended',
};

type Standing = { readonly status: CallStatus; readonly disposition: Disposition | null };

/** How a call stands, in a word, with its shape. */
export function Outcome({ status, disposition }: Standing): VNode {
  const words = disposition && DISPOSITION_WORDS[disposition];
  const tone = words?.tone ?? 'going-on';
  return (
    <span class={`tone tone-${tone}`} title={words?.sentence}>
      <span aria-hidden="true">{SHAPES[tone]}</span> {words?.word ?? STATUS_WORDS[status]}
    </span>
  );
}

/** What the outcome means, in one sentence; of a call that goes on, nothing. */
export function outcomeSentence({ disposition }: Standing): string {
  return disposition === null ? 'The call goes on.' : DISPOSITION_WORDS[disposition].sentence;
}
