import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows, ReadStore } from '../../../projections/ports.ts';
import { createProjector, type ProjectorOptions } from '../../../projections/projector/projector.ts';
import { rowsOf } from '../../../projections/rows.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { callId, state } from '../samples.ts';

type Fault = 'ok' | 'fails' | 'lost-after-commit';

/** A real store whose writes can be made to fail, and to take until they are let go. */
function faulty(store: ReadStore) {
  const faults: Fault[] = [];
  const batches: string[][] = [];
  const refused = new Set<string>();
  let gate: Promise<void> | null = null;
  let writing = 0;
  let writingMax = 0;
  async function write(calls: readonly CallRows[]): Promise<void> {
    batches.push(calls.map((call) => `${call.session.callSessionId.slice(-2)}@${call.session.version}`));
    writingMax = Math.max(writingMax, ++writing);
    try {
      await gate;
      const fault = faults.shift() ?? 'ok';
      if (fault === 'fails') throw new Error('store is down');
      if (calls.some((call) => refused.has(call.session.callSessionId))) throw new Error('row is refused');
      await store.write(calls);
      if (fault === 'lost-after-commit') throw new Error('connection lost');
    } finally {
      writing -= 1;
    }
  }
  function hold(): () => void {
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => {
      gate = null;
      open();
    };
  }
  return { write, faults, batches, refused, hold, writingMax: () => writingMax };
}

type World = { store: ReadStore; flaky: ReturnType<typeof faulty>; clock: VirtualClock; errors: unknown[] };

async function world(
  work: (projector: ReturnType<typeof createProjector>, world: World) => Promise<void>,
  options: Partial<ProjectorOptions> = {},
): Promise<void> {
  const { file, remove } = await tempDir('rows');
  const store = openSqliteReadStore(file('read-models.db'));
  const flaky = faulty(store);
  const clock = virtualClock();
  const errors: unknown[] = [];
  const projector = createProjector({ store: flaky, clock, onError: (error) => errors.push(error), ...options });
  try {
    await work(projector, { store, flaky, clock, errors });
  } finally {
    await projector.close();
    await store.close();
    await remove();
  }
}

test('changes of a few milliseconds become one write, with the newest state of each call', () =>
  world(async (projector, { store, flaky, clock }) => {
    projector.changed(state(1, { version: 1 }));
    await clock.advance(3);
    for (const version of [4, 2, 3]) projector.changed(state(1, { version }));
    projector.changed(state(2));
    assert.equal(flaky.batches, []);
    assert.is(projector.pending(), 2);
    await clock.advance(2);
    assert.equal(flaky.batches, [['01@4', '02@3']]);
    assert.is(projector.pending(), 0);
    assert.equal(await store.bySession(callId(1)), rowsOf(state(1, { version: 4 })));
    assert.is(clock.alarms(), 0);
  }));

test('one write at a time, and what changes meanwhile is written next', () =>
  world(async (projector, { store, flaky, clock }) => {
    const open = flaky.hold();
    projector.changed(state(1, { version: 1 }));
    await clock.advance(5);
    projector.changed(state(1, { version: 2 }));
    projector.changed(state(1, { version: 1 }));
    projector.changed(state(2));
    await clock.advance(500);
    assert.is(flaky.batches.length, 1);
    assert.is(projector.pending(), 2);
    assert.is(projector.lagMs(), 505);
    open();
    await clock.advance(1);
    assert.equal(flaky.batches[1], ['01@2', '02@3']);
    assert.is(flaky.writingMax(), 1);
    assert.is((await store.bySession(callId(1)))?.session.version, 2);
  }));

test('a state that is being written already is not written again', () =>
  world(async (projector, { flaky, clock }) => {
    const open = flaky.hold();
    projector.changed(state(1));
    await clock.advance(5);
    projector.changed(state(1));
    open();
    await clock.advance(100);
    assert.equal(flaky.batches, [['01@3']]);
  }));

test('a store that fails delays, tells, and loses nothing', () =>
  world(async (projector, { store, flaky, clock, errors }) => {
    flaky.faults.push('fails', 'lost-after-commit', 'fails');
    for (let n = 0; n < 8; n++) projector.changed(state(n));
    await clock.advance(5);
    assert.is(projector.pending(), 8);
    projector.changed(state(0, { version: 9 }));
    await clock.advance(99);
    assert.is(flaky.batches.length, 1);
    assert.is(projector.lagMs(), 104);
    await clock.advance(5_000);
    assert.is(errors.length, 3);
    assert.is(projector.pending(), 0);
    assert.is(projector.lagMs(), 0);
    for (let n = 1; n < 8; n++) assert.equal(await store.bySession(callId(n)), rowsOf(state(n)));
    assert.is((await store.bySession(callId(0)))?.session.version, 9);
  }));

test('the pauses after failures double up to a limit, and changes do not shorten them', () =>
  world(
    async (projector, { flaky, clock }) => {
      flaky.faults.push(...Array<Fault>(20).fill('fails'));
      projector.changed(state(1));
      const times: number[] = [];
      for (let seen = 0; times.length < 7; ) {
        await clock.advance(1);
        projector.changed(state(2, { version: clock.now() }));
        if (flaky.batches.length === seen) continue;
        seen = flaky.batches.length;
        times.push(clock.now());
      }
      const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      assert.equal(pauses, [10, 20, 40, 80, 80, 80]);
    },
    { retry: { minMs: 10, maxMs: 80 } },
  ));

