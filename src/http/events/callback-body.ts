import { isUtf8 } from 'node:buffer';
import type { ReceivedCallback } from '../../app/api.ts';
import type { ProblemCode } from '../problem.ts';
import { arrayElements, isName, isRecord } from './json.ts';

/** What one delivery may hold. An event must also fit into one entry of the log. */
const CALLBACK_LIMITS = { bodyBytes: 256 * 1024, events: 100, eventBytes: 64 * 1024 } as const;

export type CallbackBody =
  | { readonly ok: true; readonly callbacks: readonly ReceivedCallback[] }
  | { readonly ok: false; readonly code: ProblemCode; readonly detail?: string };

/** Reads a body of one CloudEvent or an array of them; each event keeps exactly the text that it came as. */
export function readCallbacks(body: unknown): CallbackBody {
  if (!Buffer.isBuffer(body)) return { ok: false, code: 'INVALID_JSON' };
  if (body.length > CALLBACK_LIMITS.bodyBytes) return { ok: false, code: 'TOO_LARGE', detail: 'the body is too large' };
  if (!isUtf8(body)) return { ok: false, code: 'INVALID_JSON' };
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: 'INVALID_JSON' };
  }
  if (!Array.isArray(value)) return readEvents([value], [text.trim()]);
  if (value.length === 0) return { ok: false, code: 'INVALID_EVENT', detail: 'there is no event' };
  if (value.length > CALLBACK_LIMITS.events) return { ok: false, code: 'TOO_LARGE', detail: 'too many events' };
  return readEvents(value, value.length === 1 ? [onlyElement(text)] : arrayElements(text));
}

function readEvents(values: readonly unknown[], texts: readonly string[]): CallbackBody {
  const callbacks: ReceivedCallback[] = [];
  for (const [index, value] of values.entries()) {
    const raw = texts[index]!;
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

/** The text of the only element of an array that is known to be valid JSON. */
function onlyElement(text: string): string {
  return text.slice(text.indexOf('[') + 1, text.lastIndexOf(']')).trim();
}
