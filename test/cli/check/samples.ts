import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { About } from '../../../src/cli/check/segmented-file.ts';

/** An export that somebody was given. */
export const GIVEN = fileURLToPath(new URL('../../audit/export/golden/member.ndjson', import.meta.url));

export async function given(): Promise<About> {
  const bytes = await readFile(GIVEN);
  const first = bytes.toString('utf8', 0, bytes.indexOf('\n'));
  return { path: GIVEN, first, sizeBytes: bytes.length, segmentBytes: 1_000 };
}
