import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallRows, ReadStore } from '../../projections/ports.ts';
import { type OpenReadStore, withStore } from './read-store-contract.ts';
import { at, callId, rows, stream } from './samples.ts';

/** What the notice ledger of every adapter of ReadStore keeps. */
export function noticeLedgerContract(name: string, open: OpenReadStore): void {
  const test = suite(`${name} notice ledger`);
  const on = (promise: string, work: (store: ReadStore) => Promise<void>): void =>
    test(promise, () => withStore(open, work));

  on('has nothing due of calls of which there is nothing to tell', async (store) => {
    assert.equal(await store.notices.due(at(0), 10), []);
    await store.write([rows(1), rows(2, { status: 'Connected', version: 4 })]);
    assert.equal(await store.notices.due(at(0), 10), []);
  });

  on('has calls due that have ended or have an answer, whole, and with nothing published so far', async (store) => {
    const ended = rows(1, { disposition: 'busy' });
    const answered = rows(2, { version: 4 }, { 1: 'yes', 2: 'no' });
    const both = rows(3, { version: 9, disposition: 'completed' }, { 1: 'yes', 2: 'timeout', 3: 'no' });
    await store.write([rows(0), ended, answered, both]);
    assert.equal(await due(store, 0), [
      { rows: ended, published: [] },
      { rows: answered, published: [] },
      { rows: both, published: [] },
    ]);
  });

  on(
    'gives those updated since a time, that moment included, oldest first, and no more than asked for',
    async (store) => {
      const updated = [9, 3, 7, 5, 5].map((seconds, n) => rows(n, { disposition: 'busy', updatedAt: at(seconds) }));
      await store.write(updated);
      const found = async (since: string, limit: number) => ids(await store.notices.due(since, limit));
      const oldestFirst = [callId(1), callId(3), callId(4), callId(2), callId(0)];
      assert.equal(await found(at(0), 10), oldestFirst);
      assert.equal(await found(at(0), 2), oldestFirst.slice(0, 2));
      assert.equal(await found(at(5), 10), oldestFirst.slice(1));
      assert.equal(await found(at(10), 10), []);
    },
  );

  on(
    'is through with a call that was marked, until it changes, and then tells what had been published',
    async (store) => {
      const first = rows(1, { version: 4 }, { 1: 'yes' });
      await store.write([first, rows(2, { disposition: 'busy' })]);
      await store.notices.mark([{ callSessionId: callId(1), version: 4, published: ['a', 'b "quoted"'] }]);
      assert.equal(ids(await due(store, 0)), [callId(2)]);
      const next = rows(1, { version: 5, disposition: 'partial' }, { 1: 'yes' });
      await store.write([next]);
      assert.equal((await due(store, 0))[0], { rows: next, published: ['a', 'b "quoted"'] });
    },
  );

  on('has a call due that changed between being read and being marked', async (store) => {
    await store.write([rows(1, { version: 4 }, { 1: 'yes' })]);
    const [read] = await due(store, 0);
    await store.write([rows(1, { version: 5, disposition: 'partial' }, { 1: 'yes' })]);
    const version = read?.rows.session.version ?? 0;
    await store.notices.mark([{ callSessionId: callId(1), version, published: ['a'] }]);
    assert.equal(ids(await due(store, 0)), [callId(1)]);
  });

  on('never lets a mark go back to an older version', async (store) => {
    await store.write([rows(1, { version: 5, disposition: 'busy' })]);
    await store.notices.mark([{ callSessionId: callId(1), version: 5, published: ['new'] }]);
    await store.notices.mark([{ callSessionId: callId(1), version: 4, published: ['old'] }]);
    assert.equal(await due(store, 0), []);
    await store.write([rows(1, { version: 6, disposition: 'busy' })]);
    assert.equal((await due(store, 0))[0]?.published, ['new']);
  });

  on('marks many at once, all or none, each by its newest mark', async (store) => {
    await store.write([1, 2, 3].map((n) => rows(n, { version: 2, disposition: 'busy' })));
    const mark = (n: number, version: number) => ({ callSessionId: callId(n), version, published: [`v${version}`] });
    const broken = { ...mark(2, 2), version: null as never };
    const failed = await store.notices.mark([mark(1, 2), broken]).then(
      () => false,
      () => true,
    );
    assert.ok(failed);
    assert.is((await due(store, 0)).length, 3);
    await store.notices.mark([]);
    await store.notices.mark([mark(1, 2), mark(2, 2), mark(2, 1)]);
    assert.equal(ids(await due(store, 0)), [callId(3)]);
  });

  on('marks a call that has no row yet', async (store) => {
    await store.notices.mark([{ callSessionId: callId(1), version: 3, published: ['a'] }]);
    await store.write([rows(1, { version: 3, disposition: 'busy' })]);
    assert.equal(await due(store, 0), []);
  });

  on('survives a rebuild, so that nobody is told everything again', async (store) => {
    const calls = [rows(1, { version: 3, disposition: 'busy' }), rows(2, { version: 3, disposition: 'busy' })];
    await store.write(calls);
    await store.notices.mark([{ callSessionId: callId(1), version: 3, published: ['a'] }]);
    await store.rebuild(stream(calls));
    assert.equal(await due(store, 0), [{ rows: calls[1] as CallRows, published: [] }]);
    await store.rebuild(stream([]));
    await store.write([rows(1, { version: 4, disposition: 'busy' })]);
    assert.equal((await due(store, 0))[0]?.published, ['a']);
  });

  test.run();
}

function due(store: ReadStore, sinceSeconds: number) {
  return store.notices.due(at(sinceSeconds), 100);
}

function ids(found: Awaited<ReturnType<typeof due>>): string[] {
  return found.map(({ rows }) => rows.session.callSessionId);
}
