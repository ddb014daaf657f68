import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the suites find the programs that were built for them; absent: these run from their sources. */
export const BUILT = 'TEST_BUILT';

/** What suites start in a process of its own, beside the server. */
const PROGRAMS = ['test/**/*-process.ts', 'test/**/*-child.ts'];

/**
 * Builds the server, and what suites start beside it, once for all of them: from its sources each start takes up to three seconds of
 * processor time more. Beside the packages, where it finds them.
 * @returns its folder; null when it cannot be built, and runs from its sources
 */
export async function build(root: string): Promise<string | null> {
  const folder = join(root, 'node_modules', '.cache', `callistra-test-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const project = join(folder, 'tsconfig.json');
  const include = ['src', 'projections', ...PROGRAMS].map((path) => join(root, path));
  // Types are checked where all are checked.
  const compilerOptions = { rootDir: root, outDir: folder, noCheck: true };
  writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.build.json'), compilerOptions, include }));
  const code = await new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'tsc'), ['-p', project], { cwd: root, stdio: 'ignore' });
    child.on('error', resolve);
    child.on('close', resolve);
  });
  if (code !== 0) return null;
  // What the compiler leaves behind.
  for (const beside of [join('src', 'console', 'assets'), join('src', 'cli', 'demo', 'members.csv')])
    cpSync(join(root, beside), join(folder, beside), { recursive: true });
  return folder;
}
