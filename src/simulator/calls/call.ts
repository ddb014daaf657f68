import type { Cancel } from '../clock/timers.ts';
import { type Random, randomFor } from '../faults/prng.ts';
import type { MediaQueue } from '../media/queue.ts';
import type { Behaviour } from '../members/members.ts';
import type { ResultInformation } from '../wire/results.ts';
import type { CallbackLine } from './callback-line.ts';
import type { CallFacts } from './facts.ts';
import type { TranscriptLine } from './transcript.ts';

/** States that a simulated call goes through, in this order. */
export type CallState = 'connecting' | 'connected' | 'disconnecting' | 'disconnected';

/** What goes on between the two ends for a while: something is said, or a key is waited for. */
export type Moment = { readonly kind: 'speaks' | 'listens'; readonly forMs: number; readonly leftMs: () => number };

/** A call, owned and changed by the simulator alone. */
export type Call = {
  readonly facts: CallFacts;
  readonly behaviour: Behaviour;
  /** The call's own stream of random numbers for a concern. */
  readonly random: (concern: string) => Random;
  readonly line: CallbackLine;
  readonly transcript: TranscriptLine[];
  readonly timers: Cancel[];
  state: CallState;
  connectedAtMs: number | undefined;
  endedAtMs: number | undefined;
  result: ResultInformation | undefined;
  /** Present while the call is connected. */
  media: MediaQueue | undefined;
  /** Present while somebody speaks or a key is waited for. */
  moment: Moment | undefined;
  /** Not readable any more, however recent its end. */
  gone: boolean;
  recognizes: number;
  participantsSequence: number;
  sourceOnHold: boolean;
};

/** Streams of random numbers for one call, created when first asked for. */
export function randomOfCall(seed: number, key: string): (concern: string) => Random {
  const streams = new Map<string, Random>();
  return (concern) => {
    const known = streams.get(concern);
    if (known !== undefined) return known;
    const stream = randomFor(seed, concern, key);
    streams.set(concern, stream);
    return stream;
  };
}
