import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { END_OF_OUTPUT, type Ended, type Result, type SuiteNews } from './suites.ts';

/** A suite that hangs is a failure, not a wait. Of one suite: how long all take is a matter of the machine. */
const LIMIT_MS = 15 * 60_000;
const GRACE_MS = 10_000;
const PROCESS = fileURLToPath(new URL('suite-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export type Lane = {
  readonly folder: string;
  /** Takes the next suite from those that wait; undefined: none is left for this lane. */
  next(): string | undefined;
  /** Whether its output is shown as it comes, or suite by suite, so that lanes side by side do not mix theirs. */
  readonly isLive: boolean;
};

/** Runs suites one after the other in a process of their own, and in another one when that has ended in their midst. */
export async function runLane(lane: Lane): Promise<Result[]> {
  const results: Result[] = [];
  for (let suite = lane.next(); suite !== undefined; suite = lane.next()) {
    results.push(...(await runProcess(lane, suite)));
  }
  return results;
}

function runProcess({ folder, next, isLive }: Lane, first: string): Promise<Result[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROCESS, folder], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  showOutput(child, isLive);
  const hang = setTimeout(() => {
    // Asked first, so that it can end what it has started.
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  }, LIMIT_MS);
  const results: Result[] = [];
  let [suite, startMs, state]: [string | undefined, number, SuiteNews['state']] = [undefined, 0, 'loading'];
  const run = (name: string | undefined): void => {
    [suite, startMs, state] = [name, performance.now(), 'loading'];
    hang.refresh();
    // A process that has ended meanwhile says so by its end.
    child.send(name === undefined ? { end: true } : { run: name }, () => {});
  };
  // Others speak over the same channel, such as the loader.
  child.on('message', (news: Partial<SuiteNews>) => {
    if (news.suite === undefined || news.suite !== suite) return;
    state = news.state ?? state;
    if (news.state !== 'ended') return;
    results.push({ ...(news as Ended), suite, ms: performance.now() - startMs });
    run(next());
  });
  run(first);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(hang);
      const end = signal ?? code ?? 0;
      if (suite !== undefined) results.push(lost(suite, performance.now() - startMs, state, end));
      else if (end !== 0) results.push(lost(results.at(-1)?.suite ?? first, 0, 'ended', end));
      resolve(results);
    });
  });
}

function showOutput({ stdout }: ChildProcess, isLive: boolean): void {
  let waiting = '';
  stdout?.setEncoding('utf8');
  stdout?.on('data', (chunk: string) => {
    const parts = (waiting + chunk).split(END_OF_OUTPUT);
    waiting = isLive ? '' : (parts.pop() ?? '');
    process.stdout.write(parts.join(''));
  });
  stdout?.on('close', () => process.stdout.write(waiting));
}

/** Of a suite with which its process ended. */
function lost(suite: string, ms: number, state: SuiteNews['state'], end: string | number): Result {
  const when = {
    loading: 'was being loaded when its process ended',
    running: 'ended in its midst, and its process with it',
    ended: 'was the last that its process ran, which then ended',
  }[state];
  return { suite, ms, passed: 0, failed: 1, skipped: 0, problem: `${when} (${end})`, failures: [] };
}
