import { readdir } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDemo } from '../../src/cli/demo/run.ts';
import { SCENES } from '../../src/cli/demo/scenario.ts';
import { COLUMNS, widthOf } from '../../src/cli/wrap.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { spawnServer } from './child.ts';

test('the demonstration goes as scripted, proves it, finds a forgery, and shows no number, name or key', async () => {
  const lines: string[] = [];
  const write = (text = '') => void lines.push(text);
  const output = { line: write, note: write, json: (value: unknown) => write(JSON.stringify(value)), progress: write };
  const run = await runDemo({ timeScale: 100, seed: 1 }, output);
  const kept = await run.goOn();
  const shown = await (await fetch(`${kept.url}/console/members/M-1001/phone`)).text();
  await kept.close();
  await run.cleanUp();
  assert.match(shown, /Calls to this member are answered by a virtual member/);
  const text = lines.join('\n');
  assert.ok(run.ok, text);
  assert.match(text, 'every phone was dialled exactly once');
  assert.match(text, '14 calls went as scripted');
  assert.match(text, /^ {2,3}\d+ [\d:.]{12} {2}ACS: pressed 1 = yes after \d+\.\d s$/m);
  assert.match(text, /^A checkpoint to keep elsewhere: \d+ heads of .*,\nroot \S{44}$/m);
  const proven = text.replaceAll(/\n {6}(?! )/g, ' ').split('\n');
  const [honest, byChain, byTree] = proven.filter((line) => /by its (checkpoints|chain): /.test(line));
  assert.match(honest!, /^ok .*, 0 findings$/);
  assert.match(byChain!, /^ok .*, 0 findings$/);
  assert.match(byTree!, /^ok .*, 1 finding\b/);
  assert.match(text.replaceAll(/\s+/g, ' '), / rewritten: [\da-f-]{36}, entry \d+: .* written anew/);
  assert.not.match(text, /\+1555\d{7}|Example/);
  assert.equal(
    text.split('\n').filter((line) => widthOf(line) > COLUMNS),
    [],
  );
  const told = text.split('\n').filter((line) => /^M-10\d\d {2}\D/.test(line) && !/ (yes|NO)$/.test(line));
  assert.equal(
    [...told].sort(),
    SCENES.map(({ memberId, person }) => `${memberId}  ${person}`),
  );
  assert.not.match(text, '\u001b');
  assert.not.match(text, /\d{3}\/\d+|network-refused|no-response/, 'words, no codes');
});

test('stopped while it goes on, it leaves nothing', async () => {
  const dir = await tempDir('demo-stopped');
  const child = spawnServer({ TMPDIR: dir.path }, { args: ['demo', '--time-scale', '1'] });
  await until('calls go on', async () => child.output().includes('told one after the other'), 50);
  assert.is((await readdir(dir.path)).filter((name) => name.startsWith('callistra-demo-')).length, 1);
  child.process.kill('SIGINT');
  assert.is(await child.exited, 0, child.output());
  assert.equal(
    (await readdir(dir.path)).filter((name) => name.startsWith('callistra-')),
    [],
  );
  assert.not.match(child.output(), /fetch failed|stops/);
  await dir.remove();
});

test.run();
