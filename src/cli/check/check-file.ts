import { statSync } from 'node:fs';
import { checkExport, type ExportAnchors, type OnProgress } from '../../audit/export/check/check.ts';
import type { ExportCheck } from '../../audit/export/check/findings.ts';
import { blocksOf, lineAt } from '../../audit/export/check/lines.ts';
import { checkSideBySide } from '../../audit/export/check/side-by-side.ts';
import { chunksOf } from '../../files/chunks.ts';
import { segmentedFile } from './segmented-file.ts';
import { keepThread, type Thread } from './thread.ts';

const MIB = 1024 ** 2;
/** A segment is found by reading on to its first note: half a part on an average, a thirtieth of the time that the shortest one takes. */
const SEGMENT_BYTES = { least: 8 * MIB, most: 32 * MIB };
/** So many are enough to keep two lanes busy to the end. */
const SEGMENTS = 32;
/** Of fewer, a second thread would have begun when the first one is done. */
const SEGMENTS_MIN = 4;
/** The same of the first file of a process: both threads have their code compiled anew, by the same two processors. */
const SEGMENTS_MIN_COLD = 24;
/** Until the first thread has checked so much, that is left to it. */
const WARM_SEGMENTS = 2;

export type CheckFileOptions = { readonly onProgress?: OnProgress; readonly segmentBytes?: number };

/**
 * Checks the file of an export, a long one in two threads. Where not everything holds it is read once more, in its order.
 * @throws what the file system does
 */
export type CheckFile = (path: string, anchors: ExportAnchors, options?: CheckFileOptions) => Promise<ExportCheck>;

/** @param thread begins a second thread, or gives the one there is; null: there is none to be had */
export function createCheckFile(thread: () => Thread | null): CheckFile {
  let isWarm = false;
  return async (path, anchors, { onProgress, ...options } = {}) => {
    const sizeBytes = statSync(path).size;
    const segmentBytes = options.segmentBytes ?? segmentBytesFor(sizeBytes);
    const after = isWarm ? 0 : WARM_SEGMENTS;
    const isLong = sizeBytes >= segmentBytes * (isWarm ? SEGMENTS_MIN : SEGMENTS_MIN_COLD);
    isWarm ||= sizeBytes >= segmentBytes * SEGMENTS_MIN;
    if (isLong) {
      const about = { path, first: await firstLine(path), sizeBytes, segmentBytes };
      const file = segmentedFile(about, anchors.key);
      const open = () => thread()?.lane(about, anchors.key.line) ?? (async () => undefined);
      const sound = file && (await checkSideBySide(file, anchors, { after, open }, onProgress));
      if (sound) return sound;
    }
    return checkExport(chunksOf(path), anchors, onProgress);
  };
}

/** One for this process: what it remembers is true of the process. */
export const checkFile = createCheckFile(keepThread);

function segmentBytesFor(sizeBytes: number): number {
  return Math.min(SEGMENT_BYTES.most, Math.max(SEGMENT_BYTES.least, Math.ceil(sizeBytes / SEGMENTS)));
}

/** '' when there is none. */
async function firstLine(path: string): Promise<string> {
  for await (const block of blocksOf(chunksOf(path))) return lineAt(block, 0).text ?? '';
  return '';
}
