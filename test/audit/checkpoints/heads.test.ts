import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepHeads } from '../../../src/audit/checkpoints/heads.ts';
import { settleWaiting } from '../../../src/audit/checkpoints/leaves.ts';
import type { Heads } from '../../../src/audit/checkpoints/runs.ts';
import { EMPTY_HEAD, type Head, headOf } from '../../../src/domain/entries.ts';
import { CHECKPOINTS_STREAM, operationStream } from '../../../src/domain/streams.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { accepted, newEntry, rejectsWith } from '../../log/samples.ts';
import { collect } from '../../support/collect.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { START, type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

type Context = { dir: TempDir; store: FaultyLog; clock: VirtualClock; log: CallEventLog; heads: Heads };

const CALL = '018f3f4e-7c1a-7000-8000-000000000001';
const HOUR_MS = 3_600_000;
const tests = suite<Context>('heads kept in memory');

tests.before.each(async (context) => {
  context.dir = await tempDir('heads');
  context.store = faultyLog(openSqliteLog(context.dir.file('log.db')));
  context.clock = virtualClock();
  Object.assign(context, keepHeads(context.store, context.clock));
});
tests.after.each(async ({ dir, store }) => {
  await store.close();
  await dir.remove();
});

const add = async (log: CallEventLog, stream: string, head: Head, ...ids: string[]): Promise<Head> =>
  headOf(
    accepted(
      await log.append(
        stream,
        head,
        ids.map((id) => newEntry(id)),
      ),
    ),
  );
/** What is kept, without what tells moments apart. */
const kept = (heads: Heads) => heads.runs().map(({ stream, from, version, hash }) => ({ stream, from, version, hash }));
const hashesOf = async (log: CallEventLog) => (await log.read(CALL)).map(({ hash }) => hash);
const moment = (heads: Heads, clock: VirtualClock) => ({ atMs: clock.monotonicMs(), number: heads.count() });

tests('appends that stand on each other are one run, with the hash of the last', async ({ log, heads }) => {
  const two = await add(log, CALL, EMPTY_HEAD, 'a', 'b');
  const three = await add(log, CALL, two, 'c');
  assert.equal(kept(heads), [{ stream: CALL, from: 1, version: 3, hash: three.hash }]);
  assert.is(heads.runs()[0]!.firstHash, (await hashesOf(log))[0]);
  assert.is(heads.runs()[0]!.time, newEntry('c').at);
});

tests(
  'an append on what another has appended begins a run of its own, and both stay',
  async ({ store, log, heads }) => {
    const one = await add(log, CALL, EMPTY_HEAD, 'a');
    const two = await add(store, CALL, one, 'of another');
    const three = await add(log, CALL, two, 'c');
    assert.equal(kept(heads), [
      { stream: CALL, from: 1, version: 1, hash: one.hash },
      { stream: CALL, from: 3, version: 3, hash: three.hash },
    ]);
    assert.is(heads.runs()[1]!.firstHash, null);
  },
);

tests('a lost race leaves no head', async ({ store, log, heads }) => {
  await add(store, CALL, EMPTY_HEAD, 'of another');
  assert.equal(await log.append(CALL, EMPTY_HEAD, [newEntry('a')]), { conflict: true });
  assert.equal(kept(heads), []);
});

tests('what was certainly not written leaves no head, nor does it wait', async ({ store, log, heads }) => {
  store.fail(['refused']);
  await rejectsWith('LOG_UNAVAILABLE', log.append(CALL, EMPTY_HEAD, [newEntry('a')]));
  assert.equal([kept(heads), heads.waiting()], [[], []]);
});

tests('of an unknown outcome the store says whose it became: ours is kept', async ({ store, log, heads }) => {
  store.fail(['committed']);
  await rejectsWith('LOG_UNKNOWN_OUTCOME', log.append(CALL, EMPTY_HEAD, [newEntry('a'), newEntry('b')]));
  assert.equal(kept(heads), []);
  await settleWaiting(log, heads);
  assert.equal(kept(heads), [{ stream: CALL, from: 1, version: 2, hash: (await hashesOf(log))[1]! }]);
  assert.is(heads.waiting().length, 0);
});

tests('of an unknown outcome another’s is dropped', async ({ store, log, heads }) => {
  store.fail(['lost']);
  await rejectsWith('LOG_UNKNOWN_OUTCOME', log.append(CALL, EMPTY_HEAD, [newEntry('a'), newEntry('b')]));
  await add(store, CALL, EMPTY_HEAD, 'of another');
  await settleWaiting(log, heads);
  assert.equal([kept(heads), heads.waiting()], [[], []]);
});

tests('of an unknown outcome of which the store says nothing the head waits', async ({ store, log, heads }) => {
  store.fail(['lost']);
  await rejectsWith('LOG_UNKNOWN_OUTCOME', log.append(CALL, EMPTY_HEAD, [newEntry('a')]));
  await settleWaiting(log, heads);
  assert.equal([kept(heads), heads.waiting().length], [[], 1]);
  await add(store, CALL, EMPTY_HEAD, 'a');
  await settleWaiting(log, heads);
  assert.is(kept(heads).length, 1, 'it was on its way and came');
});

