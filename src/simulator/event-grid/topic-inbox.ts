import type { EventSchema } from './grid-event.ts';

/** An event as a publisher sent it to a topic. */
export type TopicEvent = {
  readonly topic: string;
  readonly schema: EventSchema;
  /** Wall time, milliseconds since the epoch. */
  readonly receivedAtMs: number;
  /** As it came. */
  readonly event: Readonly<Record<string, unknown>>;
};

/** What the topics have been sent, the latest 10,000 events. */
export type TopicInbox = {
  add(events: readonly TopicEvent[]): void;
  /** Oldest first; of one topic, or of all. */
  events(topic?: string): readonly TopicEvent[];
  clear(): void;
};

const KEPT_MAX = 10_000;

/** An empty inbox. */
export function createTopicInbox(): TopicInbox {
  const kept: TopicEvent[] = [];
  return {
    add(events) {
      kept.push(...events);
      kept.splice(0, Math.max(0, kept.length - KEPT_MAX));
    },
    events: (topic) => kept.filter((one) => topic === undefined || one.topic === topic),
    clear() {
      kept.length = 0;
    },
  };
}
