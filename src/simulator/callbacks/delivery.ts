import type { Call } from '../calls/call.ts';
import type { CloudEvent } from '../calls/cloud-event.ts';
import type { Timers } from '../clock/timers.ts';
import type { Faults } from '../faults/faults.ts';
import type { Random } from '../faults/prng.ts';
import type { TokenIssuer } from '../wire/tokens.ts';
import type { Counters } from './counters.ts';
import type { Poster } from './post.ts';

/** What delivering needs. */
export type DeliveryParts = {
  readonly timers: Timers;
  readonly poster: Poster;
  readonly tokens: TokenIssuer;
  readonly counters: () => Counters;
  readonly faults: () => Faults;
  readonly newId: () => string;
  /** Where the events of one of the latest other calls go; undefined when there is none. */
  readonly addressOfAnother: (call: Call, random: Random) => string | undefined;
  readonly isClosed: () => boolean;
};

/**
 * Posts events until somebody answers 2xx or the tries are used up: a few quick ones, for the real service publishes no
 * retry contract and has no dead letters.
 *
 * @param afterFirstTry called once, whatever the first try brought
 */
export async function deliver(
  parts: DeliveryParts,
  events: readonly CloudEvent[],
  uri: string,
  random: Random,
  afterFirstTry: () => void,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(events));
  const { callbackAttempts, callbackRetryDelayMs, callbackTimeoutMs } = parts.faults();
  for (let attempt = 1; attempt <= callbackAttempts && !parts.isClosed(); attempt++) {
    const token = await parts.tokens.issue(parts.newId());
    parts.counters().callbackAttempts++;
    const status = await parts.poster.post(uri, body, token, callbackTimeoutMs);
    if (attempt === 1) afterFirstTry();
    if (status >= 200 && status < 300) {
      parts.counters().callbacksSent++;
      return;
    }
    if (attempt < callbackAttempts) {
      await parts.timers.sleep(callbackRetryDelayMs * 2 ** (attempt - 1) * (0.5 + random()));
    }
  }
  parts.counters().callbacksLost++;
}
