import type { GridEvent } from '../../app/api.ts';
import { isName, isRecord } from './json.ts';
import { type RefusedBody, readOneOrMany } from './one-or-many.ts';

/**
 * What one delivery may hold: Event Grid's own limits, with some room, because it treats the size of a batch as a wish (1 MB
 * an event; batches of up to 5,000 events and 1,024 kB). A larger one would be given up by it, not cut in two.
 */
export const GRID_LIMITS = { bodyBytes: 1_088 * 1024, events: 5_000 } as const;

type GridBody = { readonly ok: true; readonly events: readonly GridEvent[] } | RefusedBody;

/**
 * Reads one event or an array of them, in the Event Grid or the CloudEvents schema; each keeps exactly the text that it came
 * as. One that cannot be read is no reason to refuse the others, which would all come again for a day.
 */
export function readGridEvents(body: unknown): GridBody {
  const read = readOneOrMany(body, GRID_LIMITS);
  return read.ok ? { ok: true, events: read.elements.map(({ value, raw }) => readGridEvent(value, raw)) } : read;
}

function readGridEvent(value: unknown, raw: string): GridEvent {
  if (!isRecord(value)) return { flaw: 'not an object', raw };
  const { id, subject, data, specversion } = value;
  const type = specversion === undefined ? value['eventType'] : value['type'];
  if (specversion !== undefined && specversion !== '1.0') return { flaw: 'unknown specversion', raw };
  if (!isName(id)) return { flaw: 'no usable id', raw };
  if (!isName(type)) return { flaw: 'no usable type', raw };
  if (!isRecord(data)) return { flaw: 'no object as data', raw };
  return { id, type, subject: typeof subject === 'string' ? subject : '', data, raw };
}
