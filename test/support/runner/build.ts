import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the suites find the programs that were built for them; absent: these run from their sources. */
export const BUILT = 'TEST_BUILT';

/** What suites start in a process of its own, beside the server. */
const PROGRAM = /-(process|child)\.ts$/;

/**
 * Builds the server as it is shipped, and what suites start beside it, once for all of them: from its sources each start takes up to
 * three seconds of processor time more. Beside the packages, where it finds them.
 * @returns its folder; null when it cannot be built, and runs from its sources
 */
export async function build(root: string): Promise<string | null> {
  const folder = join(root, 'node_modules', '.cache', `callistra-test-${process.pid}`);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const programs = readdirSync(join(root, 'test'), { encoding: 'utf8', recursive: true }).filter((path) =>
    PROGRAM.test(path),
  );
  const args = ['--out', folder, ...programs.map((path) => join('test', path))];
  const code = await new Promise((resolve) => {
    const child = spawn(join(root, '.ci', 'build'), args, { stdio: 'inherit' });
    child.on('error', resolve);
    child.on('close', resolve);
  });
  return code === 0 ? folder : null;
}
