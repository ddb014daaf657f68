import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { programOf } from '../support/program.ts';
import { until } from '../support/until.ts';

const PROCESS = fileURLToPath(new URL('stopping-process.ts', import.meta.url));

type Run = {
  readonly child: ChildProcess;
  says(words: string): Promise<void>;
  /** Its exit code, or the signal that ended it, and everything it wrote. */
  end(): Promise<{ readonly by: number | string; readonly output: string }>;
};

async function run(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [...programOf(PROCESS), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  const closed = once(child, 'close');
  const says = (words: string) => until(`"${words}"`, () => output.includes(words));
  await says('up');
  return {
    child,
    says,
    async end() {
      const [code, signal] = await closed;
      return { by: signal ?? code, output };
    },
  };
}

const ENDS: readonly (readonly [signal: NodeJS.Signals, by: number | string, says: string])[] = [
  ['SIGTERM', 0, 'closes: platform'],
  ['SIGINT', 0, 'closes: person'],
  ['SIGHUP', 0, 'closes: person'],
  ['SIGQUIT', 0, 'closes: person'],
  // A listener on it would keep a process going whose memory is broken.
  ['SIGSEGV', 'SIGSEGV', ''],
  ['SIGABRT', 'SIGABRT', ''],
];

test('a signal that asks it to stop ends a process with 0, once it has closed; one of a crash ends it at once', async () => {
  const seen = await Promise.all(
    ENDS.map(async ([signal]) => {
      const { child, end } = await run();
      child.kill(signal);
      return end();
    }),
  );
  for (const [index, [signal, by, says]] of ENDS.entries()) {
    assert.is(seen[index]?.by, by, signal);
    assert.is(seen[index]?.output, says === '' ? 'up\n' : `up\n${says}\n`, signal);
  }
});

test('an error that nobody caught ends it with 1 after it has closed, and is told without its message', async () => {
  for (const { by, output } of await Promise.all(['throw', 'reject'].map(async (how) => (await run(how)).end()))) {
    assert.is(by, 1);
    assert.match(output, 'stops: RangeError BUG that nobody caught\n    at ');
    assert.match(output, 'closes: error');
    assert.not.match(output, '15550100142');
  }
});

test('another signal while it closes ends it at once with 1, but not the same one that npm hands on', async () => {
  const { child, says, end } = await run('hang');
  child.kill('SIGINT');
  child.kill('SIGINT');
  await says('closes: person');
  child.kill('SIGTERM');
  const { by, output } = await end();
  assert.is(by, 1);
  assert.match(output, 'stops at once: SIGTERM while it was stopping');
  assert.is(output.split('closes').length, 2, 'it closes once');
});

test('closing that takes too long is given up, with 1', async () => {
  const { child, end } = await run('hang', '50');
  child.kill('SIGTERM');
  const { by, output } = await end();
  assert.is(by, 1);
  assert.match(output, 'closing took too long');
});

test.run();
