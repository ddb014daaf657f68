import type { Verifier } from '../../../tlog/keys.ts';
import { NO_TOTALS } from '../format.ts';
import { type Begun, cosignersOf, readBegin } from './begin.ts';
import type { ExportCheck, ExportFinding, ExportFindingKind } from './findings.ts';
import { blocksOf, lineAt } from './lines.ts';
import { beforeFirst } from './part-check.ts';
import { createReading, type Findings, type Reading } from './reading.ts';
import { checkScope } from './scope-check.ts';

/** Whom to believe: what came from elsewhere than the export. */
export type ExportAnchors = {
  readonly key: Verifier;
  readonly witnesses: readonly Verifier[];
  /** So many of the witnesses must have signed the checkpoint. */
  readonly quorum: number;
};

export type OnProgress = (soFar: { readonly bytes: number; readonly entries: number }) => void;

export const FINDINGS_MAX = 100;

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
  let whole = null as Whole | null;
  for await (const block of blocksOf(chunks)) {
    let from = 0;
    if (!whole) {
      if (block.bytes.length === 0) continue;
      found.look(1);
      const first = lineAt(block, 0);
      const begun = readBegin(first.text, anchors.key);
      if ('kind' in begun) {
        found.add(begun.kind, begun.detail);
        return { ...NOTHING, ...found.sum() };
      }
      whole = readWhole(begun, `${first.text}\n`, anchors, found);
      from = first.end;
    }
    whole.reading.block(block, from);
    onProgress(whole.reading.totals());
  }
  found.look(0);
  if (!whole) {
    found.add('end', 'the file is empty');
    return { ...NOTHING, ...found.sum() };
  }
  return { ...whole.end(), ...found.sum() };
}

const NOTHING = { about: null, totals: NO_TOTALS, notes: [], checkpoint: null, cosignedBy: [] };

function createFindings() {
  const findings: ExportFinding[] = [];
  let [findingCount, line] = [0, 0];
  return {
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

type Whole = { readonly reading: Reading; end(): Omit<ExportCheck, 'findings' | 'findingCount'> };

function readWhole(begun: Begun, firstLine: string, anchors: ExportAnchors, findings: Findings): Whole {
  const notes: string[] = [];
  const noted = (words: string): boolean => notes.length < FINDINGS_MAX && notes.push(words) > 0;
  const scope = checkScope(begun.about.scope, findings.add, noted);
  const before = beforeFirst(firstLine);
  const reading = createReading({ begun, before, number: 1, key: anchors.key, scope, findings });
  return {
    reading,
    end() {
      reading.end();
      if (!reading.hasEnded()) findings.add('end', 'there is no last line');
      scope.end();
      return { ...sealOf(begun, anchors, findings.add), totals: reading.totals(), notes };
    },
  };
}

/** What an export rests on, and who has signed it. */
export function sealOf(
  { about, origin, tree }: Begun,
  { witnesses, quorum }: ExportAnchors,
  found: Findings['add'],
): Pick<ExportCheck, 'about' | 'checkpoint' | 'cosignedBy'> {
  const cosignedBy = cosignersOf(about.checkpoint, witnesses);
  if (cosignedBy.length < quorum) found('witnesses', `${cosignedBy.length} of ${witnesses.length}, ${quorum} demanded`);
  return { about, checkpoint: { origin, size: tree.size }, cosignedBy };
}
