import { TRANSCRIPT_LINES_MAX } from '../wire/defaults.ts';

/** What can be seen and heard of a call. */
export type TranscriptKind =
  | 'ringing'
  | 'answered'
  | 'not-answered'
  | 'said'
  | 'pressed'
  | 'silence'
  | 'prompt-failed'
  | 'canceled'
  | 'hung-up'
  | 'ended'
  | 'callback';

/** One moment of one call. */
export type SimulatorEvent = {
  /** Wall time, milliseconds since the epoch. */
  readonly atMs: number;
  readonly callConnectionId: string;
  /** The member's number. */
  readonly number: string;
  readonly kind: TranscriptKind;
  /** Spoken text, pressed keys (`12#`), type of a callback, or reason, according to `kind`. */
  readonly text: string;
  /** In which language it was spoken, such as `en-US`, where that is known. */
  readonly lang?: string;
};

/** A line of a call's transcript: an event without what the call itself says. */
export type TranscriptLine = Pick<SimulatorEvent, 'atMs' | 'kind' | 'text' | 'lang'>;

/** Longest text of a line that is kept; the live feed gets all of it. */
const KEPT_CHARACTERS_MAX = 500;

/** Adds a line, unless the transcript is full. */
export function appendLine(lines: TranscriptLine[], line: TranscriptLine): void {
  if (lines.length >= TRANSCRIPT_LINES_MAX) return;
  lines.push(
    line.text.length > KEPT_CHARACTERS_MAX ? { ...line, text: line.text.slice(0, KEPT_CHARACTERS_MAX) } : line,
  );
}
