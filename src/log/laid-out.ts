import type { EntryKind, NewEntry } from '../domain/entries.ts';

/** UTF-8 needs at most three bytes for one UTF-16 unit, so room for that many needs no measuring. */
const UTF8_BYTES_PER_UNIT_MAX = 3;
export const LENGTH_BYTES = 4;
/** The length of an absent cause. No field can be that long, so null and the empty string hash differently. */
export const ABSENT = 0xffff_ffff;
/** In the place of its size: there is no cause. */
export const ABSENT_SIZE = -1;
/** An entry's texts that are hashed: all but its hash. */
const HASHED_TEXTS = 7;
/** Up to this many units a loop beats the call of a native function; most fields are shorter. */
const SHORT_UNITS = 64;
const ASCII_MAX = 0x7f;
/** Version, kind, type and id. */
const BEFORE_AT = 4;
/** What an entry has beside its texts: its version, and the lengths. */
const FRAME_BYTES_MAX = 64;

/** Where an entry's fields are laid out, version to data, each behind its length, to be hashed and written from there. */
export type Room = { readonly bytes: Buffer; readonly view: DataView };

/** Where the first of them begins: what is hashed before them, down to the stream's name, ends here. */
export const FIELDS_AT = 1_024;

// One room for all: hashing is synchronous, and a buffer per field costs more than SHA-256 itself.
let room = newRoom(16 * 1024);

/** The room; what was laid out in it stands until something else is. @param fieldsBytes so many bytes of fields fit into it */
export function roomFor(fieldsBytes: number): Room {
  if (FIELDS_AT + fieldsBytes > room.bytes.length) room = newRoom(FIELDS_AT + 2 * fieldsBytes);
  return room;
}

function newRoom(sizeBytes: number): Room {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Lays out an entry's fields. @returns where they end */
export function layOut(version: number, { kind, type, id, at, actor, cause, data }: NewEntry): number {
  const units = kind.length + type.length + id.length + at.length + actor.length + (cause?.length ?? 0) + data.length;
  roomFor(units * UTF8_BYTES_PER_UNIT_MAX + FRAME_BYTES_MAX);
  let position = putText(String(version), FIELDS_AT);
  position = putText(kind, position);
  position = putText(type, position);
  position = putText(id, position);
  position = putText(at, position);
  position = putText(actor, position);
  position = cause === null ? putLength(ABSENT, position) : putText(cause, position);
  return putText(data, position);
}

/**
 * The same of texts that stand one behind the other in `from`, from `begin` on.
 * @param numbers from `place` on the entry's version, and the sizes of its texts in bytes
 */
export function layOutTexts(numbers: readonly number[], place: number, from: DataView, begin: number): number {
  const last = place + HASHED_TEXTS;
  let sizeBytes = FRAME_BYTES_MAX;
  for (let text = place + 1; text <= last; text += 1) sizeBytes += numbers[text]!;
  const { view } = roomFor(sizeBytes);
  let position = putText(String(numbers[place]), FIELDS_AT);
  let start = begin;
  for (let text = place + 1; text <= last; text += 1) {
    const size = numbers[text]!;
    if (size === ABSENT_SIZE) {
      position = putLength(ABSENT, position);
      continue;
    }
    view.setUint32(position, size);
    position += LENGTH_BYTES;
    const end = start + size;
    for (; start + 4 <= end; start += 4, position += 4) view.setInt32(position, from.getInt32(start));
    for (; start < end; start += 1, position += 1) view.setUint8(position, from.getUint8(start));
  }
  return position;
}

/** Writes the text behind its length and returns the position after it. */
function putText(text: string, position: number): number {
  const start = position + LENGTH_BYTES;
  const sizeBytes = putShortAscii(text, start) ? text.length : room.bytes.write(text, start);
  putLength(sizeBytes, position);
  return start + sizeBytes;
}

function putLength(length: number, position: number): number {
  room.view.setUint32(position, length);
  return position + LENGTH_BYTES;
}

function putShortAscii(text: string, start: number): boolean {
  if (text.length > SHORT_UNITS) return false;
  const { bytes } = room;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > ASCII_MAX) return false;
    bytes[start + index] = unit;
  }
  return true;
}

/** When the entry that is laid out is from. */
export function laidOutAt(): string {
  let position = FIELDS_AT;
  for (let field = 0; field < BEFORE_AT; field += 1) position += LENGTH_BYTES + room.view.getUint32(position);
  const start = position + LENGTH_BYTES;
  return room.bytes.toString('utf8', start, start + room.view.getUint32(position));
}

/** The entry that is laid out. */
export function laidOut(): NewEntry & { readonly version: number } {
  let position = FIELDS_AT;
  const text = (): string => {
    const start = position + LENGTH_BYTES;
    position = start + room.view.getUint32(position);
    return room.bytes.toString('utf8', start, position);
  };
  const version = Number(text());
  const kind = text() as EntryKind;
  const [type, id, at, actor] = [text(), text(), text(), text()];
  const isAbsent = room.view.getUint32(position) === ABSENT;
  if (isAbsent) position += LENGTH_BYTES;
  return { version, kind, type, id, at, actor, cause: isAbsent ? null : text(), data: text() };
}
