import type { WireRequest } from '../wire/request.ts';
import type { EventSchema, GridEvent } from './grid-event.ts';
import { topicId } from './topic-id.ts';

type Json = Readonly<Record<string, unknown>>;
type PublishedEvent = { readonly raw: Json; readonly event: GridEvent };

/** What a publisher sent, or what is wrong with it. */
type TopicBody =
  | { readonly ok: true; readonly schema: EventSchema; readonly events: readonly PublishedEvent[] }
  | { readonly ok: false; readonly detail: string };

const EVENTS_MAX = 5_000;

/** Takes a request apart by its content type. */
export function readTopicBody(topic: string, { headers, body }: WireRequest): TopicBody {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const isBatch = type === 'application/cloudevents-batch+json';
  const isCloudEvents = isBatch || type === 'application/cloudevents+json';
  if (!isCloudEvents && type !== 'application/json') return wrong('The content type is not one of events.');
  const parsed = parse(body);
  if (parsed === undefined) return wrong('The body is not JSON.');
  const elements = isCloudEvents && !isBatch ? [parsed] : parsed;
  if (!Array.isArray(elements)) return wrong('The body is not an array.');
  if (elements.length > EVENTS_MAX) return wrong(`There are more than ${EVENTS_MAX} events.`);
  const events: PublishedEvent[] = [];
  for (const raw of elements) {
    const event = isJson(raw) ? (isCloudEvents ? fromCloudEvent(raw) : fromEventGridEvent(raw, topic)) : undefined;
    if (event === undefined) return wrong(`Event ${events.length} lacks a required member.`);
    events.push({ raw, event });
  }
  return { ok: true, schema: isCloudEvents ? 'CloudEventSchemaV1_0' : 'EventGridSchema', events };
}

function fromCloudEvent(raw: Json): GridEvent | undefined {
  const { id, source, type, subject, time, data, specversion, ...extensions } = raw;
  if (specversion !== '1.0' || !isText(id) || !isText(source) || !isText(type)) return undefined;
  if (subject !== undefined && typeof subject !== 'string') return undefined;
  return { id, source, type, subject, time: isText(time) ? time : '', data, dataVersion: '', extensions };
}

/** Topic and metadata version are the service's to write. */
function fromEventGridEvent(raw: Json, topic: string): GridEvent | undefined {
  const { id, subject, eventType: type, eventTime: time, data, dataVersion = '' } = raw;
  if (!isText(id) || !isText(subject) || !isText(type) || !isText(time)) return undefined;
  if (typeof dataVersion !== 'string') return undefined;
  return { id, source: topicId(topic), type, subject, time, data, dataVersion, extensions: {} };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function wrong(detail: string): TopicBody {
  return { ok: false, detail };
}
