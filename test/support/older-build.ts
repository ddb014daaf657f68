import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import { type TempDir, tempDir } from './temp-dir.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The last build before calls had readings, claims and counted events. Nothing was deployed by then, so it stands for the release
 * that a new one finds running. It stays pinned: what it wrote is read for as long as the log stands.
 */
export const BEFORE_READINGS = 'db77c29b3c5350cd1ec45ab0a7ca879afc6f0005';

/** Why a build of the past cannot be had here; null when it can. */
export function whyNoBuild(commit: string): string | null {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT, stdio: 'ignore' });
    return null;
  } catch {
    return `needs the project's history: git does not find ${commit.slice(0, 7)} here; in a shallow clone: git fetch --unshallow`;
  }
}

/** One test that is counted as skipped; the suite's name says why, which is what uvu prints. */
export function skipWithoutBuild(name: string, why: string): void {
  const test = suite(`${name} (skipped: ${why})`);
  test.skip(why, () => undefined);
  test.run();
}

/**
 * The source of a build of the past in a directory of its own, with the packages of today. Not a worktree: git keeps no note of it.
 */
export async function unpackBuild(commit: string): Promise<TempDir> {
  const folder = await tempDir(`build-${commit.slice(0, 7)}`);
  const archive = spawn(
    'git',
    ['archive', '--format=tar', commit, 'package.json', 'tsconfig.json', 'src', 'projections'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const unpacking = promisify(execFile)('tar', ['-x', '-C', folder.path]);
  archive.stdout.pipe(unpacking.child.stdin!);
  await Promise.all([unpacking, once(archive, 'close')]);
  await access(folder.file('src/main.ts'));
  await symlink(join(ROOT, 'node_modules'), folder.file('node_modules'));
  return folder;
}
