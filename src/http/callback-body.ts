import { isUtf8 } from 'node:buffer';
import type { ReceivedCallback } from '../app/api.ts';
import type { ProblemCode } from './problem.ts';

/** What one delivery may hold. An event must also fit into one entry of the log. */
export const CALLBACK_LIMITS = { bodyBytes: 256 * 1024, events: 100, eventBytes: 64 * 1024 } as const;

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

/** Whether it is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Without control characters and lone surrogates: those become the same replacement character in every store, so two
// different ids would be taken for one.
const NAME = /^[^\p{C}]{1,256}$/u;

// The ids and types of ACS are all of this kind, which is much quicker to tell.
const PLAIN_NAME = /^[\w.-]{1,256}$/;

/** Whether it can be an id or a type in the log. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && (PLAIN_NAME.test(value) || NAME.test(value));
}

/** The text of the only element of an array that is known to be valid JSON. */
function onlyElement(text: string): string {
  return text.slice(text.indexOf('[') + 1, text.lastIndexOf(']')).trim();
}

/** The exact texts of the elements of an array that is known to be valid JSON, without the space around them. */
export function arrayElements(text: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = text.indexOf('[') + 1;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '{' || char === '[') {
      depth += 1;
    } else if ((char === ',' || char === ']') && depth === 0) {
      const element = text.slice(start, at).trim();
      if (element !== '') elements.push(element);
      start = at + 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
    }
  }
  return elements;
}

/** The place of the quote that ends the string which begins at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
