import { createCallbacks } from '../callbacks/callbacks.ts';
import { createCounters } from '../callbacks/counters.ts';
import type { Poster } from '../callbacks/post.ts';
import { createCallBook } from '../calls/book.ts';
import type { Call } from '../calls/call.ts';
import { eventTime } from '../calls/cloud-event.ts';
import type { SimulatorEvent } from '../calls/transcript.ts';
import type { Timers } from '../clock/timers.ts';
import { createDeadLetters } from '../event-grid/dead-letters.ts';
import { createEventGrid, type EventGrid } from '../event-grid/event-grid.ts';
import { createExchange } from '../event-grid/exchange.ts';
import type { EventGridSettings } from '../event-grid/options.ts';
import type { Faults } from '../faults/faults.ts';
import { type Random, randomFor, uuidFrom, wholeBelow } from '../faults/prng.ts';
import { createAudioCache } from '../media/audio.ts';
import type { MemberBook } from '../members/member-book.ts';
import { createRepeatabilityTable } from '../wire/repeatability.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { World } from './world.ts';

/** What a world is made of. */
type WorldParts = {
  readonly seed: number;
  readonly accessKey: string;
  /** Default false. */
  readonly takesTokens?: boolean;
  readonly resourceId: string;
  readonly callsPerCallerId: number;
  readonly timers: Timers;
  readonly members: MemberBook;
  readonly faults: Faults;
  readonly poster: Poster;
  readonly tokens: TokenIssuer;
  readonly onEvent: (event: SimulatorEvent) => void;
  readonly isClosed: () => boolean;
  /** Default: nobody subscribes. */
  readonly eventGrid?: Pick<EventGridSettings, 'pstnCallEvents' | 'deadLetterFolder'>;
  /** Where the simulator is reached; asked for late. */
  readonly url?: () => string;
  /** Ended calls that can still be looked at; default 10,000. */
  readonly endedCallsKept?: number;
};

/** An event that goes astray goes to one of so many calls, the latest. */
const OTHERS_MAX = 8;

/** A world without calls. */
export function createWorld(parts: WorldParts): World {
  const { seed, accessKey, resourceId, callsPerCallerId, timers, members, poster, tokens, onEvent, isClosed } = parts;
  const random = randomStreams(seed);
  const world: World = {
    seed,
    accessKey,
    takesTokens: parts.takesTokens ?? false,
    resourceId,
    callsPerCallerId,
    timers,
    members,
    onEvent,
    random,
    calls: createCallBook(parts.endedCallsKept),
    repeated: createRepeatabilityTable(
      timers.nowMs,
      (sinceMs) => timers.elapsedMs(sinceMs) < world.faults.repeatabilityMs,
    ),
    callbacks: createCallbacks({
      timers,
      poster,
      tokens,
      isClosed,
      counters: () => world.counters,
      faults: () => world.faults,
      newId: () => uuidFrom(random('token-id')),
      addressOfAnother: (call, choice) => addressOfAnother(world, call, choice),
    }),
    eventGrid: eventGridOf(parts, random, () => world.faults),
    pstnCallEvents: parts.eventGrid?.pstnCallEvents ?? false,
    hear: createAudioCache(timers.nowMs, timers.elapsedMs),
    faults: parts.faults,
    initialFaults: parts.faults,
    setFaults(faults) {
      world.faults = faults;
      world.requestFaultsSinceSet = 0;
    },
    counters: createCounters(),
    nthCall: new Map(),
    requestFaultsSinceSet: 0,
    epoch: 0,
  };
  return world;
}

function addressOfAnother({ calls }: World, call: Call, random: Random): string | undefined {
  const others = [...calls.all()].filter((other) => other !== call).slice(-OTHERS_MAX);
  return others[wholeBelow(random, others.length)]?.facts.request.callbackUri;
}

function eventGridOf(
  { timers, tokens, isClosed, eventGrid, url = () => '' }: WorldParts,
  random: (concern: string) => Random,
  faults: () => Faults,
): EventGrid {
  return createEventGrid({
    timers,
    tokens,
    isClosed,
    url,
    faults,
    random,
    exchange: createExchange(timers),
    deadLetters: createDeadLetters(eventGrid?.deadLetterFolder),
    newId: () => uuidFrom(random('grid-id')),
    timeNow: () => eventTime(timers.nowMs(), random('grid-time')).replace('+00:00', 'Z'),
  });
}

/** Streams of random numbers by concern, created when first asked for. */
function randomStreams(seed: number): (concern: string) => Random {
  const streams = new Map<string, Random>();
  return (concern) => {
    const stream = streams.get(concern) ?? randomFor(seed, concern);
    streams.set(concern, stream);
    return stream;
  };
}
