import type { PlaySource } from '../wire/requests.ts';
import type { ResultInformation } from '../wire/results.ts';
import type { Tone } from '../wire/tones.ts';

type MediaOperationFields = {
  readonly sources: readonly PlaySource[];
  /** Cancels what runs and waits, instead of waiting behind it. */
  readonly interrupts: boolean;
  readonly operationContext: string | undefined;
  /** Where this operation's events go instead of the call's own callback URI. */
  readonly callbackUri: string | undefined;
};

/** An accepted play. */
export type PlayOperation = MediaOperationFields & {
  readonly kind: 'play';
  /** Played to one participant rather than to everybody. */
  readonly targeted: boolean;
  readonly loop: boolean;
};

/** An accepted DTMF recognize. */
export type RecognizeOperation = MediaOperationFields & {
  readonly kind: 'recognize';
  readonly interruptPrompt: boolean;
  readonly initialSilenceMs: number;
  readonly interToneMs: number;
  readonly maxTones: number;
  readonly stopTones: readonly Tone[];
};

/** Something that a call's media queue works on. */
export type MediaOperation = PlayOperation | RecognizeOperation;

/** How an operation ended. Each operation ends exactly once. */
export type MediaOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'collected'; readonly by: 'max-tones' | 'stop-tone'; readonly tones: readonly Tone[] }
  | { readonly kind: 'initial-silence' }
  | { readonly kind: 'inter-tone-silence' }
  | { readonly kind: 'prompt-failed'; readonly sourceIndex: number; readonly result: ResultInformation }
  | { readonly kind: 'canceled' };

/** What the media queue needs from the call around it, and tells it. */
export type MediaHost = {
  after(delayMs: number, run: () => void): () => void;
  /** Speaks one source; answers how long that takes. */
  say(source: PlaySource): number;
  /** Whether this source cannot be played, and how the service reports it. */
  promptFailure(operation: MediaOperation, sourceIndex: number): ResultInformation | undefined;
  started(operation: MediaOperation): void;
  /** A key, or another one, is waited for so long. */
  waits(forMs: number): void;
  /** The prompt of a recognize is over, and the silence timer runs. */
  listening(operation: RecognizeOperation): void;
  finished(operation: MediaOperation, outcome: MediaOutcome): void;
};

/** An operation at work. */
export type Running = {
  /** A key was pressed; answers whether it counted. */
  press(tone: Tone): boolean;
  /** Stops without an outcome. */
  stop(): void;
};
