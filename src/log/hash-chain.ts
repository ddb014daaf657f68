import { createHash, type Hash, hash } from 'node:crypto';
import type { Entry, Head, NewEntry } from '../domain/entries.ts';
import { type Digest, hexOf, isHexAt, PAIRS } from './digest.ts';
import { FIELDS_AT, LENGTH_BYTES, layOut, roomFor } from './laid-out.ts';

/** In front of everything that is hashed, so that a later format can never produce a hash of this one. */
const FORMAT_TAG = 'callistra/log/1';
const HASH_BYTES = 32;

/** What stands before the fields in the room: it is the same for all entries of a stream, but for the hash before. */
let named: { readonly stream: string; readonly bytes: Buffer; readonly begins: number } = {
  stream: '',
  bytes: Buffer.alloc(0),
  begins: -1,
};

/** The digest that stands in front of the fields; null: another one, or none. */
let standing: Digest | null = null;

/**
 * The hash of one entry: SHA-256 over the format tag, the 32 bytes of `previousHash`, and each of stream, version
 * (decimal), kind, type, id, at, actor, cause and data in UTF-8 behind its length in bytes (u32, big endian). A null
 * cause is the length 0xffffffff and nothing else.
 * @param previousHash 64 hex digits; those of `EMPTY_HEAD` for version 1.
 * @returns 64 lower-case hex digits.
 */
export function hashEntry(previousHash: string, stream: string, version: number, entry: NewEntry): string {
  const end = layOut(version, entry);
  const { bytes } = roomFor(0);
  const begins = beginsWith(stream, bytes);
  if (begins < 0) return hashOfLongName(previousHash, stream, bytes.subarray(FIELDS_AT, end)).digest('hex');
  standing = null;
  putHash(previousHash, bytes, begins + FORMAT_TAG.length);
  return hash('sha256', bytes.subarray(begins, end), 'hex');
}

/** The same of the entry that is laid out, from the digest of the one before. @param end where its fields end */
export function hashLaidOut(before: Digest, stream: string, end: number): Digest {
  const { bytes } = roomFor(0);
  const begins = beginsWith(stream, bytes);
  if (begins < 0) return hashOfLongName(hexOf(before), stream, bytes.subarray(FIELDS_AT, end)).digest('binary');
  if (before !== standing) putDigest(before, bytes, begins + FORMAT_TAG.length);
  return hash('sha256', viewUpTo(end), 'binary');
}

/**
 * Whether the entry that is laid out goes on from the one before: whether its hash stands at `place`, in 64 digits.
 * @returns its digest, which is left where the next entry's hash begins, so that a chain is followed with each digest read once;
 * null: another hash stands there
 */
export function chainedDigest(
  before: Digest,
  stream: string,
  end: number,
  view: DataView,
  place: number,
): Digest | null {
  const digest = hashLaidOut(before, stream, end);
  const { begins, bytes } = named;
  if (begins < 0) return isHexAt(view, place, digest) ? digest : null;
  standing = null;
  for (let index = 0; index < HASH_BYTES; index += 1) {
    const byte = digest.charCodeAt(index);
    if (view.getUint16(place + 2 * index, true) !== PAIRS[byte]) return null;
    bytes[begins + FORMAT_TAG.length + index] = byte;
  }
  standing = digest;
  return digest;
}

/** Where what is hashed begins; negative: the stream's name is too long for the room before the fields. */
function beginsWith(stream: string, bytes: Buffer): number {
  if (stream !== named.stream || bytes !== named.bytes) {
    named = nameStream(stream, bytes);
    standing = null;
  }
  return named.begins;
}

/** Of what is hashed in an export, by where it ends: to make a view takes a tenth of the time of its hash, and most entries are as long as others. */
const views = new Map<number, Buffer>();
let viewed = named;
const VIEWS_MAX = 4_096;

function viewUpTo(end: number): Buffer {
  if (viewed.begins !== named.begins || viewed.bytes !== named.bytes || views.size >= VIEWS_MAX) views.clear();
  viewed = named;
  const known = views.get(end);
  if (known) return known;
  const view = named.bytes.subarray(named.begins, end);
  views.set(end, view);
  return view;
}

function nameStream(stream: string, bytes: Buffer): typeof named {
  const sizeBytes = Buffer.byteLength(stream);
  const begins = FIELDS_AT - sizeBytes - LENGTH_BYTES - HASH_BYTES - FORMAT_TAG.length;
  if (begins >= 0) {
    bytes.write(FORMAT_TAG, begins);
    bytes.writeUInt32BE(sizeBytes, FIELDS_AT - sizeBytes - LENGTH_BYTES);
    bytes.write(stream, FIELDS_AT - sizeBytes);
  }
  return { stream, bytes, begins };
}

/** No stream of ours has a name that does not fit; one that a stranger exports may. */
function hashOfLongName(previousHash: string, stream: string, fields: Buffer): Hash {
  const name = Buffer.from(stream);
  const before = Buffer.alloc(FORMAT_TAG.length + HASH_BYTES + LENGTH_BYTES);
  before.write(FORMAT_TAG);
  putHash(previousHash, before, FORMAT_TAG.length);
  before.writeUInt32BE(name.length, FORMAT_TAG.length + HASH_BYTES);
  return createHash('sha256').update(before).update(name).update(fields);
}

function putDigest(digest: Digest, bytes: Buffer, place: number): void {
  standing = null;
  for (let index = 0; index < HASH_BYTES; index += 1) bytes[place + index] = digest.charCodeAt(index);
}

const NO_DIGIT = 0xff;
/** What a hex digit means, by its code. */
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  for (const letter of [digit, digit.toUpperCase()]) DIGITS[letter.charCodeAt(0)] = value;
}

/** A tampered row may hold anything as its hash: what is none counts as zeros. */
function putHash(hex: string, bytes: Buffer, position: number): void {
  for (let index = 0; index < HASH_BYTES; index++) {
    const high = DIGITS[hex.charCodeAt(2 * index)] ?? NO_DIGIT;
    const low = DIGITS[hex.charCodeAt(2 * index + 1)] ?? NO_DIGIT;
    if ((high | low) === NO_DIGIT) {
      bytes.fill(0, position, position + HASH_BYTES);
      return;
    }
    bytes[position + index] = (high << 4) | low;
  }
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
