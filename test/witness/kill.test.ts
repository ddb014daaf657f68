import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { programOf } from '../support/program.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';
import { bodyOf, fork, LOG } from './rig.ts';

const test = suite<{ dir: TempDir; children: ChildProcess[] }>('witness that is killed');
test.before.each(async (context) => {
  context.dir = await tempDir('killed-witness');
  context.children = [];
  await writeFile(context.dir.file('logs'), LOG.line);
});
test.after.each(async ({ dir, children }) => {
  for (const child of children) child.kill('SIGKILL');
  await dir.remove();
});

const PROGRAM = fileURLToPath(new URL('killed-process.ts', import.meta.url));

async function start({ dir, children }: { dir: TempDir; children: ChildProcess[] }, when: string): Promise<string> {
  const args = [...programOf(PROGRAM), dir.file('seen'), dir.file('logs'), when];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [url] = (await once(child.stdout!, 'data')) as [Buffer];
  return url.toString().trim();
}

const add = (url: string, body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body });

test('between keeping and answering: the log hears nothing, and finds out what is signed; no other history is', async (context) => {
  const dying = await start(context, 'after');
  const gone = await add(dying, await bodyOf(0, 150)).catch((error: unknown) => error);
  assert.instance(gone, TypeError);
  const url = await start(context, 'never');
  assert.is((await add(url, await bodyOf(0, 150, fork))).status, 409);
  assert.is((await add(url, await bodyOf(150, 200, fork))).status, 422);
  const again = await add(url, await bodyOf(0, 150));
  assert.equal([again.status, await again.text()], [409, '150\n']);
  const same = await add(url, await bodyOf(150, 150));
  assert.equal([same.status, (await same.text()).startsWith('\u2014 witness.example/killed ')], [200, true]);
});

test('before it has kept anything: nothing was signed, and anything can be', async (context) => {
  const dying = await start(context, 'before');
  await add(dying, await bodyOf(0, 150)).catch(() => {});
  const url = await start(context, 'never');
  assert.is((await add(url, await bodyOf(0, 150, fork))).status, 200);
});

test.run();
