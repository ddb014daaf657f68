import type { ReceivedCallback } from '../../app/api.ts';
import { isName, isRecord } from './json.ts';
import { type Element, type RefusedBody, readOneOrMany } from './one-or-many.ts';

/** What one delivery may hold. An event must also fit into one entry of the log. */
export const CALLBACK_LIMITS = { bodyBytes: 256 * 1024, events: 100, eventBytes: 64 * 1024 } as const;

export type CallbackBody = { readonly ok: true; readonly callbacks: readonly ReceivedCallback[] } | RefusedBody;

/** Reads a body of one CloudEvent or an array of them; each event keeps exactly the text that it came as. */
export function readCallbacks(body: unknown): CallbackBody {
  const read = readOneOrMany(body, CALLBACK_LIMITS);
  return read.ok ? readEvents(read.elements) : read;
}

function readEvents(elements: readonly Element[]): CallbackBody {
  const callbacks: ReceivedCallback[] = [];
  for (const [index, { value, raw }] of elements.entries()) {
    if (Buffer.byteLength(raw) > CALLBACK_LIMITS.eventBytes) {
      return { ok: false, code: 'TOO_LARGE', detail: `event ${index} is too large` };
    }
    if (!isRecord(value)) return { ok: false, code: 'INVALID_EVENT', detail: `event ${index} is not an object` };
    const { id, type, data } = value;
    if (!isName(id)) return { ok: false, code: 'INVALID_EVENT', detail: `event ${index} has no usable id` };
    if (!isName(type)) return { ok: false, code: 'INVALID_EVENT', detail: `event ${index} has no usable type` };
    if (!isRecord(data)) return { ok: false, code: 'INVALID_EVENT', detail: `event ${index} has no object as data` };
    callbacks.push({ id, type, data, raw });
  }
  return { ok: true, callbacks };
}
