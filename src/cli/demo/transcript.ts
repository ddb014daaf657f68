import { maskNumber } from '../../domain/member/phone-number.ts';
import type { SimulatorEvent, TranscriptKind } from '../../simulator/calls/transcript.ts';
import { hang } from '../wrap.ts';

/** How each moment of a call reads; moments without a word here are not shown. */
const WORDS: Readonly<Partial<Record<TranscriptKind, (text: string) => string>>> = {
  ringing: () => 'rings',
  answered: () => 'is answered',
  'not-answered': (text) => `is not answered: ${unanswered(text)}`,
  said: (text) => `hears "${text}"`,
  pressed: (text) => `presses ${text}`,
  silence: () => 'says and presses nothing',
  'prompt-failed': () => 'hears nothing, the prompt failed',
  'hung-up': () => 'hangs up',
  ended: () => 'call over',
};

/** Carriers' codes for why nobody answered, in words; the first three digits of the simulator's. */
const UNANSWERED: Readonly<Record<string, string>> = {
  404: 'there is no such number',
  480: 'nobody picks up',
  486: 'the line is busy',
  503: 'it cannot be reached',
  603: 'the call is declined',
};

function unanswered(text: string): string {
  return UNANSWERED[text.slice(0, 3)] ?? text;
}

/** A moment of a call in words; null for one that is not shown. */
export function momentInWords({ kind, text }: Pick<SimulatorEvent, 'kind' | 'text'>): string | null {
  return WORDS[kind]?.(text) ?? null;
}

/** Seconds since the start, as they stand before a moment. */
export function secondsOf({ atMs }: Pick<SimulatorEvent, 'atMs'>, startMs: number): string {
  return `${((atMs - startMs) / 1_000).toFixed(2).padStart(6)} s  `;
}

/** The lines of a moment in a live transcript, none for one that is not shown. Numbers are masked. */
export function transcriptLines(event: SimulatorEvent, startMs: number): readonly string[] {
  const words = momentInWords(event);
  return words === null ? [] : hang(`${secondsOf(event, startMs)}${maskNumber(event.number)}  `, words);
}
