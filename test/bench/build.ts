import { execFile } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Compiles the workers, and with them the server that they measure: as it is shipped, without a loader in its process,
 * which would be a third of its memory. Inside the project, so that its packages are found from there; removed when
 * this process ends.
 * @returns the folder of the compiled workers
 */
export async function buildWorkers(): Promise<string> {
  await mkdir(join(ROOT, 'bench-results'), { recursive: true });
  const outDir = await mkdtemp(join(ROOT, 'bench-results', 'build-'));
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
  const said = await compile(outDir);
  // What the compiler leaves behind.
  const assets = join('src', 'console', 'assets');
  cpSync(join(ROOT, assets), join(outDir, assets), { recursive: true });
  const workersDir = join(outDir, 'test', 'bench', 'workers');
  if (existsSync(workersDir)) return workersDir;
  throw new Error(`the workers could not be compiled:\n${said}`);
}

/** Errors of types are for `npm run typecheck`: what was written is complete without them. */
function compile(outDir: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(ROOT, 'test', 'bench', 'tsconfig.json'), '--outDir', outDir];
  return new Promise((resolve) =>
    execFile(process.execPath, args, (_error, stdout, stderr) => resolve(stdout + stderr)),
  );
}
