import * as assert from 'uvu/assert';
import { readBegin } from '../../../src/audit/export/check/begin.ts';
import type { ExportAnchors } from '../../../src/audit/export/check/check.ts';
import type { ExportCheck } from '../../../src/audit/export/check/findings.ts';
import { checkSegment } from '../../../src/audit/export/check/segment.ts';
import { type Beside, checkSideBySide, type SegmentedFile } from '../../../src/audit/export/check/side-by-side.ts';

export const SMALLEST = 997;

/** Bytes as a file that is read in segments; null when its first line cannot be believed. */
export function segmented(bytes: Buffer, { key }: ExportAnchors, segmentBytes: number): SegmentedFile | null {
  const first = bytes.toString('utf8', 0, Math.max(0, bytes.indexOf('\n')));
  const begun = readBegin(first, key);
  if ('kind' in begun) return null;
  async function* read(from: number): AsyncGenerator<Buffer> {
    for (let at = from; at < bytes.length; at += SMALLEST) yield bytes.subarray(at, at + SMALLEST);
  }
  return { begun, key, segmentBytes, read, first, sizeBytes: bytes.length };
}

/** A second lane that reads the same bytes. */
export function besideOf(file: SegmentedFile, after = 0): Beside {
  return { after, open: () => (number) => checkSegment(file, number) };
}

/** Two lanes must let pass what holds, say the same of it, and nothing else, wherever segments are cut. */
export async function agreeing(bytes: Buffer, anchors: ExportAnchors, check: ExportCheck): Promise<void> {
  for (const cuts of [2, 7]) {
    const file = segmented(bytes, anchors, Math.max(SMALLEST, Math.ceil(bytes.length / cuts)));
    const found = file && (await checkSideBySide(file, anchors, besideOf(file)));
    assert.equal(found, check.findingCount === 0 ? check : null, 'two lanes, against one');
  }
}
