import { createBatcher } from './batches.ts';
import { deliver } from './delivery.ts';
import { sayGoodbye } from './goodbye.ts';
import type { GridEvent } from './grid-event.ts';
import { shakeHands } from './handshake.ts';
import type { GridOffice } from './office.ts';
import type { Subscription, SubscriptionSettings } from './subscription.ts';
import { createTopicInbox, type TopicInbox } from './topic-inbox.ts';

/** Event Grid: subscriptions to topics, and what is published on them. */
export type EventGrid = {
  readonly office: GridOffice;
  readonly inbox: TopicInbox;
  /** Asks the endpoint and resolves when it is known what became of it. Replaces a subscription of that name. */
  subscribe(settings: SubscriptionSettings, isFromStart?: boolean): Promise<Subscription>;
  /** Tells the endpoint and delivers nothing more; false when there is none. */
  unsubscribe(name: string): boolean;
  /** By name, whatever the case. */
  find(name: string): Subscription | undefined;
  all(): readonly Subscription[];
  /** The endpoint's owner called the validation URL; false when it is the wrong one or too late. */
  validate(name: string, code: string): boolean;
  /** Hands events to everybody who wants them. Their order is nobody's promise. */
  publish(topic: string, events: readonly GridEvent[]): void;
  /** Forgets what was published, stops what is under way, and keeps the subscriptions of the start. */
  reset(): void;
};

/** An Event Grid without subscriptions. */
export function createEventGrid(office: GridOffice): EventGrid {
  const subscriptions = new Map<string, Subscription>();
  const inbox = createTopicInbox();
  const batcher = createBatcher(office.timers, (subscription, events) => {
    void deliver(office, { subscription, events, aegEventType: 'Notification', publishedAtMs: office.timers.nowMs() });
  });
  const keyOf = (name: string) => name.toLowerCase();

  const end = (subscription: Subscription) => {
    subscription.state = 'deleted';
    subscriptions.delete(keyOf(subscription.settings.name));
  };

  return {
    office,
    inbox,
    async subscribe(settings, isFromStart = false) {
      const before = subscriptions.get(keyOf(settings.name));
      if (before !== undefined) end(before);
      const subscription = newSubscription(settings, office.newId(), isFromStart);
      subscriptions.set(keyOf(settings.name), subscription);
      await shakeHands(office, subscription);
      return subscription;
    },
    unsubscribe(name) {
      const subscription = subscriptions.get(keyOf(name));
      if (subscription === undefined) return false;
      if (subscription.state === 'active') sayGoodbye(office, subscription);
      end(subscription);
      return true;
    },
    find: (name) => subscriptions.get(keyOf(name)),
    all: () => [...subscriptions.values()],
    validate(name, code) {
      const subscription = subscriptions.get(keyOf(name));
      if (subscription?.state !== 'awaiting-manual-validation' || subscription.validationCode !== code) return false;
      subscription.state = 'active';
      return true;
    },
    publish(topic, events) {
      for (const subscription of subscriptions.values()) {
        if (subscription.state !== 'active' || subscription.settings.topic !== topic) continue;
        const { eventTypes } = subscription.settings;
        const wanted = events.filter(({ type }) => eventTypes.length === 0 || eventTypes.includes(type));
        if (wanted.length > 0) batcher.add(subscription, wanted);
      }
    },
    reset() {
      inbox.clear();
      office.deadLetters.clear();
      for (const before of [...subscriptions.values()]) {
        const { state, settings, isFromStart } = before;
        end(before);
        if (!isFromStart) continue;
        const again = newSubscription(settings, before.validationCode, isFromStart);
        subscriptions.set(keyOf(settings.name), again);
        if (state === 'active') again.state = state;
        else void shakeHands(office, again);
      }
    },
  };
}

function newSubscription(settings: SubscriptionSettings, validationCode: string, isFromStart: boolean): Subscription {
  const counts = { attempts: 0, delivered: 0, duplicated: 0, deadLettered: 0, pending: 0 };
  return { settings, validationCode, isFromStart, state: 'validating', problem: undefined, counts };
}
