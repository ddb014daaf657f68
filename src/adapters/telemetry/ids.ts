import { createHash } from 'node:crypto';

/**
 * The trace of a call, 32 hex digits. A call's id is a UUID and a trace id has the same 128 bits, so every instance finds
 * the trace by itself and nothing has to be handed around.
 */
export function traceIdOf(callSessionId: string): string {
  return callSessionId.replaceAll('-', '');
}

/**
 * A span id, 16 hex digits, that is the same whenever and wherever the span is written.
 * @param name what the span is about, unique in all traces: a call's id, or an entry's id and what of it
 */
export function spanIdOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex');
  // W3C Trace Context: an id of zeros only is none.
  return digits.startsWith('0'.repeat(16)) ? digits.slice(16, 32) : digits.slice(0, 16);
}
