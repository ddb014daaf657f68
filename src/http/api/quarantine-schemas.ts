import { type Static, Type } from 'typebox';
import type { QuarantineQuery } from '../../app/api.ts';
import { isDay } from '../../base/times.ts';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import { ACS } from '../../domain/call/provider.ts';
import type { QuarantineFilter } from '../../domain/inbox/quarantine.ts';
import { MaybeText } from './call-schemas.ts';
import { decodeCursor } from './cursor.ts';
import { named, Time } from './described.ts';

const day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'Of the arrival, UTC' });
const Reason = Type.String({ minLength: 1, maxLength: 500 });
const Id = Type.String({ minLength: 1, maxLength: 512 });

const filter = {
  type: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The type of the event' })),
  source: Type.Optional(Type.Unsafe<typeof ACS | typeof EVENT_GRID>({ type: 'string', enum: [ACS, EVENT_GRID] })),
  day: Type.Optional(day),
  call: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'callSessionId' })),
  // As `receivedAt` is written: times are compared as text.
  until: Type.Optional(
    Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$',
      description: 'Arrived then or before',
    }),
  ),
};

export const ItemParams = Type.Object({ id: Id });
export const DayQuery = Type.Object({ day: Type.Optional(day) }, { additionalProperties: false });
export const DiscardBody = Type.Object({ reason: Reason }, { additionalProperties: false });

export const DISCARDED_MAX = 1_000;

export const DiscardManyBody = Type.Object(
  {
    reason: Reason,
    ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 100 })),
    filter: Type.Optional(
      Type.Object({ ...filter, flawed: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: DISCARDED_MAX, description: 'With filter; default 1000' }),
    ),
  },
  { additionalProperties: false },
);

export const ListQuery = Type.Object(
  {
    ...filter,
    // Text, because types are not converted: that would also apply to bodies.
    flawed: Type.Optional(
      Type.Unsafe<'true' | 'false'>({
        type: 'string',
        enum: ['true', 'false'],
        description: 'Whether it can only be discarded',
      }),
    ),
    state: Type.Optional(
      Type.Unsafe<'waiting' | 'expired'>({ type: 'string', enum: ['waiting', 'expired'], default: 'waiting' }),
    ),
    limit: Type.Optional(
      Type.String({ pattern: '^(?:[1-9][0-9]{0,2}|1000)$', default: '100', description: '1 to 1000' }),
    ),
    cursor: Type.Optional(Type.String({ maxLength: 128 })),
  },
  { additionalProperties: false },
);

const Item = Type.Object({
  id: Type.String(),
  callSessionId: Type.Optional(Type.String({ description: 'Absent: Event Grid does not name it' })),
  eventId: Type.String(),
  eventType: Type.String(),
  receivedAt: Time,
  source: Type.Optional(Type.Literal(EVENT_GRID)),
  correlationId: Type.Optional(Type.String()),
  serverCallId: Type.Optional(Type.String()),
  flaw: Type.Optional(Type.String({ description: 'Why it can only be discarded' })),
});

export const ItemList = Type.Object({
  items: Type.Array(named('QuarantineItem', Item)),
  total: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'Of all pages; null where it is not known',
  }),
  nextCursor: MaybeText,
});

const DEFAULT_PAGE = '100';
const PLACE = /^quarantine:[0-9-]{10}\/[0-9]{12}$/;

/** What a list asks for; null for a cursor that is not ours. */
export function queryOf(query: Static<typeof ListQuery>): QuarantineQuery | null {
  const { cursor, limit = DEFAULT_PAGE, state: _state, flawed, ...equal } = query;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, PLACE);
  if (after === null) return null;
  const filter = { ...equal, ...(flawed !== undefined && { flawed: flawed === 'true' }) };
  return { filter, limit: Number(limit), ...(after !== undefined && { after }) };
}

/** What of what waits is meant; null when the body does not say, or says it twice. */
export function meantBy({ ids, filter, limit }: Static<typeof DiscardManyBody>) {
  if (ids && !filter && limit === undefined) return { ids };
  return filter && !ids ? { filter: filter as QuarantineFilter, limit: limit ?? DISCARDED_MAX } : null;
}

/** Absent, or a day that there is. */
export function isDayOrNone(text: string | undefined): boolean {
  return text === undefined || isDay(text);
}