test('a row that the store never takes keeps no other waiting, is named, and is no delay of the others', () =>
  world(async (projector, { store, flaky, clock }) => {
    flaky.refused.add(callId(3));
    for (let n = 0; n < 8; n++) projector.changed(state(n));
    await clock.advance(2_000);
    assert.is(projector.pending(), 1);
    assert.equal(projector.refused(), [callId(3)]);
    assert.is(projector.lagMs(), 0);
    await clock.advance(60_000);
    projector.changed(state(50));
    await clock.advance(5);
    assert.is((await store.bySession(callId(50)))?.session.version, 3);
    await projector.flush();
    flaky.refused.clear();
    projector.changed(state(3, { version: 5 }));
    await clock.advance(10_000);
    assert.is((await store.bySession(callId(3)))?.session.version, 5);
    assert.is(projector.pending(), 0);
    assert.equal(projector.refused(), []);
  }));

test('a call of which no rows can be made keeps no other waiting, is named once, and is written when it can be', () =>
  world(async (projector, { store, clock, errors }) => {
    const broken = { initiate: {} as never, updatedAt: 'no time' };
    for (let n = 0; n < 8; n++) projector.changed(state(n, n === 3 ? broken : {}));
    await clock.advance(5);
    assert.is((await store.open()).length, 7);
    assert.equal(projector.refused(), [callId(3)]);
    await clock.advance(60_000);
    assert.is(projector.lagMs(), 0);
    assert.is(errors.length, 1);
    await projector.flush();
    projector.changed(state(3, { version: 5 }));
    await clock.advance(5);
    assert.is((await store.bySession(callId(3)))?.session.version, 5);
    assert.equal(projector.refused(), []);
  }));

test('a long backlog is written in batches of bounded size, and others have their turn in between', () =>
  world(
    async (projector, { flaky, clock }) => {
      for (let n = 0; n < 25; n++) projector.changed(state(n));
      await clock.advance(5);
      assert.equal(
        flaky.batches.map((batch) => batch.length),
        [10, 10, 5],
      );
    },
    { batchSize: 10 },
  ));

test('a flush does not wait for the clock, and ends when nothing waits', () =>
  world(
    async (projector, { store, flaky }) => {
      await projector.flush();
      const open = flaky.hold();
      for (let n = 0; n < 25; n++) projector.changed(state(n));
      const flushed = projector.flush();
      projector.changed(state(90));
      const again = projector.flush();
      open();
      await Promise.all([flushed, again]);
      assert.is(projector.pending(), 0);
      assert.is((await store.open()).length, 26);
    },
    { batchSize: 10 },
  ));

test('a flush outlasts a failing store', () =>
  world(async (projector, { clock, flaky }) => {
    flaky.faults.push('fails', 'fails');
    projector.changed(state(1));
    let flushed = false;
    const flush = projector.flush().then(() => {
      flushed = true;
    });
    await clock.advance(200);
    assert.not(flushed);
    await clock.advance(200);
    await flush;
    assert.is(projector.pending(), 0);
  }));

test('closing writes what waits, and gives up on a store that is down', () =>
  world(async (projector, { store, flaky, clock }) => {
    projector.changed(state(1));
    flaky.faults.push('ok', 'fails', 'fails');
    await projector.close();
    assert.is((await store.bySession(callId(1)))?.session.version, 3);
    const other = createProjector({ store: flaky, clock });
    other.changed(state(2));
    const flushed = other.flush();
    await other.close();
    await flushed;
    assert.is(other.pending(), 1);
    assert.is(clock.alarms(), 0);
    other.changed(state(4));
    assert.is(clock.alarms(), 0);
  }));

test('a listener that throws does not stop it', () =>
  world(
    async (projector, { flaky, clock }) => {
      flaky.faults.push('fails');
      projector.changed(state(1));
      await clock.advance(1_000);
      assert.is(projector.pending(), 0);
    },
    {
      onError() {
        throw new Error('the listener is broken');
      },
    },
  ));

test('whatever the order, the faults and the repetitions, the rows end as the newest states', async () => {
  const step = fc.oneof(
    fc.record({ n: fc.integer({ min: 0, max: 5 }), version: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ advanceMs: fc.integer({ min: 0, max: 300 }) }),
    fc.record({ fault: fc.constantFrom<Fault>('ok', 'fails', 'lost-after-commit') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
      world(async (projector, { store, flaky, clock }) => {
        const newest = new Map<number, number>();
        for (const step of steps) {
          if ('fault' in step) flaky.faults.push(step.fault);
          else if ('advanceMs' in step) await clock.advance(step.advanceMs);
          else {
            projector.changed(state(step.n, { version: step.version }));
            newest.set(step.n, Math.max(newest.get(step.n) ?? 0, step.version));
          }
        }
        flaky.faults.length = 0;
        await clock.advance(60_000);
        assert.is(projector.pending(), 0);
        assert.is(clock.alarms(), 0);
        for (const [n, version] of newest)
          assert.equal(await store.bySession(callId(n)), rowsOf(state(n, { version })));
      }),
    ),
    { numRuns: 50 },
  );
});

test.run();
