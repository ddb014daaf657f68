import type { Verifier } from '../../../tlog/keys.ts';
import { type Line, NO_TOTALS } from '../format.ts';
import { type Begun, cosignersOf, readBegin } from './begin.ts';
import type { ExportCheck, ExportFinding, ExportFindingKind } from './findings.ts';
import { linesOf, type RawLine } from './lines.ts';
import { checkParts } from './part-check.ts';
import { readLine } from './read-line.ts';
import { checkScope } from './scope-check.ts';
import { checkStream, type StreamCheck } from './stream-check.ts';

/** Whom to believe: what came from elsewhere than the export. */
export type ExportAnchors = {
  readonly key: Verifier;
  readonly witnesses: readonly Verifier[];
  /** So many of the witnesses must have signed the checkpoint. */
  readonly quorum: number;
};

type OnProgress = (soFar: { readonly bytes: number; readonly entries: number }) => void;

const FINDINGS_MAX = 100;

/**
 * Checks an export by itself: without database, log or network. Memory does not grow with it.
 * @param chunks the bytes of the file, in their order
 */
export async function checkExport(
  chunks: AsyncIterable<Buffer>,
  anchors: ExportAnchors,
  onProgress: OnProgress = () => {},
): Promise<ExportCheck> {
  const found = createFindings();
  let reading = null as Reading | null;
  let number = 0;
  for await (const { bytes, lines } of linesOf(chunks)) {
    let from = 0;
    for (const line of lines) {
      number += 1;
      found.look(number);
      if (!reading) {
        const begun = readBegin(line.text, anchors.key);
        if ('kind' in begun) {
          found.add(begun.kind, begun.detail);
          return { ...NOTHING, ...found.sum() };
        }
        reading = createReading(begun, line, { key: anchors.key, found: found.add });
        from = line.end;
      } else from = reading.line(line, bytes, from);
    }
    if (!reading) continue;
    reading.bytes(bytes.subarray(from));
    onProgress(reading.totals());
  }
  found.look(0);
  if (!reading) {
    found.add('end', 'the file is empty');
    return { ...NOTHING, ...found.sum() };
  }
  return { ...reading.end(anchors), ...found.sum() };
}

const NOTHING = { about: null, totals: NO_TOTALS, notes: [], checkpoint: null, cosignedBy: [] };

function createFindings() {
  const findings: ExportFinding[] = [];
  let [findingCount, line] = [0, 0];
  return {
    /** @param number of the line that is looked at; 0: all of them */
    look(number: number): void {
      line = number;
    },
    add: (kind: ExportFindingKind, detail: string): void => {
      findingCount += 1;
      if (findings.length < FINDINGS_MAX) findings.push({ line, kind, detail });
    },
    sum: () => ({ findings, findingCount }),
  };
}

type Reading = ReturnType<typeof createReading>;
type Reader = {
  readonly key: Verifier;
  readonly found: (kind: ExportFindingKind, detail: string) => void;
};

/** Reads on behind the first line. */
function createReading({ about, tree, origin }: Begun, { text }: RawLine, { key, found }: Reader) {
  const notes: string[] = [];
  const scope = checkScope(about.scope, found, (words) => notes.length < FINDINGS_MAX && notes.push(words));
  const parts = checkParts(about, `${text}\n`, key, found);
  const checkpoint = { note: about.checkpoint, tree };
  let stream: StreamCheck | null = null;
  let hasEnded = false;
  const endStream = (): void => {
    stream?.end();
    stream = null;
  };

  const ofStream = (line: Exclude<Line, { note: string }>) => {
    if ('entry' in line) {
      if (!stream) return found('line', 'an entry of no stream');
      stream.entry(line.entry);
      return scope.entry(stream.name, line.entry);
    }
    if ('withheld' in line) {
      const { version, reason } = line.withheld;
      if (!stream) return found('line', 'an entry of no stream');
      if (!isNamed(reason)) found('withheld', `entry ${version} of ${stream.name}`);
      stream.withheld(line.withheld);
      return scope.withheld(stream.name, version);
    }
    endStream();
    if ('left' in line) return scope.left(line.left);
    scope.stream(line.stream.name);
    stream = checkStream(line.stream, checkpoint, found);
  };

  return {
    totals: parts.totals,
    bytes: parts.bytes,
    /**
     * @param from up to where the bytes before it were hashed
     * @returns the same, behind this line
     */
    line(raw: RawLine, bytes: Buffer, from: number): number {
      if (hasEnded) {
        found('end', 'a line behind the last one');
        return raw.end;
      }
      const line = raw.text === null ? null : readLine(raw.text);
      if (!line || !('note' in line)) {
        parts.line(line, raw.end - raw.start);
        if (line) ofStream(line);
        else found('line', 'it cannot be read');
        return from;
      }
      endStream();
      parts.bytes(bytes.subarray(from, raw.start));
      hasEnded = parts.note(line.note, `${raw.text}\n`);
      return raw.end;
    },
    end({ witnesses, quorum }: ExportAnchors): Omit<ExportCheck, 'findings' | 'findingCount'> {
      endStream();
      if (!hasEnded) found('end', 'there is no last line');
      scope.end();
      const cosignedBy = cosignersOf(about.checkpoint, witnesses);
      if (cosignedBy.length < quorum)
        found('witnesses', `${cosignedBy.length} of ${witnesses.length}, ${quorum} demanded`);
      return { about, totals: parts.totals(), notes, checkpoint: { origin, size: tree.size }, cosignedBy };
    },
  };

  function isNamed(reason: string): boolean {
    return reason !== '' && about.withhold.some((each) => each.reason === reason);
  }
}
