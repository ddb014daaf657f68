import { isAscii, isUtf8 } from 'node:buffer';
import type { ProblemCode } from '../problem.ts';
import { arrayElements } from './json.ts';

/** An event as it was read, and exactly the text that it came as. */
export type Element = { readonly value: unknown; readonly raw: string };

/** Why a whole delivery is refused. */
export type RefusedBody = { readonly ok: false; readonly code: ProblemCode; readonly detail?: string };

export type BodyLimits = { readonly bodyBytes: number; readonly events: number };

/** Reads a body of one event or an array of them, in UTF-8: a delivery of either schema may be both. */
export function readOneOrMany(
  body: unknown,
  limits: BodyLimits,
): { readonly ok: true; readonly elements: readonly Element[] } | RefusedBody {
  if (!Buffer.isBuffer(body)) return { ok: false, code: 'INVALID_JSON' };
  if (body.length > limits.bodyBytes) return { ok: false, code: 'TOO_LARGE', detail: 'the body is too large' };
  // Of ASCII both make the same text, and latin1 makes it in half the time.
  const encoding = isAscii(body) ? 'latin1' : isUtf8(body) ? 'utf8' : null;
  if (encoding === null) return { ok: false, code: 'INVALID_JSON' };
  const text = body.toString(encoding);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: 'INVALID_JSON' };
  }
  if (!Array.isArray(value)) return { ok: true, elements: [{ value, raw: text.trim() }] };
  if (value.length === 0) return { ok: false, code: 'INVALID_EVENT', detail: 'there is no event' };
  if (value.length > limits.events) return { ok: false, code: 'TOO_LARGE', detail: 'too many events' };
  const texts = value.length === 1 ? [onlyElement(text)] : arrayElements(text);
  return { ok: true, elements: value.map((each: unknown, index) => ({ value: each, raw: texts[index]! })) };
}

/** The text of the only element of an array that is known to be valid JSON. */
function onlyElement(text: string): string {
  return text.slice(text.indexOf('[') + 1, text.lastIndexOf(']')).trim();
}
