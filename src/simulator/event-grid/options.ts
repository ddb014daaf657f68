import { createHash } from 'node:crypto';
import { parseSubscription, type SubscriptionInput, type SubscriptionSettings } from './subscription.ts';

/** All settings are optional. */
export type EventGridOptions = {
  /**
   * CallStarted and CallEnded of calls that were answered. Default false, as the real service has them for ACS users only
   * and never for a telephone. A call over a Teams resource account has none all the same.
   */
  readonly pstnCallEvents?: boolean;
  /** Made at the start without waiting for them; an endpoint that does not listen yet is asked again 5 s of call time later. */
  readonly subscriptions?: readonly SubscriptionInput[];
  /** Events that were given up are written below it; default: kept in memory only. */
  readonly deadLetterFolder?: string;
  /** Key of every topic. Default {@link DEVELOPMENT_TOPIC_KEY}. */
  readonly topicKey?: string;
};

/** Settings of an Event Grid with everything said. */
export type EventGridSettings = {
  readonly pstnCallEvents: boolean;
  readonly subscriptions: readonly SubscriptionSettings[];
  readonly deadLetterFolder: string | undefined;
  readonly topicKey: string;
};

/** Key of a topic that was given none: public, guards nothing, the same everywhere. */
const DEVELOPMENT_TOPIC_KEY = createHash('sha256')
  .update('callistra simulator: development topic key, not a secret')
  .digest('base64');

/** @throws TypeError with code INVALID_SUBSCRIPTION */
export function eventGridSettings(options: EventGridOptions = {}): EventGridSettings {
  const subscriptions = (options.subscriptions ?? []).map((input) => {
    const parsed = parseSubscription(input);
    if (!parsed.ok) throw Object.assign(new TypeError(parsed.detail), { code: parsed.code });
    return parsed.settings;
  });
  return {
    pstnCallEvents: options.pstnCallEvents ?? false,
    subscriptions,
    deadLetterFolder: options.deadLetterFolder,
    topicKey: options.topicKey ?? DEVELOPMENT_TOPIC_KEY,
  };
}
