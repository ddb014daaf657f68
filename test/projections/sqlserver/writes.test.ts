import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callId, contents, rows, stream } from '../samples.ts';
import { connectionString, failure, skipSqlServer, type TestDatabase, testDatabase } from './rig.ts';

function writes(): void {
  const test = suite<{ database: TestDatabase }>('SQL Server writes');
  test.before.each(async (context) => {
    context.database = testDatabase();
    await context.database.open().migrate();
  });
  test.after.each(({ database }) => database.cleanup());

  test('of four instances at once end in the newest version, also of calls that none has written before', async ({
    database,
  }) => {
    const instances = Array.from({ length: 4 }, () => database.open().readStore);
    const batch = (round: number, version: number) =>
      Array.from({ length: 10 }, (_, n) => rows(round * 10 + n, { version }, { 1: `v${version}`, [version + 1]: 'x' }));
    for (let round = 0; round < 10; round++) {
      const writes = instances.map((store, n) => {
        const calls = batch(round, n + 1);
        return store.write(n % 2 === 0 ? calls : calls.reverse());
      });
      await Promise.all(writes);
    }
    const newest = Array.from({ length: 10 }, (_, round) => batch(round, 4)).flat();
    assert.equal(await contents(database.open().readStore), newest.reverse());
  });

  test('are one batch however many calls there are, and so is each question', async ({ database }) => {
    let batches = 0;
    const onBatch = (): void => {
      batches += 1;
    };
    const { readStore } = database.open({ onBatch });
    const counted = async (work: () => Promise<unknown>): Promise<number> => {
      batches = 0;
      await work();
      return batches;
    };
    const calls = Array.from({ length: 50 }, (_, n) => rows(n, { disposition: 'busy' }, { 1: 'yes', 2: 'no' }));
    assert.is(await counted(() => readStore.write(calls)), 1);
    assert.is(await counted(() => readStore.write([])), 0);
    assert.is(await counted(() => readStore.bySession(callId(1))), 1);
    assert.is(await counted(() => readStore.byConnection('connection-1')), 1);
    assert.is(await counted(() => readStore.byAnyId('CONNECTION-1', 'connection-1')), 1);
    assert.is(await counted(() => readStore.byProviderIds({ correlationId: 'x', serverCallId: 'server-1' })), 1);
    assert.is(await counted(() => readStore.list({ filter: {}, limit: 10 })), 1);
    assert.is(await counted(() => readStore.notices.due('2020-01-01T00:00:00.000Z', 10)), 1);
  });

  test('that are refused tell why without a word of the rows, and are not tried again', async ({ database }) => {
    let batches = 0;
    const onBatch = (): void => {
      batches += 1;
    };
    const { readStore } = database.open({ onBatch });
    const long = `canary${'x'.repeat(500)}`;
    const twice = rows(2, {}, { 1: 'canary' });
    const answers = [...twice.responses, ...twice.responses];
    for (const call of [rows(1, { memberId: long }), { ...twice, responses: answers }]) {
      const error = await failure(() => readStore.write([call]));
      assert.is(error.code, 'READ_STORE_REFUSED');
      assert.not.match(`${error.message} ${JSON.stringify(error)}`, 'canary');
    }
    assert.is(batches, 2);
    assert.equal(await contents(readStore), []);
  });

  test('go on in one instance while another rebuilds', async ({ database }) => {
    const [server, tool] = [database.open().readStore, database.open().readStore];
    const log = Array.from({ length: 300 }, (_, n) => rows(n, { version: 5 }, { 1: 'yes' }));
    await server.write(log);
    async function* logWithWrites() {
      for (const call of log) {
        yield call;
        if (call === log[250]) await server.write([rows(3, { version: 6 }), rows(7_000)]);
      }
    }
    assert.equal((await tool.rebuild(logWithWrites())).differences, []);
    assert.equal(await server.bySession(callId(3)), rows(3, { version: 6 }));
    assert.equal(await server.bySession(callId(7_000)), rows(7_000));
  });

  test('survive a rebuild whose process died, and the next rebuild clears up after it', async ({ database }) => {
    const [dying, next] = [database.open().readStore, database.open().readStore];
    await dying.write([rows(1)]);
    const left: { begun?: () => void } = {};
    const begun = new Promise<void>((resolve) => {
      left.begun = resolve;
    });
    void dying.rebuild({
      [Symbol.asyncIterator]: () => ({
        next() {
          left.begun?.();
          return new Promise<never>(() => undefined);
        },
      }),
    });
    await begun;
    const log = [rows(1, { version: 2 }), rows(2)];
    await next.write(log);
    assert.equal((await next.rebuild(stream(log))).differences, []);
    for (const table of ['Rebuilds', 'CallSessions_touched', 'CallSessions_differing', 'CallSessions_new']) {
      assert.equal(await database.run(`SELECT COUNT(*) AS n FROM [${database.schema}].[${table}]`), [{ n: 0 }], table);
    }
  });

  test.run();
}

if (connectionString === '') skipSqlServer('SQL Server writes');
else writes();
