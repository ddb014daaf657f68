import type { DeadLetter } from '../event-grid/dead-letters.ts';
import { type PublishInput, publishEvent } from '../event-grid/publish.ts';
import {
  parseSubscription,
  type SubscriptionInput,
  type SubscriptionView,
  viewOfSubscription,
} from '../event-grid/subscription.ts';
import type { TopicEvent } from '../event-grid/topic-inbox.ts';
import type { World } from '../world/world.ts';

/** What a simulator lets one do with its Event Grid. */
export type EventGridControls = {
  /**
   * Makes a subscription, or replaces the one of that name; resolves when its endpoint has answered the handshake or
   * failed to. Only an `active` one is delivered to.
   *
   * @throws TypeError with code INVALID_SUBSCRIPTION
   */
  createSubscription(input: SubscriptionInput): Promise<SubscriptionView>;
  /** The endpoint is told; false when there is none of that name. */
  deleteSubscription(name: string): boolean;
  subscriptions(): readonly SubscriptionView[];
  /**
   * Publishes any event, as the ACS resource's own unless a topic is named.
   *
   * @returns its id
   * @throws TypeError with code INVALID_EVENT
   */
  publishEvent(input: PublishInput): string;
  /** Events that were published to topics, oldest first. */
  topicEvents(topic?: string): readonly TopicEvent[];
  /** Events that were given up, oldest first. */
  deadLetters(): readonly DeadLetter[];
};

/** The controls of a world's Event Grid. */
export function eventGridControls(world: World): EventGridControls {
  const grid = world.eventGrid;
  return {
    async createSubscription(input) {
      const parsed = parseSubscription(input);
      if (!parsed.ok) throw invalid(parsed);
      return viewOfSubscription(await grid.subscribe(parsed.settings));
    },
    deleteSubscription: (name) => grid.unsubscribe(name),
    subscriptions: () => grid.all().map(viewOfSubscription),
    publishEvent(input) {
      const published = publishEvent(grid, input);
      if (!published.ok) throw invalid(published);
      return published.id;
    },
    topicEvents: (topic) => grid.inbox.events(topic),
    deadLetters: () => grid.office.deadLetters.all(),
  };
}

function invalid({ code, detail }: { readonly code: string; readonly detail: string }): TypeError {
  return Object.assign(new TypeError(detail), { code });
}
