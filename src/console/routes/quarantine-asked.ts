import type { QuarantineQuery } from '../../app/api.ts';
import { isDay } from '../../base/times.ts';
import { EVENT_GRID } from '../../domain/call/callback.ts';
import { ACS } from '../../domain/call/provider.ts';
import type { QuarantineFilter } from '../../domain/inbox/quarantine.ts';
import { decodeCursor } from '../../http/api/cursor.ts';

/** What is looked for in the quarantine. */
export type QuarantineAsked = {
  readonly filter: QuarantineFilter;
  readonly state: 'waiting' | 'expired';
  /** Where the page begins; absent: at the oldest. */
  readonly after?: string;
};

const PLACE = /^quarantine:[0-9-]{10}\/[0-9]{12}$/;
const TEXT_MAX = 200;

/** An empty field of a form is no filter, and neither is what cannot be one. */
export function askedIn(query: Readonly<Record<string, unknown>>): QuarantineAsked {
  const { type, source, day, call, flawed, state, cursor } = query;
  const wanted = [ACS, EVENT_GRID].find((each) => each === source) as QuarantineFilter['source'];
  const filter: QuarantineFilter = {
    ...(isText(type) && { type: type.trim() }),
    ...(wanted && { source: wanted }),
    ...(isText(day) && isDay(day) && { day }),
    ...(isText(call) && { call: call.trim() }),
    ...((flawed === 'true' || flawed === 'false') && { flawed: flawed === 'true' }),
  };
  const after = isText(cursor) ? decodeCursor(cursor, PLACE) : null;
  return { filter, state: state === 'expired' ? 'expired' : 'waiting', ...(after !== null && { after }) };
}

/** The same as a question to the application. */
export function queryOf({ filter, after }: QuarantineAsked, limit: number): QuarantineQuery {
  return { filter, limit, ...(after !== undefined && { after }) };
}

/** The same as the fields of an address or a form, without the place. */
export function fieldsOf({ filter, state }: QuarantineAsked): Readonly<Record<string, string>> {
  const { flawed, until: _until, ...texts } = filter;
  return {
    ...texts,
    ...(flawed !== undefined && { flawed: String(flawed) }),
    ...(state === 'expired' && { state }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX;
}
