import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the suites find the server that was built for them; absent: it runs from its sources. */
export const BUILT_SERVER = 'TEST_BUILT_SERVER';

/**
 * Builds the server once for all suites that run it in a process of its own: from its sources each start takes three seconds of
 * processor time more. Beside the packages, where it finds them.
 * @returns its folder; null when it cannot be built, and runs from its sources
 */
export async function buildServer(root: string): Promise<string | null> {
  const folder = join(root, 'node_modules', '.cache', `callistra-test-${process.pid}`);
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const code = await new Promise((resolve) => {
    // Types are checked where all are checked.
    const options = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', folder];
    const child = spawn(compiler, options, { cwd: root, stdio: 'ignore' });
    child.on('error', resolve);
    child.on('close', resolve);
  });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  if (code !== 0) return null;
  // What the compiler leaves behind.
  for (const beside of [join('src', 'console', 'assets'), join('src', 'cli', 'demo', 'members.csv')])
    cpSync(join(root, beside), join(folder, beside), { recursive: true });
  return folder;
}
