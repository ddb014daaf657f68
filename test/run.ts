import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Runs the suites and ends with a line of counts. A run of its own around uvu, because uvu stops a suite without a word and
 * exits with 0 when it cannot print the error of a test (an Error whose `details` is an object, as those of the Azure SDK).
 * Usage: `npm test`, or `npm test -- PATTERN` for files whose path matches.
 */
const [pattern] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
/** A suite that hangs is a failure, not a wait. */
const LIMIT_MS = 15 * 60_000;

/** Suites that mostly wait, for whole seconds of a queue or for processes: they run beside the others. */
const PATIENT = '(adapters/queues/|e2e/identity|e2e/instances|e2e/kill|log/tables/|simulator/)';
const parts = pattern === undefined ? [`^(?!.*${PATIENT}).*\\.test\\.ts$`, `${PATIENT}.*\\.test\\.ts$`] : [pattern];

type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const counts = await Promise.all(parts.map((part, index) => runPart(part, index === 0)));
const sum = (label: keyof Counts): number => counts.reduce((total, each) => total + each[label], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
const isNothing = passed + failed + skipped === 0;
if (isNothing) process.stdout.write('no test ran\n');
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = isNothing || failed > 0 ? 1 : 0;

/** @param isLive whether its output is shown as it comes, or in one piece at its end */
function runPart(part: string, isLive: boolean): Promise<Counts> {
  const args = ['--import', 'tsx', 'node_modules/uvu/bin.js', 'test', part];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], timeout: LIMIT_MS });
  // Who waits anyway gives way.
  if (!isLive && child.pid !== undefined) setPriority(child.pid, 10);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (isLive) process.stdout.write(chunk);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (!isLive) process.stdout.write(output);
      resolve(countsOf(output, code));
    });
  });
}

function countsOf(output: string, code: number | null): Counts {
  const passed = count(output, 'Passed');
  const skipped = count(output, 'Skipped');
  // uvu's total leaves out what is skipped.
  const unseen = count(output, 'Total') - passed;
  return { passed, skipped, failed: unseen === 0 && code !== 0 ? 1 : unseen };
}

function count(output: string, label: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: uvu colours its counts
  const plain = output.replaceAll(/\u001b\[\d+m/g, '');
  const lines = [...plain.matchAll(new RegExp(`^  ${label}: +(\\d+)$`, 'gm'))];
  return Number(lines.at(-1)?.[1] ?? 0);
}
