import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDemo } from '../../src/cli/demo/run.ts';

test('the demonstration goes as scripted, proves it, finds a forgery, and shows no number, name or key', async () => {
  const lines: string[] = [];
  const write = (text = '') => void lines.push(text);
  const output = { line: write, note: write, json: (value: unknown) => write(JSON.stringify(value)), progress: write };
  const run = await runDemo({ timeScale: 100, seed: 1, keep: false }, output);
  await run.cleanUp();
  const text = lines.join('\n');
  assert.ok(run.ok, text);
  assert.match(text, 'every phone was dialled exactly once');
  assert.match(text, '14 calls went as scripted');
  assert.match(text, /^ {2,3}\d+ [\d:.]{12} {2}ACS: pressed 1 = yes after \d+\.\d s$/m);
  assert.match(text, /^A checkpoint to keep elsewhere: \d+ heads of .*, root \S{44}$/m);
  const [honest, byChain, byTree] = lines.filter((line) => /by its (checkpoints|chain): /.test(line));
  assert.match(honest!, /^ok .*, 0 findings$/);
  assert.match(byChain!, /^ok .*, 0 findings$/);
  assert.match(byTree!, /^ok .*, 1 finding$/);
  assert.match(text.replaceAll(/\s+/g, ' '), / rewritten: [\da-f-]{36}, entry \d+: .* written anew/);
  assert.not.match(text, /\+1555\d{7}|Example/);
});

test.run();
