import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TempDir = {
  readonly path: string;
  /** The path of a file in it, there or not. */
  file(name: string): string;
  remove(): Promise<void>;
};

/** A directory of a test's own. */
export async function tempDir(name: string): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), `callistra-${name}-`));
  return { path, file: (file) => join(path, file), remove: () => rm(path, { recursive: true, force: true }) };
}
