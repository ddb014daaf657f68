import { maskNumber } from '../../domain/member/phone-number.ts';
import type { SimulatorEvent, TranscriptKind } from '../../simulator/calls/transcript.ts';

/** How each moment of a call reads; moments without a word here are not shown. */
const WORDS: Readonly<Partial<Record<TranscriptKind, (text: string) => string>>> = {
  ringing: () => 'rings',
  answered: () => 'is answered',
  'not-answered': (text) => `is not answered: ${text}`,
  said: (text) => `hears   "${text}"`,
  pressed: (text) => `presses ${text}`,
  silence: () => 'says and presses nothing',
  'prompt-failed': (text) => `hears nothing, the prompt failed: ${text}`,
  'hung-up': () => 'hangs up',
  ended: () => 'call over',
};

/** A line of the live transcript, null for a moment that is not shown. Numbers are masked. */
export function transcriptLine(event: SimulatorEvent, startMs: number): string | null {
  const words = WORDS[event.kind];
  if (!words) return null;
  const seconds = ((event.atMs - startMs) / 1_000).toFixed(2).padStart(6);
  return `${seconds} s  ${maskNumber(event.number)}  ${words(event.text)}`;
}
