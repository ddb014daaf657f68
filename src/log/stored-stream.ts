import { isAscii } from 'node:buffer';
import type { Entry, EntryKind } from '../domain/entries.ts';
import { type Digest, hexOf } from './digest.ts';
import { chainedDigest, hashLaidOut } from './hash-chain.ts';
import { ABSENT_SIZE, layOut, layOutTexts } from './laid-out.ts';

/** A stream as a store gives it: for whoever hands most of it on unseen, an entry's texts are made when it is asked for. */
export type StoredStream = {
  readonly name: string;
  readonly count: number;
  version(index: number): number;
  /** The digest of the entry that is laid out, if that is the hash of this one; else null. @param before that of the entry before */
  chained(index: number, before: Digest, fieldsEnd: number): Digest | null;
  /** Lays out the entry's fields. @returns where they end */
  layOut(index: number): number;
  entry(index: number): Entry;
};

/** The texts of an entry, in their order. */
export const TEXTS = ['kind', 'type', 'id', 'at', 'actor', 'cause', 'data', 'hash'] as const;
const NUMBERS = 1 + TEXTS.length;
const HASH_DIGITS = 64;

/**
 * @param numbers of each entry in turn its version and the sizes of its texts in bytes; `ABSENT_SIZE` of a cause that is null
 * @param texts all of them, one behind the other
 */
export function streamOfTexts(name: string, numbers: readonly number[], texts: Buffer): StoredStream {
  const count = numbers.length / NUMBERS;
  // Of ASCII both make the same text, and latin1 makes it in half the time.
  const encoding = isAscii(texts) ? 'latin1' : 'utf8';
  const begins = beginsOf(numbers, count);
  const entry = (index: number): Entry => {
    let start = begins[index]!;
    let place = index * NUMBERS;
    const version = numbers[place]!;
    const text = (): string => {
      place += 1;
      start += numbers[place]!;
      return texts.toString(encoding, start - numbers[place]!, start);
    };
    const kind = text() as EntryKind;
    const [type, id, at, actor] = [text(), text(), text(), text()];
    const isAbsent = numbers[place + 1] === ABSENT_SIZE;
    if (isAbsent) place += 1;
    const cause = isAbsent ? null : text();
    return { stream: name, version, kind, type, id, at, actor, cause, data: text(), hash: text() };
  };
  // Bytes that are no text are hashed as what they are read as.
  if (encoding === 'utf8') return streamOfEntries(name, entriesOf({ count, entry }));
  const view = new DataView(texts.buffer, texts.byteOffset, texts.length);
  return {
    name,
    count,
    entry,
    version: (index) => numbers[index * NUMBERS]!,
    layOut: (index) => layOutTexts(numbers, index * NUMBERS, view, begins[index]!),
    chained(index, before, fieldsEnd) {
      if (numbers[(index + 1) * NUMBERS - 1] !== HASH_DIGITS) return null;
      return chainedDigest(before, name, fieldsEnd, view, begins[index + 1]! - HASH_DIGITS);
    },
  };
}

/** Where the texts of each entry begin, and where those of the last one end. */
function beginsOf(numbers: readonly number[], count: number): number[] {
  const begins = [0];
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    for (let text = 1; text <= TEXTS.length; text += 1) end += Math.max(0, numbers[index * NUMBERS + text]!);
    begins.push(end);
  }
  return begins;
}

export function streamOfEntries(name: string, entries: readonly Entry[]): StoredStream {
  return {
    name,
    count: entries.length,
    entry: (index) => entries[index]!,
    version: (index) => entries[index]!.version,
    layOut: (index) => layOut(entries[index]!.version, entries[index]!),
    chained(index, before, fieldsEnd) {
      const digest = hashLaidOut(before, name, fieldsEnd);
      return hexOf(digest) === entries[index]!.hash ? digest : null;
    },
  };
}

/** @param count so many of them, from the first on */
export function entriesOf({ entry, ...stored }: Pick<StoredStream, 'entry' | 'count'>, count = stored.count): Entry[] {
  return Array.from({ length: count }, (_, index) => entry(index));
}
