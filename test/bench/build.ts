import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKERS = join('test', 'bench', 'workers');

/**
 * Builds the workers, and with them the server that they measure: as it is shipped, without a loader in its process,
 * which would be a third of its memory. Inside the project, so that its packages are found from there; removed when
 * this process ends.
 * @returns the folder of the built workers
 */
export async function buildWorkers(): Promise<string> {
  mkdirSync(join(ROOT, 'bench-results'), { recursive: true });
  const outDir = mkdtempSync(join(ROOT, 'bench-results', 'build-'));
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
  const workers = readdirSync(join(ROOT, WORKERS)).map((name) => join(WORKERS, name));
  await promisify(execFile)(join(ROOT, '.ci', 'build'), ['--out', outDir, ...workers]);
  return join(outDir, WORKERS);
}
