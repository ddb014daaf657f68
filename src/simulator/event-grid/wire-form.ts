import { type GridEvent, inSchema } from './grid-event.ts';
import type { SubscriptionSettings } from './subscription.ts';

/** Body of a delivery and the headers that describe it, as the subscription wants them. */
type WireForm = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/** One event or more in the form of a request: an array, but for a CloudEvent where no batches are wanted. */
export function wireForm({ schema, maxEvents }: SubscriptionSettings, events: readonly GridEvent[]): WireForm {
  const bodies = events.map((event) => inSchema(event, schema));
  if (schema === 'EventGridSchema') {
    const dataVersion = events[0]?.dataVersion ?? '';
    const type = 'application/json; charset=utf-8';
    const headers = { 'Content-Type': type, 'aeg-data-version': dataVersion, 'aeg-metadata-version': '1' };
    return { headers, body: bytes(bodies) };
  }
  // CloudEvents know no version of their data; in place of the metadata's stands that of the specification.
  const isBatch = maxEvents > 1;
  const type = `application/cloudevents${isBatch ? '-batch' : ''}+json; charset=utf-8`;
  return {
    headers: { 'Content-Type': type, 'aeg-metadata-version': '1.0' },
    body: bytes(isBatch ? bodies : bodies[0]),
  };
}

function bytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}
