import type { Callbacks } from '../callbacks/callbacks.ts';
import type { Counters } from '../callbacks/counters.ts';
import type { CallBook } from '../calls/book.ts';
import type { Call } from '../calls/call.ts';
import { cloudEvent, type EventContent, eventTime } from '../calls/cloud-event.ts';
import type { CallFacts } from '../calls/facts.ts';
import { appendLine, type SimulatorEvent, type TranscriptKind } from '../calls/transcript.ts';
import type { Timers } from '../clock/timers.ts';
import type { EventGrid } from '../event-grid/event-grid.ts';
import type { Faults } from '../faults/faults.ts';
import { type Random, uuidFrom } from '../faults/prng.ts';
import type { Audio } from '../media/audio.ts';
import type { MemberBook } from '../members/member-book.ts';
import type { RepeatabilityTable } from '../wire/repeatability.ts';
import type { PlaySource } from '../wire/requests.ts';

/** What a repeated request gets again: the call it created, or nothing but its success. */
type Done =
  | { readonly kind: 'created'; readonly facts: CallFacts }
  | { readonly kind: 'accepted'; readonly status: number };

/** Everything that the parts of one simulator share. */
export type World = {
  readonly seed: number;
  readonly accessKey: string;
  /** Whether a token is as good as a signature. */
  readonly takesTokens: boolean;
  readonly resourceId: string;
  /** 0 means no limit. */
  readonly callsPerCallerId: number;
  readonly timers: Timers;
  readonly members: MemberBook;
  readonly calls: CallBook;
  readonly repeated: RepeatabilityTable<Done>;
  readonly callbacks: Callbacks;
  readonly eventGrid: EventGrid;
  /** Whether Event Grid is told of answered calls. */
  readonly pstnCallEvents: boolean;
  /** What is heard of a source. */
  readonly hear: (source: PlaySource) => Audio;
  /** Random numbers that belong to no call, by concern. */
  readonly random: (concern: string) => Random;
  readonly onEvent: (event: SimulatorEvent) => void;
  /** Read as often as needed, set by `setFaults`. */
  faults: Faults;
  readonly initialFaults: Faults;
  /** Replaces the faults; the count of request faults starts anew. */
  setFaults(faults: Faults): void;
  counters: Counters;
  /** How many calls to each number there have been since the last reset, dialled or not. */
  readonly nthCall: Map<string, number>;
  /** Request faults committed since the faults were last set. */
  requestFaultsSinceSet: number;
  /** How often the world was reset; keeps ids of before and after apart. */
  epoch: number;
};

/** Writes a line of the call's transcript and of the live feed. */
export function note(world: World, call: Call, kind: TranscriptKind, text: string, lang?: string): void {
  const line = { atMs: world.timers.nowMs(), kind, text, ...(lang !== undefined && { lang }) };
  appendLine(call.transcript, line);
  const { callConnectionId, request } = call.facts;
  world.onEvent({ ...line, callConnectionId, number: request.to });
}

/**
 * Sends an event of the call.
 *
 * @param callbackUri where to, if not where createCall said
 */
export function emit(world: World, call: Call, content: EventContent, callbackUri?: string): void {
  const id = uuidFrom(call.random('event-id'));
  const time = eventTime(world.timers.nowMs(), call.random('event-time'));
  note(world, call, 'callback', content.type);
  const event = cloudEvent(call.facts, content, id, time);
  world.callbacks.publish(call, event, callbackUri ?? call.facts.request.callbackUri);
}
