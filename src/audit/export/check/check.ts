import type { Verifier } from '../../../tlog/keys.ts';
import { NO_TOTALS } from '../format.ts';
import { type Begun, cosignersOf, readBegin } from './begin.ts';
import { checkBody } from './body-check.ts';
import type { ExportCheck, ExportFinding, ExportFindingKind } from './findings.ts';
import { type Block, blocksOf, lineAt, type RawLine } from './lines.ts';
import { checkParts } from './part-check.ts';
import { readLine } from './read-line.ts';
import { checkScope } from './scope-check.ts';
import { sourceOf } from './written-entry.ts';

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
  for await (const block of blocksOf(chunks)) {
    let from = 0;
    if (!reading) {
      if (block.bytes.length === 0) continue;
      found.look(1);
      const first = lineAt(block, 0);
      const begun = readBegin(first.text, anchors.key);
      if ('kind' in begun) {
        found.add(begun.kind, begun.detail);
        return { ...NOTHING, ...found.sum() };
      }
      reading = createReading(begun, first, { key: anchors.key, findings: found });
      from = first.end;
    }
    reading.block(block, from);
    onProgress(reading.totals());
  }
  found.look(0);
  if (!reading) {
    found.add('end', 'the file is empty');
    return { ...NOTHING, ...found.sum() };
  }
  return { ...reading.end(anchors), ...found.sum() };
}

const NONE = { entries: 0, end: 0 };
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
type Reader = { readonly key: Verifier; readonly findings: ReturnType<typeof createFindings> };

/** Reads on behind the first line. */
function createReading({ about, tree, origin }: Begun, { text }: RawLine, { key, findings }: Reader) {
  const notes: string[] = [];
  const found = findings.add;
  const scope = checkScope(about.scope, found, (words) => notes.length < FINDINGS_MAX && notes.push(words));
  const parts = checkParts(about, `${text}\n`, key, found);
  const body = checkBody(about, tree, scope, found);
  let number = 1;
  let hasEnded = false;

  const read = ({ text, start, end }: RawLine, bytes: Buffer): void => {
    if (hasEnded) {
      found('end', 'a line behind the last one');
      return;
    }
    const line = text === null ? null : readLine(text);
    if (!line || !('note' in line)) {
      parts.line(line, bytes.subarray(start, end));
      if (line) body.line(line);
      else found('line', 'it cannot be read');
      return;
    }
    body.endStream();
    hasEnded = parts.note(line.note, `${text}\n`);
  };

  return {
    totals: parts.totals,
    /** @param begins where the first line does that is to be read */
    block(block: Block, begins: number): void {
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
        read(line, bytes);
        start = line.end;
      }
    },
    end({ witnesses, quorum }: ExportAnchors): Omit<ExportCheck, 'findings' | 'findingCount'> {
      body.endStream();
      if (!hasEnded) found('end', 'there is no last line');
      scope.end();
      const cosignedBy = cosignersOf(about.checkpoint, witnesses);
      if (cosignedBy.length < quorum)
        found('witnesses', `${cosignedBy.length} of ${witnesses.length}, ${quorum} demanded`);
      return { about, totals: parts.totals(), notes, checkpoint: { origin, size: tree.size }, cosignedBy };
    },
  };
}
