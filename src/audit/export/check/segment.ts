import type { Verifier } from '../../../tlog/keys.ts';
import { readNoteBody, type Totals, wordOf } from '../format.ts';
import type { Begun } from './begin.ts';
import { blocksOf, lineAt } from './lines.ts';
import { beforeFirst, type PartsBefore } from './part-check.ts';
import { readLine } from './read-line.ts';
import { createReading, type Reading } from './reading.ts';
import { recordScope, type Seen } from './scope-record.ts';

/** An export that can be read from any place on. */
export type Segmented = {
  readonly begun: Begun;
  readonly key: Verifier;
  readonly segmentBytes: number;
  /** @param from in bytes */
  read(from: number): AsyncIterable<Buffer>;
};

/** A stretch from behind one note to the end of another, in which all holds if what the note before it says is true. */
export type Segment = {
  /** In bytes of the file. */
  readonly begins: number;
  readonly ends: number;
  /** The notes' lines, without newlines. `last`: null when none was read. */
  readonly before: string;
  readonly last: string | null;
  /** Of the whole export up to its end. */
  readonly totals: Totals;
  readonly hasEnded: boolean;
  /** For the check of what the export must hold. */
  readonly seen: readonly Seen[];
};

/**
 * Checks what stands behind the first note that begins behind `number` times a segment's bytes, up to the first that begins behind
 * the next multiple. So each segment is found by itself, and ends where the next one begins.
 * @param number 0, 1, 2 ...; 0 begins behind the first line
 * @returns null: something does not hold; 'none': there is no line between the two
 */
export async function checkSegment(segmented: Segmented, number: number): Promise<Segment | 'none' | null> {
  const from = number * segmented.segmentBytes;
  const until = from + segmented.segmentBytes;
  let open: Open | null = null;
  let place = from;
  for await (const block of blocksOf(segmented.read(from))) {
    const start = open ? -1 : noteIn(block.bytes, number === 0 || place > from);
    if (start >= 0) {
      // The next segment begins there as well.
      if (place + start > until) return 'none';
      const { text, end } = lineAt(block, start);
      const opened = text === null ? null : openSegment(segmented, number, text, place + end);
      if (opened === null || opened === 'none') return opened;
      open = opened;
    }
    if (open) {
      const stop = open.reading.block(block, Math.max(0, open.begins - place), until - place);
      if (!open.isSound()) return null;
      if (stop !== null) return segmentOf(open, place + stop);
    }
    place += block.bytes.length;
  }
  return open ? segmentOf(open, place) : 'none';
}

type Open = Pick<Segment, 'begins' | 'before' | 'seen'> & { readonly reading: Reading; isSound(): boolean };

function openSegment({ begun, key }: Segmented, number: number, text: string, begins: number): Open | 'none' | null {
  const before = number === 0 ? beforeFirst(`${text}\n`) : behind(text);
  if (before === null || before === 'none') return before;
  const seen: Seen[] = [];
  let isSound = true;
  const findings = {
    look() {},
    add() {
      isSound = false;
    },
  };
  const scope = recordScope(begun.about.scope, seen);
  const reading = createReading({ begun, before, number: 0, key, scope, findings });
  return { begins, before: text, seen, reading, isSound: () => isSound };
}

/** What a part's note says of all before it. It may say anything: whoever reads up to it finds out. 'none': it is the last one. */
function behind(text: string): PartsBefore | 'none' | null {
  const line = readLine(text);
  if (!line || !('note' in line)) return null;
  if (wordOf(line.note) === 'end') return 'none';
  const body = readNoteBody(line.note, 'part');
  if (typeof body?.totals?.bytes !== 'number' || typeof body.part !== 'number') return null;
  const { part, digest, totals } = body;
  return { part, digest, totals: { ...totals, bytes: totals.bytes + Buffer.byteLength(text) + 1 } };
}

function segmentOf({ begins, before, seen, reading }: Open, ends: number): Segment {
  const [totals, hasEnded, last] = [reading.totals(), reading.hasEnded(), reading.lastNote()];
  return { begins, ends, before, last, totals, hasEnded, seen };
}

const NOTE = '{"note":';

/** Where the first line of a note begins; -1: there is none. @param isLine whether the first byte begins a line */
function noteIn(bytes: Buffer, isLine: boolean): number {
  if (isLine && bytes.toString('latin1', 0, NOTE.length) === NOTE) return 0;
  const newline = bytes.indexOf(`\n${NOTE}`);
  return newline < 0 ? -1 : newline + 1;
}
