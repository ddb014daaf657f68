import { isCallStream } from '../../../domain/streams.ts';
import type { Verifier } from '../../../tlog/keys.ts';
import { readNote } from '../../../tlog/note.ts';
import {
  beginDigest,
  beginsNote,
  firstDigest,
  type Line,
  NO_TOTALS,
  type PartNote,
  readNoteBody,
  type Totals,
  wordOf,
} from '../format.ts';
import { isAsWritten, isSigned } from './begin.ts';
import type { ExportFindingKind } from './findings.ts';

type Found = (kind: ExportFindingKind, detail: string) => void;

/** Counts and hashes what stands between notes, and holds each note against that. */
export type PartCheck = {
  totals(): Totals;
  /** To be told of lines of entries. @param size of all of them in bytes, with their newlines */
  entries(count: number, size: number): void;
  /** To be told of every other line that is no note. @param line null: it cannot be read. @param bytes with its newline */
  line(line: Exclude<Line, { note: string }> | null, bytes: Buffer): void;
  /** @param line that the note stands in, with its newline. @returns whether it was the last line's */
  note(note: string, line: string): boolean;
};

/** What stands before the lines that are read: the part's number, what there is up to it, its digest. */
export type PartsBefore = Pick<PartNote, 'part' | 'totals' | 'digest'>;

/** @param firstLine with its newline */
export function beforeFirst(firstLine: string): PartsBefore {
  return {
    part: 0,
    totals: { ...NO_TOTALS, bytes: Buffer.byteLength(firstLine) },
    digest: firstDigest(firstLine),
  };
}

export function checkParts(exportId: string, before: PartsBefore, key: Verifier, found: Found): PartCheck {
  const totals: Counting = { ...before.totals };
  let { part } = before;
  let streams: PartNote['streams'][number][] = [];
  let digest = beginDigest(before.digest);
  return {
    totals: () => totals,
    entries(count, size) {
      totals.bytes += size;
      totals.entries += count;
    },
    line(line, bytes) {
      if (line && 'stream' in line) streams.push([line.stream.name, line.stream.version, line.stream.hash]);
      if (!line || !('entry' in line)) digest.update(bytes);
      totals.bytes += bytes.length;
      if (line) count(totals, line);
    },
    note(note, line) {
      part += 1;
      const actual = digest.digest('hex');
      const isLast = wordOf(note) === 'end';
      const read = readNote(note);
      if (!isAsWritten(read, line)) found('line', `the note of part ${part} was written otherwise`);
      if (!isSigned(read, key)) found('signature', `the note of part ${part}`);
      const due = { exportId, part, streams, totals, digest: actual };
      // Nearly every note says what is due, to the letter: to parse it takes as long as its signature.
      if (!beginsNote(read, isLast ? 'end' : 'part', due))
        compare(readNoteBody(note, isLast ? 'end' : 'part'), due, found);
      totals.bytes += Buffer.byteLength(line);
      streams = [];
      digest = beginDigest(actual);
      return isLast;
    },
  };
}

type Counting = { -readonly [Name in keyof Totals]: number };

/** Counted in place: a new object for each line costs a tenth of the whole check. */
function count(totals: Counting, line: Exclude<Line, { note: string }>): void {
  if ('entry' in line || 'withheld' in line) {
    totals.entries += 1;
    if ('withheld' in line) totals.withheld += 1;
  } else if ('left' in line) totals.left += 1;
  else {
    totals.streams += 1;
    if (isCallStream(line.stream.name)) totals.calls += 1;
  }
}

type Due = Omit<PartNote, 'next'>;

/** Says what of it is another. */
function compare(said: PartNote | null, due: Due, found: Found): void {
  if (said?.exportId !== due.exportId || said.part !== due.part) found('note', 'it is of another export or part');
  else if (said.digest !== due.digest) found('digest', `part ${due.part}`);
  else if (!isSame(said.totals, due.totals) || !isSame(said.streams, due.streams)) found('note', `part ${due.part}`);
}

/** As the same program writes it. */
function isSame(said: unknown, actual: unknown): boolean {
  return JSON.stringify(said) === JSON.stringify(actual);
}
