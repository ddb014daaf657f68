import { hash } from 'node:crypto';
import type { Entry, Head, NewEntry } from '../domain/entries.ts';

/** In front of everything that is hashed, so that a later format can never produce a hash of this one. */
const FORMAT_TAG = 'callistra/log/1';
const HASH_BYTES = 32;
/** The length of an absent cause. No field can be that long, so null and the empty string hash differently. */
const ABSENT = 0xffff_ffff;
/** UTF-8 needs at most three bytes for one UTF-16 unit, so room for that many needs no measuring. */
const UTF8_BYTES_PER_UNIT_MAX = 3;
const LENGTH_BYTES = 4;
const FIELDS = 9;
/** Up to this many units a loop beats the call of a native function; most fields are shorter. */
const SHORT_UNITS = 64;
const ASCII_MAX = 0x7f;

// One buffer for all hashes: hashing is synchronous, and a buffer per field costs more than SHA-256 itself.
let scratch = newScratch(16 * 1024);

function newScratch(sizeBytes: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(sizeBytes);
  buffer.write(FORMAT_TAG, 0, 'latin1');
  return buffer;
}

/** Writes the hash before behind the format's tag and returns the position after it. */
function putHash(previousHash: string): number {
  const end = FORMAT_TAG.length + HASH_BYTES;
  // A tampered row may hold anything as its hash: without the fill the bytes of an earlier call would be hashed.
  if (scratch.write(previousHash, FORMAT_TAG.length, HASH_BYTES, 'hex') !== HASH_BYTES) {
    scratch.fill(0, FORMAT_TAG.length, end);
  }
  return end;
}

/** Writes the text behind its length and returns the position after it. */
function putText(text: string, position: number): number {
  const start = position + LENGTH_BYTES;
  const sizeBytes = putShortAscii(text, start) ? text.length : scratch.write(text, start);
  scratch.writeUInt32BE(sizeBytes, position);
  return start + sizeBytes;
}

function putShortAscii(text: string, start: number): boolean {
  if (text.length > SHORT_UNITS) return false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > ASCII_MAX) return false;
    scratch[start + index] = unit;
  }
  return true;
}

/**
 * The hash of one entry: SHA-256 over the format tag, the 32 bytes of `previousHash`, and each of stream, version
 * (decimal), kind, type, id, at, actor, cause and data in UTF-8 behind its length in bytes (u32, big endian). A null
 * cause is the length 0xffffffff and nothing else.
 * @param previousHash 64 hex digits; those of `EMPTY_HEAD` for version 1.
 * @returns 64 lower-case hex digits.
 */
export function hashEntry(previousHash: string, stream: string, version: number, entry: NewEntry): string {
  const { kind, type, id, at, actor, cause, data } = entry;
  const units = stream.length + kind.length + type.length + id.length + at.length + actor.length + data.length;
  const room = (units + (cause?.length ?? 0)) * UTF8_BYTES_PER_UNIT_MAX + FORMAT_TAG.length + HASH_BYTES;
  if (room + FIELDS * (LENGTH_BYTES + HASH_BYTES) > scratch.length) scratch = newScratch(2 * room);

  let position = putText(stream, putHash(previousHash));
  position = putText(String(version), position);
  position = putText(kind, position);
  position = putText(type, position);
  position = putText(id, position);
  position = putText(at, position);
  position = putText(actor, position);
  position = cause === null ? scratch.writeUInt32BE(ABSENT, position) : putText(cause, position);
  position = putText(data, position);
  return hash('sha256', scratch.subarray(0, position), 'hex');
}

/**
 * The same hash, of fields that are laid out already.
 * @param fields version to data, each behind its length, as `hashEntry` says. @param size so many bytes of it
 */
export function hashFields(previousHash: string, stream: string, fields: Buffer, size: number): string {
  const room = stream.length * UTF8_BYTES_PER_UNIT_MAX + size + FORMAT_TAG.length + HASH_BYTES + LENGTH_BYTES;
  if (room > scratch.length) scratch = newScratch(2 * room);
  const position = putText(stream, putHash(previousHash));
  fields.copy(scratch, position, 0, size);
  return hash('sha256', scratch.subarray(0, position + size), 'hex');
}

/** Gives entries their place right after `head`: version, hash and stream. Pure. */
export function chain(head: Head, stream: string, entries: readonly NewEntry[]): Entry[] {
  let { version, hash: previousHash } = head;
  return entries.map((entry) => {
    version += 1;
    previousHash = hashEntry(previousHash, stream, version, entry);
    const { kind, type, id, at, actor, cause, data } = entry;
    return { stream, version, kind, type, id, at, actor, cause, data, hash: previousHash };
  });
}
