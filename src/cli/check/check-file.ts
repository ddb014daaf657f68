import { statSync } from 'node:fs';
import { checkExport, type ExportAnchors, type OnProgress } from '../../audit/export/check/check.ts';
import type { ExportCheck } from '../../audit/export/check/findings.ts';
import { blocksOf, lineAt } from '../../audit/export/check/lines.ts';
import { type Beside, checkSideBySide } from '../../audit/export/check/side-by-side.ts';
import { chunksOf } from '../../files/chunks.ts';
import { type About, segmentedFile } from './segmented-file.ts';
import { keepThread, keptThread, type Thread } from './thread.ts';

const MIB = 1024 ** 2;
/** A segment is found by reading on to its first note: half a part on an average, a thirtieth of the time that the shortest one takes. */
const SEGMENT_BYTES = { least: 8 * MIB, most: 32 * MIB };
/** So many are enough to keep two lanes busy to the end. */
const SEGMENTS = 32;
/** Of fewer, a second thread would have begun when the first one is done. */
const SEGMENTS_MIN = 4;
/** Until it has checked so much, V8 needs the other processor to compile what runs here. */
const WARM_SEGMENTS = 2;

export type CheckFileOptions = {
  readonly onProgress?: OnProgress;
  readonly segmentBytes?: number;
  /** Begins a second thread, or gives the one there is. */
  readonly thread?: () => Thread | null;
};

/**
 * Checks the file of an export, a long one in two threads. Where not everything holds it is read once more, in its order.
 * @throws what the file system does
 */
export async function checkFile(
  path: string,
  anchors: ExportAnchors,
  { onProgress, thread = keepThread, ...options }: CheckFileOptions = {},
): Promise<ExportCheck> {
  const sizeBytes = statSync(path).size;
  const segmentBytes = options.segmentBytes ?? segmentBytesFor(sizeBytes);
  if (sizeBytes >= SEGMENTS_MIN * segmentBytes) {
    const about = { path, first: await firstLine(path), sizeBytes, segmentBytes };
    const file = segmentedFile(about, anchors.key);
    const sound = file && (await checkSideBySide(file, anchors, besideOf(about, anchors, thread), onProgress));
    if (sound) return sound;
  }
  return checkExport(chunksOf(path), anchors, onProgress);
}

function segmentBytesFor(sizeBytes: number): number {
  return Math.min(SEGMENT_BYTES.most, Math.max(SEGMENT_BYTES.least, Math.ceil(sizeBytes / SEGMENTS)));
}

function besideOf(about: About, { key }: ExportAnchors, thread: () => Thread | null): Beside {
  return {
    after: keptThread() ? 0 : WARM_SEGMENTS,
    open: () => thread()?.lane(about, key.line) ?? (async () => undefined),
  };
}

/** '' when there is none. */
async function firstLine(path: string): Promise<string> {
  for await (const block of blocksOf(chunksOf(path))) return lineAt(block, 0).text ?? '';
  return '';
}
