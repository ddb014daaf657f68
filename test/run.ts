import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs the suites and ends with a line of counts. A run of its own around uvu, because uvu stops a suite without a word and
 * exits with 0 when it cannot print the error of a test (an Error whose `details` is an object, as those of the Azure SDK).
 * Usage: `npm test`, or `npm test -- PATTERN` for files whose path matches.
 */
const [pattern = '\\.test\\.ts$'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
/** A suite that hangs is a failure, not a wait. */
const LIMIT_MS = 15 * 60_000;

const args = ['--import', 'tsx', 'node_modules/uvu/bin.js', 'test', pattern];
const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], timeout: LIMIT_MS });
let output = '';
child.stdout.on('data', (chunk: Buffer) => {
  output += chunk.toString();
  process.stdout.write(chunk);
});
child.on('close', (code) => {
  const passed = count('Passed');
  const skipped = count('Skipped');
  const unseen = count('Total') - passed - skipped;
  const failed = unseen === 0 && code !== 0 ? 1 : unseen;
  const ran = passed + failed + skipped;
  if (ran === 0) process.stdout.write('no test ran\n');
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = ran > 0 && failed === 0 && code === 0 ? 0 : 1;
});

function count(label: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: uvu colours its counts
  const plain = output.replaceAll(/\u001b\[\d+m/g, '');
  const lines = [...plain.matchAll(new RegExp(`^  ${label}: +(\\d+)$`, 'gm'))];
  return Number(lines.at(-1)?.[1] ?? 0);
}
