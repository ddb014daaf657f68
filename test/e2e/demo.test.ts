import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDemo } from '../../src/cli/demo/run.ts';

test('the demonstration goes as scripted, proves it, and shows no number, name or key', async () => {
  const lines: string[] = [];
  const write = (text = '') => void lines.push(text);
  const output = { line: write, note: write, json: (value: unknown) => write(JSON.stringify(value)), progress: write };
  const run = await runDemo({ timeScale: 100, seed: 1, keep: false }, output);
  await run.cleanUp();
  const text = lines.join('\n');
  assert.ok(run.ok, text);
  assert.match(text, 'every phone was dialled exactly once');
  assert.match(text, '14 calls went as scripted');
  assert.not.match(text, /\+1555\d{7}|Example/);
});

test.run();
