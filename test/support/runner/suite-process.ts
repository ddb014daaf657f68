import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failuresIn } from './failures.ts';
import { END_OF_OUTPUT, type Ended, type Failure, type SuiteNews } from './suites.ts';

/**
 * The process in which suites run one after the other, as it is told: `node --import tsx suite-process.ts FOLDER`. It stands
 * where uvu's own command would, which leaves out without a word what registers nothing and what a hook has stopped. Here
 * every suite is told of when it begins and when it ends, so that whoever started the process misses those that did not.
 */

/** What uvu keeps of a suite on which `run()` was called: errors are true when it has nothing to print. */
type Run = () => Promise<readonly [errors: string | true, passed: number, skipped: number, total: number]>;

type Uvu = { UVU_DEFER: number; UVU_INDEX: number; UVU_QUEUE: Run[][] };

const [folder = '.'] = process.argv.slice(2);
const uvu = globalThis as typeof globalThis & Uvu;
// Set before uvu is loaded: suites are queued here, by the file that is being imported, and wait for their turn.
uvu.UVU_DEFER = 1;
uvu.UVU_INDEX = 0;
uvu.UVU_QUEUE = [[]];

process.on('message', ({ run, end }: { readonly run?: string; readonly end?: true }) => {
  if (run !== undefined) void suite(run);
  if (end === undefined) return;
  // What a suite's own code may have set says nothing of the suites.
  process.exitCode = 0;
  process.disconnect();
});

async function suite(name: string): Promise<void> {
  // A suite that waits for what nothing will ever do ends the process at once.
  process.channel?.unref();
  process.stdout.write(`\n\u001b[1m${name}\u001b[22m\n`);
  await tell({ suite: name, state: 'loading' });
  const ended = await endOf(name);
  process.stdout.write(END_OF_OUTPUT);
  process.channel?.ref();
  await tell({ suite: name, state: 'ended', ...ended });
}

async function endOf(name: string): Promise<Ended> {
  const runs: Run[] = [];
  uvu.UVU_QUEUE = [runs];
  try {
    await import(pathToFileURL(join(folder, name)).href);
  } catch (error) {
    return failed(`could not be loaded: ${textOf(error)}`);
  }
  await tell({ suite: name, state: 'running' });
  return all(runs);
}

/** Runs what a file has queued. */
async function all(runs: readonly Run[]): Promise<Ended> {
  if (runs.length === 0) return failed('registers no suite: run() was not called');
  const [sum, problems] = [{ passed: 0, failed: 0, skipped: 0, failures: [] as Failure[] }, [] as string[]];
  for (const run of runs) {
    const { passed, failed, skipped, problem, failures } = await one(run);
    sum.failures.push(...failures);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    if (problem !== null) problems.push(problem);
  }
  if (sum.passed + sum.failed + sum.skipped === 0) return failed('has no test');
  return { ...sum, problem: problems.join('; ') || null };
}

async function one(run: Run): Promise<Ended> {
  try {
    const [errors, passed, skipped, total] = await run();
    if (errors !== true) process.stdout.write(`\n${errors}\n`);
    const silent = errors === true && passed < total;
    const problem = silent
      ? `stopped without a word after ${passed} of ${total} tests: a hook threw, or an error has no text that uvu can print`
      : null;
    const failures = errors === true ? [] : failuresIn(errors);
    return { passed, failed: total - passed, skipped, problem, failures };
  } catch (error) {
    // How many tests have passed before is lost with it.
    return failed(`a hook after the tests threw: ${textOf(error)}`);
  }
}

function failed(problem: string): Ended {
  return { passed: 0, failed: 1, skipped: 0, problem, failures: [] };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Resolves when the news has left this process, which the next suite may end. */
function tell(news: SuiteNews): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(news, undefined, undefined, () => resolve());
    else resolve();
  });
}
