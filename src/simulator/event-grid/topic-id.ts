import { SYSTEM_TOPIC } from './subscription.ts';

const RESOURCE_GROUP = '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/simulator/providers';

/** Resource id of a topic: the ACS resource itself speaks on {@link SYSTEM_TOPIC}. */
export function topicId(topic: string): string {
  const kind =
    topic === SYSTEM_TOPIC
      ? 'microsoft.communication/communicationservices/simulator'
      : `microsoft.eventgrid/topics/${topic}`;
  return `${RESOURCE_GROUP}/${kind}`;
}