tests('the same entry tried again with a further one is no proof of the first try', async ({ store, log, heads }) => {
  store.fail(['lost']);
  await rejectsWith('LOG_UNKNOWN_OUTCOME', log.append(CALL, EMPTY_HEAD, [newEntry('a'), newEntry('b')]));
  await add(log, CALL, EMPTY_HEAD, 'a', 'c');
  await settleWaiting(log, heads);
  assert.equal(
    kept(heads).map(({ hash }) => hash),
    [(await hashesOf(log))[1]],
  );
});

tests('a run goes when its leaf is recorded, and what it has grown by stays with the rest', async (context) => {
  const { log, heads, clock } = context;
  const two = await add(log, CALL, EMPTY_HEAD, 'a', 'b');
  const [then, when] = [heads.runs(), moment(heads, clock)];
  const three = await add(log, CALL, two, 'c');
  heads.cover(then, when);
  assert.equal(kept(heads), [{ stream: CALL, from: 3, version: 3, hash: three.hash }]);
  heads.cover(heads.runs(), moment(heads, clock));
  assert.equal(kept(heads), []);
  const four = await add(log, CALL, three, 'd');
  assert.equal(kept(heads), [{ stream: CALL, from: 4, version: 4, hash: four.hash }]);
});

tests('a run that a restored log has branched off from stays beside the other', async ({ clock }) => {
  const store = memoryLog();
  const { log, heads } = keepHeads(store, clock);
  const backup = store.backup();
  await add(log, CALL, EMPTY_HEAD, 'a');
  const [then, when] = [heads.runs(), moment(heads, clock)];
  store.restore(backup);
  const other = await add(log, CALL, EMPTY_HEAD, 'other');
  assert.is(heads.runs().length, 2);
  heads.cover(then, when);
  assert.equal(kept(heads), [{ stream: CALL, from: 1, version: 1, hash: other.hash }]);
});

tests('the age is that of the oldest entry that is not covered', async ({ log, heads, clock }) => {
  assert.is(heads.uncoveredMs(), 0);
  const one = await add(log, CALL, EMPTY_HEAD, 'a');
  await clock.advance(7_000);
  await add(log, CALL, one, 'b');
  clock.jump(-HOUR_MS);
  assert.is(heads.uncoveredMs(), 7_000, 'by no clock that can be set');
  heads.cover(heads.runs(), moment(heads, clock));
  assert.is(heads.uncoveredMs(), 0);
});

tests('what rides along is kept, and is never late', async ({ log, heads, clock }) => {
  await add(log, CHECKPOINTS_STREAM, EMPTY_HEAD, 'a');
  await add(log, operationStream(newEntry('a').at), EMPTY_HEAD, 'a');
  await clock.advance(HOUR_MS);
  assert.is(heads.runs().length, 2);
  assert.equal([heads.uncoveredMs(), heads.oldest()], [0, null]);
});

tests('before its first append to a stream in an hour the stream is registered in that hour', async (context) => {
  const { log, clock, store } = context;
  const since = (ms: number) => collect(store.registered(new Date(START + ms)));
  const one = await add(log, CALL, EMPTY_HEAD, 'a');
  assert.equal(await since(0), [CALL]);
  assert.equal(await since(HOUR_MS), []);
  await clock.advance(HOUR_MS);
  await add(log, CALL, one, 'b');
  assert.equal(await since(HOUR_MS), [CALL]);
});

tests('it is registered once an hour, and whoever registers it through the log has done so', async (context) => {
  const { clock } = context;
  const asked: string[] = [];
  const { log } = keepHeads({ ...context.store, register: async (stream) => void asked.push(stream) }, clock);
  await log.register('member:1', new Date(clock.now()));
  const one = await add(log, 'member:1', EMPTY_HEAD, 'a');
  await add(log, 'member:1', one, 'b');
  assert.equal(asked, ['member:1']);
  await log.register(CALL, new Date(clock.now() - HOUR_MS));
  await add(log, CALL, EMPTY_HEAD, 'a');
  assert.equal(asked, ['member:1', CALL, CALL], 'in another hour it does not count');
});

tests('what is dated ahead of the clock is registered in its own hour as well', async ({ log, store, clock }) => {
  const one = await add(log, CALL, EMPTY_HEAD, 'a');
  const ahead = newEntry('b', { at: new Date(clock.now() + 3 * HOUR_MS).toISOString() });
  accepted(await log.append(CALL, one, [ahead]));
  assert.equal(await collect(store.registered(new Date(START + 2 * HOUR_MS))), [CALL]);
});

tests('nothing is appended to what cannot be registered', async ({ store, log, heads }) => {
  store.full('the disk is full');
  await rejectsWith('LOG_UNAVAILABLE', log.append(CALL, EMPTY_HEAD, [newEntry('a')]));
  store.full(null);
  assert.equal(await log.read(CALL), []);
  assert.equal(kept(heads), []);
});

tests.run();
