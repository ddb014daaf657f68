import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { createMemoryPlaces } from '../../../src/adapters/places/memory.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { TAKE_OVER_GRACE_MS } from '../../../src/app/watching/take-over.ts';
import { rebuildReadModels } from '../../../src/audit/rebuild.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

let rig: Rig;
let clock: VirtualClock;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
});
test.after.each(() => rig.close());

async function call(app: RunningCallApp, memberId: string): Promise<string> {
  const result = await app.initiate({ memberId, actor: 'coordinator:ann' });
  assert.ok(result.ok);
  return result.callSessionId;
}

const busy = () => callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } });

test('a start finds the calls that are open, and only those', async () => {
  const app = await rig.start();
  const ids = await Promise.all(['M-1', 'M-2', 'M-3'].map((memberId) => call(app, memberId)));
  await app.recordCallbacks(ids[0]!, [busy()]);
  await app.idle();
  await app.close();
  const next = await rig.start();
  assert.equal(next.caughtUp, { calls: 3, open: 2, projected: 0 });
  assert.is(next.health().openCalls, 2);
});

test('rows that are gone with their file are there again after a start', async () => {
  const app = await rig.start();
  const ids = await Promise.all(['M-1', 'M-2', 'M-3'].map((memberId) => call(app, memberId)));
  await app.recordCallbacks(ids[0]!, [busy()]);
  await app.idle();
  await app.close();
  const rows = await Promise.all(ids.map((id) => rig.stores.readStore.bySession(id)));

  const path = `${rig.dir}/second-read-models.db`;
  const readStore = openSqliteReadStore(path);
  const next = await rig.start({ readStore });
  assert.equal(next.caughtUp, { calls: 3, open: 2, projected: 3 });
  await next.idle();
  assert.equal(await Promise.all(ids.map((id) => readStore.bySession(id))), rows);
  assert.equal((await rebuildReadModels(rig.stores.log, readStore, PROVIDERS)).differences, []);
  await next.close();
  await readStore.close();
  await rm(path);
});

test('what was recorded and not shown when the process died is shown after a start', async () => {
  const app = await rig.start();
  const id = await call(app, 'M-1');
  await app.idle();
  const before = await rig.stores.readStore.bySession(id);
  const dead = { ...rig.stores.readStore, write: async () => Promise.reject(new Error('no disk')) };
  const dying = await rig.start({ readStore: dead });
  await dying.recordCallbacks(id, [busy()]);
  await dying.close();
  assert.equal(await rig.stores.readStore.bySession(id), before);

  const next = await rig.start();
  assert.equal(next.caughtUp, { calls: 1, open: 0, projected: 1 });
  await next.idle();
  assert.is((await next.status(id))?.session.disposition, 'busy');
});

for (const [isShared, what] of [
  [false, 'alone passes what is overdue at once'],
  [true, 'among instances that share places leaves them time for what is overdue'],
] as const) {
  test(`a start ${what}`, async () => {
    const app = await rig.start();
    const id = await call(app, 'M-1');
    await app.idle();
    await app.close();
    clock.jump(600_000);
    const next = await rig.start({ places: { ...createMemoryPlaces(clock), isShared } });
    const passed = async () => (await rig.stream(id)).filter(({ type }) => type === 'DeadlinePassed').length;
    await clock.advance(TAKE_OVER_GRACE_MS - 1);
    assert.is(await passed(), isShared ? 0 : 1);
    await clock.advance(1);
    await next.idle();
    assert.is(await passed(), 1);
  });
}

test('a database that does not answer keeps no start waiting; the rows are written when it is back', async () => {
  const app = await rig.start();
  const id = await call(app, 'M-1');
  await app.idle();
  await app.close();
  let isAsleep = true;
  const { readStore } = rig.stores;
  const waking = {
    ...readStore,
    newestUpdate: () => (isAsleep ? new Promise<never>(() => {}) : readStore.newestUpdate()),
  };
  const starting = rig.start({ readStore: waking });
  let isUp = false;
  starting.finally(() => {
    isUp = true;
  });
  for (let steps = 0; !isUp && steps < 100; steps += 1) await clock.advance(1_000);
  const next = await starting;
  assert.is(next.caughtUp.open, 1);
  isAsleep = false;
  await next.recordCallbacks(id, [busy()]);
  await clock.advance(10_000);
  await next.idle();
  assert.is((await next.status(id))?.session.disposition, 'busy');
});

test('a call that was open when the process ended keeps its deadline, and ends', async () => {
  const app = await rig.start();
  const id = await call(app, 'M-1');
  await app.idle();
  await app.close();
  await clock.advance(24 * 3_600_000);

  const next = await rig.start();
  assert.is(next.caughtUp.open, 1);
  for (let bells = 0; next.health().openCalls > 0; bells += 1) {
    assert.ok(bells < 50, 'it ends');
    await clock.advance(150_000);
    await until('what was begun is done', () => next.health().dispatching === 0);
  }
  await next.idle();
  assert.is.not((await next.status(id))?.session.disposition, null);
  assert.is(rig.simulator.stats().dials, 1);
});

for (const jumpMs of [3 * 3_600_000, 400 * 86_400_000]) {
  test(`a row from ${jumpMs / 3_600_000} hours ahead, before the clock was set back, hides no open call from a start`, async () => {
    clock.jump(jumpMs);
    const ahead = await rig.start();
    await ahead.recordCallbacks(await call(ahead, 'M-1'), [busy()]);
    await ahead.idle();
    await ahead.close();
    clock.jump(-jumpMs);
    const app = await rig.start();
    await call(app, 'M-2');
    await app.idle();
    await app.close();
    assert.is((await rig.start()).caughtUp.open, 1);
  });
}

test('a call that an instance left without a row is found by the others, also if their clock was set forward since', async () => {
  const dead = { ...rig.stores.readStore, write: async () => Promise.reject(new Error('no disk')) };
  const living = await rig.start();
  const dying = await rig.start({ readStore: dead });
  await call(dying, 'M-1');
  await dying.close();
  clock.jump(5 * 3_600_000);
  for (let rounds = 0; rounds < 4; rounds += 1) await clock.advance(15_000);
  assert.is(living.health().openCalls, 1);
});

test('a start of which the log says nothing new dials nobody', async () => {
  const app = await rig.start();
  const id = await call(app, 'M-1');
  await app.recordCallbacks(id, [busy()]);
  await app.close();
  const { requests } = rig.simulator.stats();
  const next = await rig.start();
  await clock.advance(600_000);
  await next.idle();
  assert.is(rig.simulator.stats().requests, requests);
});

test.run();
