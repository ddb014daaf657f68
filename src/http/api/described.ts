import { type TSchema, Type } from 'typebox';

/** The same schema as a component of the description, of this name: clients call a type so. */
export function named<Schema extends TSchema>(title: string, schema: Schema): Schema {
  return { title, ...schema };
}

/**
 * A time, ISO 8601 UTC. Only the description has its format: the serialiser would write a `date-time` as it is, also with a
 * quote in it, and some come from a log that somebody may have altered.
 */
export const Time = Type.String({ 'x-format': 'date-time' });
