import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kinshipOf } from '../../src/audit/same-log.ts';
import { inFiles, type OpenStores, openStores } from '../../src/composition/stores.ts';
import { headOf } from '../../src/domain/entries.ts';
import { LogError } from '../../src/log/port.ts';
import { accepted, newEntry } from '../log/samples.ts';
import { callId, rows } from '../projections/samples.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

type Context = { dir: TempDir; stores: OpenStores };

const test = suite<Context>('whether a log is that of its read models');
const CALLS = Array.from({ length: 8 }, (_, n) => callId(n));

test.before.each(async (context) => {
  context.dir = await tempDir('same-log');
  context.stores = await openStores(inFiles(context.dir.path));
});
test.after.each(async ({ stores, dir }) => {
  await stores.close();
  await dir.remove();
});

/** Rows of these calls, up to version 3. */
const show = ({ readStore }: OpenStores, calls: readonly string[]) =>
  readStore.write(calls.map((call) => rows(CALLS.indexOf(call), { version: 3 })));

async function record({ log }: OpenStores, calls: readonly string[], entries = 3): Promise<void> {
  for (const call of calls) {
    await log.register(call, new Date(0));
    const head = headOf(await log.read(call));
    accepted(
      await log.append(
        call,
        head,
        Array.from({ length: entries }, (_, n) => newEntry(`${n}`)),
      ),
    );
  }
}

test('without rows there is nothing to compare: a first start', async ({ stores }) => {
  assert.is(await kinshipOf(stores.log, stores.readStore), 'same');
});

test('a log that is ahead of its rows is the same: they are written after it', async ({ stores }) => {
  await record(stores, CALLS, 5);
  await show(stores, CALLS.slice(0, 6));
  assert.is(await kinshipOf(stores.log, stores.readStore), 'same');
});

test('an empty log, and one that knows none of the newest calls, is another', async ({ stores }) => {
  await show(stores, CALLS.slice(2));
  assert.is(await kinshipOf(stores.log, stores.readStore), 'another');
  await record(stores, CALLS.slice(0, 2));
  assert.is(await kinshipOf(stores.log, stores.readStore), 'another');
});

test('a log that lacks a newest call, or the end of one, is behind', async ({ stores }) => {
  await record(stores, CALLS.slice(0, 7));
  await show(stores, CALLS);
  assert.is(await kinshipOf(stores.log, stores.readStore), 'behind');
  await record(stores, CALLS.slice(7), 2);
  assert.is(await kinshipOf(stores.log, stores.readStore), 'behind');
  await record(stores, CALLS.slice(7), 1);
  assert.is(await kinshipOf(stores.log, stores.readStore), 'same');
});

test('a damaged stream is there; a log that cannot be read says nothing', async ({ stores }) => {
  await show(stores, CALLS);
  const failing = (error: LogError) => ({ read: () => Promise.reject(error) });
  const damaged = failing(new LogError('LOG_CORRUPT', 'x', { version: 2 }));
  assert.is(await kinshipOf(damaged, stores.readStore), 'same');
  const away = failing(new LogError('LOG_UNAVAILABLE', 'x'));
  const answer = await kinshipOf(away, stores.readStore).catch((error: LogError) => error.code);
  assert.is(answer, 'LOG_UNAVAILABLE');
});

test.run();
