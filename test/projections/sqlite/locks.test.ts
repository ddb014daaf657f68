import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProjector } from '../../../projections/projector/projector.ts';
import { openSqlite } from '../../../projections/sqlite/driver.ts';
import { openSqliteMembers } from '../../../projections/sqlite/members.ts';
import { openSqliteReadStore, READ_MODELS } from '../../../projections/sqlite/read-store.ts';
import { programOf } from '../../support/program.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { callId, rows, state, stream } from '../samples.ts';

const CHILD = fileURLToPath(new URL('holding-child.ts', import.meta.url));

type World = { dir: TempDir; children: ChildProcess[] };
const test = suite<World>('A file that another process holds');

test.before.each(async (world) => {
  Object.assign(world, { dir: await tempDir('rows'), children: [] });
});
test.after.each(async ({ dir, children }) => {
  for (const child of children) child.kill('SIGKILL');
  await dir.remove();
});

/** @returns lets go */
async function hold(
  { children }: World,
  path: string,
  how: 'IMMEDIATE' | 'EXCLUSIVE',
): Promise<() => Promise<unknown>> {
  const child = spawn(process.execPath, [...programOf(CHILD), path, how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    return gone;
  };
}

test('is waited for by nobody inside SQLite, where all others would have to wait too', ({ dir }) => {
  const db = openSqlite(dir.file('read-models.db'), READ_MODELS, () => {});
  assert.is(db.number('PRAGMA busy_timeout')(), 0);
  db.close();
});

for (const how of ['IMMEDIATE', 'EXCLUSIVE'] as const) {
  test(`(${how}) refuses a write at once, is read meanwhile, and takes the write when it is let go`, async (world) => {
    const path = world.dir.file('read-models.db');
    const store = openSqliteReadStore(path);
    await store.write([rows(1)]);
    const letGo = await hold(world, path, how);
    const clock = virtualClock();
    const codes: unknown[] = [];
    const onError = (error: unknown): void => void codes.push((error as { code?: string }).code);
    const projector = createProjector({ store, clock, onError });
    projector.changed(state(2));
    await clock.advance(10);
    assert.equal(codes, ['READ_STORE_BUSY']);
    assert.equal(await store.bySession(callId(1)), rows(1));
    await letGo();
    await clock.advance(1_000);
    assert.is((await store.bySession(callId(2)))?.session.version, 3);
    await projector.close();
    await store.close();
  });
}

test('is rebuilt, and takes members, as soon as it is let go; other work goes on until then', async (world) => {
  const [path, membersPath] = [world.dir.file('read-models.db'), world.dir.file('members.db')];
  const store = openSqliteReadStore(path);
  const members = openSqliteMembers(membersPath);
  const letGo = [await hold(world, path, 'IMMEDIATE'), await hold(world, membersPath, 'IMMEDIATE')];
  let isDone = false;
  const work = Promise.all([
    store.rebuild(stream([rows(1)])),
    members.save([{ memberId: 'M-1', phoneNumber: '+15550100001' }]),
  ]).finally(() => {
    isDone = true;
  });
  // Timers of others ring while both wait.
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.is(isDone, false);
  for (const go of letGo) await go();
  const [report] = await work;
  assert.is(report.sessions, 1);
  assert.is((await members.find('M-1'))?.phoneNumber, '+15550100001');
  await members.close();
  await store.close();
});

test.run();
