import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COSIGNATURE, readSigner, readVerifier } from '../../../src/tlog/keys.ts';
import { readNote, signedBy } from '../../../src/tlog/note.ts';
import { MAIN, programOf } from '../../support/program.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { eventually } from '../../support/until.ts';
import { bodyOf, LOG, noteOf } from '../../witness/rig.ts';
import { callistra } from '../terminal.ts';

const test = suite<{ dir: TempDir }>('callistra witness');
test.before.each(async (context) => {
  context.dir = await tempDir('witness-command');
  await writeFile(context.dir.file('logs'), `${LOG.line}\n`);
});
test.after.each(({ dir }) => dir.remove());

test('it prints its line, signs, and ends when it is told to', async ({ dir }) => {
  const args = ['--dir', dir.file('w'), '--logs', dir.file('logs'), '--port', '0', '--name', 'w.example/w'];
  const child = spawn(process.execPath, [...programOf(MAIN), 'witness', ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (part: Buffer) => {
      said[stream] += part;
    });
  }
  const url = await eventually('its address', () => /at (http:\S+);/.exec(said.stderr)?.[1] ?? null);
  const verifier = readVerifier(said.stdout)!;
  assert.equal([verifier.name, verifier.kind], ['w.example/w', COSIGNATURE]);
  assert.match(said.stderr, `CHECKPOINT_WITNESSES='${url} ${verifier.line}'`);
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: await bodyOf(0, 5) });
  assert.is(typeof signedBy(readNote(`${await noteOf(5)}${await answer.text()}`)!, verifier), 'object');
  child.kill('SIGTERM');
  assert.equal(await once(child, 'exit'), [0, null]);
  assert.is(readSigner(await readFile(dir.file('w/witness.key'), 'utf8'))?.line, verifier.line);
});

test('without its files it says what is missing, and ends with 2', async ({ dir }) => {
  assert.match((await callistra(['witness'])).err, '--dir');
  const none = await callistra(['witness', '--dir', dir.file('w'), '--logs', dir.file('none')]);
  assert.equal([none.code, /ENOENT/.test(none.err)], [2, true]);
  await writeFile(dir.file('logs'), 'rubbish');
  const bad = await callistra(['witness', '--dir', dir.file('w'), '--logs', dir.file('logs')]);
  assert.equal([bad.code, /WITNESS_BAD_LOGS: line 1/.test(bad.err)], [2, true]);
});

test.run();
