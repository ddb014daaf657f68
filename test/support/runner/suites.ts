import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** What the process of the suites tells. */
export type SuiteNews =
  | { readonly suite: string; readonly state: 'loading' | 'running' }
  | ({ readonly suite: string; readonly state: 'ended'; readonly problem: string | null } & Counts);

/** How suites went; a problem is what no test of a suite has said itself, with the suite's name before it. */
export type Result = Counts & { readonly problems: readonly string[] };

/** A suite that hangs is a failure, not a wait. Of one suite: how long all take is a matter of the machine. */
const LIMIT_MS = 15 * 60_000;
const GRACE_MS = 10_000;
const PROCESS = fileURLToPath(new URL('suite-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The suites of a folder, `app/notices.test.ts`, in the order in which they run.
 * @param pattern those whose name matches; whatever it says, nothing but a suite is one
 */
export function suitesIn(folder: string, pattern: string): string[] {
  const wanted = new RegExp(pattern, 'i');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.test.ts') && wanted.test(name)).sort((a, b) => a.localeCompare(b));
}

/**
 * Runs suites in a process of their own.
 * @param isLive whether its output is shown as it comes, or in one piece at its end
 */
export function runSuites(folder: string, names: readonly string[], isLive: boolean): Promise<Result> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROCESS, folder, ...names], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const hang = setTimeout(() => {
    // Asked first, so that it can end what it has started.
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  }, LIMIT_MS);
  // Who waits anyway gives way.
  if (!isLive && child.pid !== undefined) setPriority(child.pid, 10);
  const known = new Map<string, SuiteNews>();
  // Others speak over the same channel, such as the loader.
  child.on('message', (news: Partial<SuiteNews>) => {
    if (news.suite === undefined) return;
    known.set(news.suite, news as SuiteNews);
    hang.refresh();
  });
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    if (isLive) process.stdout.write(chunk);
    else output.push(chunk);
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(hang);
      process.stdout.write(Buffer.concat(output));
      resolve(resultOf(names, known, signal ?? code ?? 0));
    });
  });
}

function resultOf(names: readonly string[], known: ReadonlyMap<string, SuiteNews>, end: string | number): Result {
  const [sum, problems] = [{ passed: 0, failed: 0, skipped: 0 }, [] as string[]];
  for (const name of names) {
    const { passed, failed, skipped, problem } = endOf(known.get(name), end);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    if (problem !== null) problems.push(`${name} ${problem}`);
  }
  if (end === 0 || sum.failed > 0) return { ...sum, problems };
  return { ...sum, failed: 1, problems: [`the process of ${names[0]} and others ended with ${end} after all of them`] };
}

/** Of a suite that has not ended: which one ended the process, and which were never reached. */
function endOf(news: SuiteNews | undefined, end: string | number): Counts & { readonly problem: string | null } {
  if (news?.state === 'ended') return news;
  const lost = { passed: 0, failed: 1, skipped: 0 };
  if (news?.state === 'running') return { ...lost, problem: `ended in its midst, and its process with it (${end})` };
  return { ...lost, problem: `did not run: its process ended before (${end})` };
}
