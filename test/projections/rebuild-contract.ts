import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows, ReadStore } from '../../projections/ports.ts';
import { type OpenReadStore, withStore } from './read-store-contract.ts';
import { callId, contents, rows, stream } from './samples.ts';

/** What `rebuild` of every adapter keeps. */
export function rebuildContract(name: string, open: OpenReadStore): void {
  const test = suite(`${name} rebuild`);
  const on = (promise: string, work: (store: ReadStore) => Promise<void>): void =>
    test(promise, () => withStore(open, work));
  const log = Array.from({ length: 1_203 }, (_, n) => rows(n, { version: 5 }, { 1: 'yes', 2: `answer ${n}` }));
  const newestFirst = [...log].reverse();

  on('of rows that equal the log finds no difference and changes none', async (store) => {
    await store.write(log);
    const report = await store.rebuild(stream(log));
    assert.equal(report, { sessions: 1_203, responses: 2_406, differences: [] });
    assert.equal(await contents(store), newestFirst);
  });

  on('fills an empty store, and names every call that was missing', async (store) => {
    const report = await store.rebuild(stream(log));
    assert.equal(
      report.differences,
      log.map((call) => call.session.callSessionId),
    );
    assert.equal(await contents(store), newestFirst);
    assert.equal((await store.rebuild(stream(log))).differences, []);
  });

  on('of an empty log empties the store', async (store) => {
    await store.write([rows(1, {}, { 1: 'yes' })]);
    assert.equal(await store.rebuild(stream([])), { sessions: 0, responses: 0, differences: [callId(1)] });
    assert.equal(await contents(store), []);
  });

  on('names and repairs what was changed, added or lost, in sessions and in responses', async (store) => {
    const wrong: readonly [number, CallRows][] = [
      [3, rows(3, { version: 5, status: 'Failed' }, { 1: 'yes', 2: 'answer 3' })],
      [499, rows(499, { version: 99 }, { 1: 'yes', 2: 'answer 499' })],
      [500, rows(500, { version: 5 }, { 1: 'yes', 2: 'tampered' })],
      [501, rows(501, { version: 5 }, { 1: 'yes' })],
      [1_200, rows(1_200, { version: 5 }, { 1: 'yes', 2: 'answer 1200', 3: 'invented' })],
    ];
    const tampered = new Map(wrong);
    const live = log.filter((_, n) => n !== 700).map((call, n) => tampered.get(n < 700 ? n : n + 1) ?? call);
    await store.write([...live, rows(5_000)]);
    const report = await store.rebuild(stream(log));
    assert.equal(report.differences, [3, 499, 500, 501, 700, 1_200, 5_000].map(callId));
    assert.equal(await contents(store), newestFirst);
  });

  on('takes a call that comes twice as its newest version', async (store) => {
    const report = await store.rebuild(
      stream([rows(1, { version: 2 }), rows(1, { version: 4 }), rows(1, { version: 3 })]),
    );
    assert.is(report.sessions, 1);
    assert.equal(await contents(store), [rows(1, { version: 4 })]);
  });

  on('keeps what is written meanwhile, and does not call it a difference', async (store) => {
    await store.write(log);
    const newer = rows(7, { version: 6, status: 'Connected' }, { 1: 'yes', 2: 'answer 7', 3: 'late' });
    const later = rows(9_000, {}, { 1: 'yes' });
    async function* logWithWrites(): AsyncGenerator<CallRows> {
      for (const [n, call] of log.entries()) {
        if (n === 600) await store.write([newer, later, rows(8, { version: 4 })]);
        yield call;
      }
    }
    const report = await store.rebuild(logWithWrites());
    assert.equal(report, { sessions: 1_204, responses: 2_408, differences: [] });
    assert.equal(await store.bySession(callId(7)), newer);
    assert.equal(await store.bySession(callId(9_000)), later);
    assert.equal(await store.bySession(callId(8)), log[8]);
  });

  on('takes the version from the log when it is ahead of a row written meanwhile', async (store) => {
    const logged = rows(1, { version: 9, status: 'Disconnected', disposition: 'completed' }, { 1: 'yes' });
    async function* logAhead(): AsyncGenerator<CallRows> {
      yield logged;
      await store.write([rows(1, { version: 8 })]);
    }
    assert.equal((await store.rebuild(logAhead())).differences, [callId(1)]);
    assert.equal(await contents(store), [logged]);
  });

  on('lets people read all the while, and everything works on the new tables', async (store) => {
    await store.write(log);
    let done = false;
    const reads = (async () => {
      let count = 0;
      for (; !done; count++) {
        const n = count % log.length;
        assert.equal(await store.bySession(callId(n)), log[n]);
        assert.is((await store.list({ filter: {}, limit: 7 })).length, 7);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return count;
    })();
    const report = await store.rebuild(stream(log)).finally(() => {
      done = true;
    });
    assert.equal(report.differences, []);
    assert.ok((await reads) > 3);
    const next = rows(0, { version: 6, disposition: 'completed' }, { 1: 'no' });
    await store.write([next]);
    assert.equal(await store.byConnection('connection-0'), next);
    assert.is((await store.open()).length, log.length - 1);
  });

  on('that fails half-way changes nothing, and the next one starts afresh', async (store) => {
    const live = [rows(1, { version: 2 }, { 1: 'yes' })];
    await store.write(live);
    async function* breaks(): AsyncGenerator<CallRows> {
      yield* stream(log);
      throw new Error('the log is gone');
    }
    const message = await store.rebuild(breaks()).then(
      () => 'rebuilt',
      (error: Error) => error.message,
    );
    assert.is(message, 'the log is gone');
    assert.equal(await contents(store), live);
    const newer = rows(1, { version: 3 });
    await store.write([newer]);
    assert.equal((await store.rebuild(stream([newer]))).differences, []);
    assert.equal(await contents(store), [newer]);
  });

  on('gives way to a later rebuild of the same store', async (store) => {
    await store.write(log);
    const [first, second] = [signal(), signal()];
    async function* waits(): AsyncGenerator<CallRows> {
      first.give();
      yield* stream(log.slice(0, 400));
      await second.given;
      yield* stream(log.slice(400));
    }
    async function* overtakes(): AsyncGenerator<CallRows> {
      second.give();
      yield* stream(log);
    }
    const overtaken = store.rebuild(waits()).then(
      () => 'rebuilt',
      (error: { code?: string }) => error.code,
    );
    await first.given;
    const later = store.rebuild(overtakes());
    assert.is(await overtaken, 'READ_STORE_OVERTAKEN');
    assert.equal((await later).differences, []);
    assert.equal(await contents(store), newestFirst);
  });

  test.run();
}

function signal(): { readonly given: Promise<void>; give(): void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
