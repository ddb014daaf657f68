import type { Verifier } from '../../../tlog/keys.ts';
import type { Totals } from '../format.ts';
import type { Begun } from './begin.ts';
import { checkBody } from './body-check.ts';
import type { ExportFindingKind } from './findings.ts';
import { type Block, lineAt, type RawLine } from './lines.ts';
import { checkParts, type PartsBefore } from './part-check.ts';
import { readLine } from './read-line.ts';
import type { ScopeCheck } from './scope-check.ts';
import { sourceOf } from './written-entry.ts';

/** Told of what does not hold, and before that of which line. */
export type Findings = {
  /** @param line 1, 2, 3 ...; 0: all of them */
  look(line: number): void;
  add(kind: ExportFindingKind, detail: string): void;
};

/** Reads the lines behind a note. */
export type Reading = {
  /**
   * @param begins where the first line does that is to be read
   * @param until no line is read behind the first note that begins behind this place
   * @returns where that note's line ends; null: there is none such
   */
  block(block: Block, begins: number, until?: number): number | null;
  /** No more lines come. */
  end(): void;
  totals(): Totals;
  /** Whether the last line was read. */
  hasEnded(): boolean;
  /** The line of the note that was read last; null: there was none. */
  lastNote(): string | null;
};

/** What it takes to read on. `number`: of the line before. */
export type ReadOn = {
  readonly begun: Begun;
  readonly before: PartsBefore;
  readonly number: number;
  readonly key: Verifier;
  readonly scope: ScopeCheck;
  readonly findings: Findings;
};

const NONE = { entries: 0, end: 0 };

export function createReading({ begun, before, key, scope, findings, ...from }: ReadOn): Reading {
  const { about, tree } = begun;
  const found = findings.add;
  const parts = checkParts(about.exportId, before, key, found);
  const body = checkBody(about, tree, scope, found);
  let number = from.number;
  let hasEnded = false;
  let lastNote: string | null = null;

  /** @returns whether it is a note */
  const read = ({ text, start, end }: RawLine, bytes: Buffer): boolean => {
    if (hasEnded) {
      found('end', 'a line behind the last one');
      return false;
    }
    const line = text === null ? null : readLine(text);
    if (!line || !('note' in line)) {
      parts.line(line, bytes.subarray(start, end));
      if (line) body.line(line);
      else found('line', 'it cannot be read');
      return false;
    }
    body.endStream();
    lastNote = text;
    hasEnded = parts.note(line.note, `${text}\n`);
    return true;
  };

  return {
    totals: parts.totals,
    hasEnded: () => hasEnded,
    lastNote: () => lastNote,
    block(block, begins, until = Number.POSITIVE_INFINITY) {
      const { bytes } = block;
      const source = sourceOf(bytes);
      for (let start = begins; start < bytes.length; ) {
        number += 1;
        findings.look(number);
        const { entries, end } = hasEnded || !source ? NONE : body.written(source, start);
        if (entries > 0) {
          parts.entries(entries, end - start);
          number += entries - 1;
          start = end;
          continue;
        }
        const line = lineAt(block, start);
        const isNote = read(line, bytes);
        if (isNote && start > until) return line.end;
        start = line.end;
      }
      return null;
    },
    end: body.endStream,
  };
}
