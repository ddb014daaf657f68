import type { Static } from 'typebox';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { EventGrid } from './event-grid.ts';
import type { GridEvent } from './grid-event.ts';
import { SYSTEM_TOPIC } from './subscription.ts';
import { topicId } from './topic-id.ts';

const PublishSchema = Type.Object(
  {
    topic: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{3,64}$' })),
    type: Type.String({ minLength: 1, maxLength: 200 }),
    subject: Type.Optional(Type.String({ maxLength: 2_000 })),
    data: Type.Optional(Type.Unknown()),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    time: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    dataVersion: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
);

/** An event that never came from a call. Default topic: {@link SYSTEM_TOPIC}; default id and time: new ones. */
export type PublishInput = Static<typeof PublishSchema>;

const validator = Compile(PublishSchema);

/** What became of it. */
type Published =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly code: 'INVALID_EVENT'; readonly detail: string };

/**
 * Publishes an event as the topic's own.
 *
 * @param input any parsed JSON
 */
export function publishEvent(grid: EventGrid, input: unknown): Published {
  if (!validator.Check(input)) {
    const [first] = validator.Errors(input);
    return { ok: false, code: 'INVALID_EVENT', detail: `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim() };
  }
  const { topic = SYSTEM_TOPIC, type, subject = '', data = {}, dataVersion = '1.0' } = input;
  const { id = grid.office.newId(), time = grid.office.timeNow() } = input;
  const event: GridEvent = { id, type, source: topicId(topic), subject, time, data, dataVersion, extensions: {} };
  grid.publish(topic, [event]);
  return { ok: true, id };
}
