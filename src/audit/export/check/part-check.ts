import { createHash } from 'node:crypto';
import { isCallStream } from '../../../domain/streams.ts';
import type { Verifier } from '../../../tlog/keys.ts';
import {
  type BeginNote,
  firstDigest,
  type Line,
  NO_TOTALS,
  type PartNote,
  readNoteBody,
  type Totals,
  wordOf,
} from '../format.ts';
import { isSigned } from './begin.ts';
import type { ExportFindingKind } from './findings.ts';

type Found = (kind: ExportFindingKind, detail: string) => void;

/** Counts and hashes what stands between notes, and holds each note against that. */
export type PartCheck = {
  totals(): Totals;
  /** To be told of every line that is no note. @param line null: it cannot be read. @param bytes with its newline */
  line(line: Exclude<Line, { note: string }> | null, bytes: Buffer): void;
  /** Whether it was the last line's. */
  note(note: string, bytes: Buffer): boolean;
};

/** @param firstLine with its newline */
export function checkParts(about: BeginNote, firstLine: string, key: Verifier, found: Found): PartCheck {
  let totals: Totals = { ...NO_TOTALS, bytes: Buffer.byteLength(firstLine) };
  let part = 0;
  let streams: PartNote['streams'][number][] = [];
  let digest = createHash('sha256').update(`${firstDigest(firstLine)}\n`);
  return {
    totals: () => totals,
    line(line, bytes) {
      digest.update(bytes);
      if (line && 'stream' in line) streams.push([line.stream.name, line.stream.version, line.stream.hash]);
      totals = plus(totals, line, bytes.length);
    },
    note(note, bytes) {
      part += 1;
      const actual = digest.digest('hex');
      const isLast = wordOf(note) === 'end';
      const body = readNoteBody(note, isLast ? 'end' : 'part');
      if (!isSigned(note, key)) found('signature', `the note of part ${part}`);
      if (body?.exportId !== about.exportId || body.part !== part) found('note', 'it is of another export or part');
      else if (body.digest !== actual) found('digest', `part ${part}`);
      else if (!isSame(body.totals, totals) || !isSame(body.streams, streams)) found('note', `part ${part}`);
      totals = { ...totals, bytes: totals.bytes + bytes.length };
      streams = [];
      digest = createHash('sha256').update(`${actual}\n`);
      return isLast;
    },
  };
}

function plus(totals: Totals, line: Line | null, bytes: number): Totals {
  const after = { ...totals, bytes: totals.bytes + bytes };
  if (!line) return after;
  if ('left' in line) return { ...after, left: totals.left + 1 };
  if ('stream' in line) {
    return { ...after, streams: totals.streams + 1, calls: totals.calls + Number(isCallStream(line.stream.name)) };
  }
  return { ...after, entries: totals.entries + 1, withheld: totals.withheld + Number('withheld' in line) };
}

/** As the same program writes it. */
function isSame(said: unknown, actual: unknown): boolean {
  return JSON.stringify(said) === JSON.stringify(actual);
}
