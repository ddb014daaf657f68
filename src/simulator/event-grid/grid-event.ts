/** The two forms in which Event Grid speaks of an event. */
export const EVENT_SCHEMAS = ['EventGridSchema', 'CloudEventSchemaV1_0'] as const;
export type EventSchema = (typeof EVENT_SCHEMAS)[number];

/** An event between publisher and subscribers, in neither form yet. */
export type GridEvent = {
  readonly id: string;
  readonly type: string;
  /** Resource id of the topic, or what a CloudEvent's publisher named as its source. */
  readonly source: string;
  readonly subject: string | undefined;
  /** As the publisher wrote it. */
  readonly time: string;
  /** Any JSON. */
  readonly data: unknown;
  /** Of the Event Grid form; empty for an event that came as a CloudEvent. */
  readonly dataVersion: string;
  /** Further attributes of a CloudEvent. */
  readonly extensions: Readonly<Record<string, unknown>>;
};

/** Types with which Event Grid speaks of itself. */
export const VALIDATION_TYPE = 'Microsoft.EventGrid.SubscriptionValidationEvent';
export const DELETION_TYPE = 'Microsoft.EventGrid.SubscriptionDeletedEvent';

/** Members in the order in which the service writes them. */
export function inSchema(event: GridEvent, schema: EventSchema): Readonly<Record<string, unknown>> {
  return schema === 'EventGridSchema' ? asEventGridEvent(event) : asCloudEvent(event);
}

function asEventGridEvent({ id, type, source, subject, time, data, dataVersion }: GridEvent) {
  return {
    id,
    topic: source,
    subject: subject ?? '',
    data,
    eventType: type,
    dataVersion,
    metadataVersion: '1',
    eventTime: time,
  };
}

function asCloudEvent({ id, type, source, subject, time, data, extensions }: GridEvent) {
  return {
    id,
    source,
    ...(subject !== undefined && { subject }),
    type,
    time,
    ...extensions,
    ...(data !== undefined && { data }),
    specversion: '1.0',
  };
}
