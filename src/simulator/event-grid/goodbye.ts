import { deliver } from './delivery.ts';
import { DELETION_TYPE, type GridEvent } from './grid-event.ts';
import type { GridOffice } from './office.ts';
import type { Subscription } from './subscription.ts';
import { topicId } from './topic-id.ts';

/** Tells the endpoint that its subscription is no more: a delivery like any other, which outlives the subscription. */
export function sayGoodbye(office: GridOffice, subscription: Subscription): void {
  const { name, topic } = subscription.settings;
  const source = topicId(topic);
  const event: GridEvent = {
    id: office.newId(),
    type: DELETION_TYPE,
    source,
    subject: '',
    time: office.timeNow(),
    data: { eventSubscriptionId: `${source}/providers/microsoft.eventgrid/eventsubscriptions/${name}` },
    dataVersion: '1',
    extensions: {},
  };
  const last: Subscription = {
    ...subscription,
    settings: { ...subscription.settings, maxEvents: 1 },
    counts: { ...subscription.counts, pending: 0 },
  };
  const publishedAtMs = office.timers.nowMs();
  void deliver(office, { subscription: last, events: [event], aegEventType: 'SubscriptionDeletion', publishedAtMs });
}
