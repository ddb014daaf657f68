import { toUSVString } from 'node:util';
import type { NewEntry } from '../domain/entries.ts';
import { LOG_LIMITS, LogError } from './port.ts';

/** UTF-8 needs at most three bytes for one UTF-16 unit, so most texts are known to fit without being measured. */
const UTF8_BYTES_PER_UNIT_MAX = 3;

/**
 * What every adapter checks before it writes anything: one entry at least, at most `LOG_LIMITS.entriesPerAppend`, no
 * text longer than `LOG_LIMITS.dataBytes`, all texts together no longer than `LOG_LIMITS.bytesPerAppend` (UTF-8).
 * @throws LogError LOG_TOO_LARGE
 * @throws TypeError for no entries, and for what is no text or one that UTF-8 cannot keep (half of a surrogate pair):
 * it would not be read back as it was written.
 */
export function checkAppend(stream: string, entries: readonly NewEntry[]): void {
  if (entries.length === 0) throw new TypeError('there is nothing to append');
  if (entries.length > LOG_LIMITS.entriesPerAppend) throw tooLarge('entries', entries.length, 'entriesPerAppend');
  let units = checkStream(stream);
  for (const { kind, type, id, at, actor, cause, data } of entries) {
    units += checkText('kind', kind) + checkText('type', type) + checkText('id', id) + checkText('at', at);
    units += checkText('actor', actor) + checkText('data', data) + (cause === null ? 0 : checkText('cause', cause));
  }
  if (units * UTF8_BYTES_PER_UNIT_MAX <= LOG_LIMITS.bytesPerAppend) return;
  const sumBytes = entries.reduce((sum, entry) => sum + entryBytes(entry), Buffer.byteLength(stream));
  if (sumBytes > LOG_LIMITS.bytesPerAppend) throw tooLarge('bytes', sumBytes, 'bytesPerAppend');
}

/**
 * That a stream's name is text, well-formed, not empty and not too long.
 * @returns its length in UTF-16 units.
 * @throws LogError LOG_TOO_LARGE
 * @throws TypeError
 */
export function checkStream(stream: string): number {
  if (stream === '') throw new TypeError('a stream needs a name');
  return checkText('stream', stream);
}

function entryBytes({ kind, type, id, at, actor, cause, data }: NewEntry): number {
  return [kind, type, id, at, actor, cause ?? '', data].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** Returns the number of UTF-16 units. */
function checkText(name: string, text: string): number {
  if (toUSVString(text) !== text) throw new TypeError(`${name} is not well-formed text`);
  if (text.length * UTF8_BYTES_PER_UNIT_MAX <= LOG_LIMITS.dataBytes) return text.length;
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > LOG_LIMITS.dataBytes) throw tooLarge(`bytes of ${name}`, sizeBytes, 'dataBytes');
  return text.length;
}

function tooLarge(what: string, count: number, limit: keyof typeof LOG_LIMITS): LogError {
  return new LogError('LOG_TOO_LARGE', `${count} ${what}, the limit is ${LOG_LIMITS[limit]}`);
}
