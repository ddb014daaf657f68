import { readBegin } from '../../audit/export/check/begin.ts';
import type { SegmentedFile } from '../../audit/export/check/side-by-side.ts';
import { chunkBuffers, chunksOf } from '../../files/chunks.ts';
import type { Verifier } from '../../tlog/keys.ts';

/** What two threads have to agree on. `first`: the file's first line, without its newline. */
export type About = {
  readonly path: string;
  readonly first: string;
  readonly sizeBytes: number;
  readonly segmentBytes: number;
};

/** Null when the first line cannot be believed. One segment is read at a time. */
export function segmentedFile({ path, first, ...sizes }: About, key: Verifier): SegmentedFile | null {
  const begun = readBegin(first, key);
  const buffers = chunkBuffers();
  return 'kind' in begun ? null : { ...sizes, first, begun, key, read: (from) => chunksOf(path, from, buffers) };
}
