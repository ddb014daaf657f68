import { randomUUID } from 'node:crypto';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyLog } from '../../../src/audit/backup/log.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { openTablesLog } from '../../../src/log/tables/log.ts';
import { accepted, newEntry } from '../../log/samples.ts';
import { azurite } from '../../support/azurite.ts';
import { collect } from '../../support/collect.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';

type Context = { dir: TempDir; source: CallEventLog; open: CallEventLog[] };

const tests = suite<Context>('copying a log');
const AT = new Date('2026-03-02T15:30:00.000Z');
const entry = (id: string) => newEntry(id, { at: AT.toISOString() });

tests.before.each(async (context) => {
  context.dir = await tempDir('copy');
  context.open = [];
  context.source = file(context, 'source.db');
});
tests.after.each(async ({ dir, open }) => {
  for (const log of open) await log.close();
  await dir.remove();
});

function file({ dir, open }: Context, name: string): CallEventLog {
  const log = openSqliteLog(dir.file(name));
  open.push(log);
  return log;
}

async function fill(log: CallEventLog, stream: string, count: number): Promise<void> {
  await log.register(stream, AT);
  let head = headOf(await log.read(stream));
  for (let n = 0; n < count; n += 1) {
    head = headOf(accepted(await log.append(stream, head, [entry(`${stream}-${head.version}`)])));
  }
}

async function contents(log: CallEventLog): Promise<unknown> {
  const streams = await collect(log.registered());
  return Promise.all(streams.sort().map(async (stream) => [stream, await log.read(stream)]));
}

tests('every entry is there afterwards, under the same hashes, in the same hour', async (context) => {
  const { source } = context;
  for (const [stream, count] of [
    ['a', 1],
    ['member:ü/1', 45],
    ['c', 20],
  ] as const)
    await fill(source, stream, count);
  const target = file(context, 'target.db');
  assert.equal(await copyLog(source, target), { streams: 3, entries: 66, diverging: [] });
  assert.equal(await contents(target), await contents(source));
  assert.is((await collect(target.registered(AT))).length, 3);
  assert.equal((await verifyLog(target)).findings, []);
});

tests('a second time only what was added since is copied', async (context) => {
  const { source } = context;
  const target = file(context, 'target.db');
  await fill(source, 'a', 3);
  await copyLog(source, target);
  assert.equal(await copyLog(source, target), { streams: 1, entries: 0, diverging: [] });
  await fill(source, 'a', 2);
  await fill(source, 'b', 1);
  assert.equal(await copyLog(source, target), { streams: 2, entries: 3, diverging: [] });
  assert.equal(await contents(target), await contents(source));
});

tests('a stream that went on differently in the target is named and left as it is', async (context) => {
  const { source } = context;
  const target = file(context, 'target.db');
  await fill(source, 'a', 2);
  await fill(source, 'b', 2);
  await copyLog(source, target);
  const head = headOf(await target.read('a'));
  accepted(await target.append('a', head, [entry('elsewhere')]));
  await fill(source, 'a', 1);
  await fill(source, 'b', 1);
  assert.equal(await copyLog(source, target), { streams: 2, entries: 1, diverging: ['a'] });
  assert.is((await target.read('a')).at(-1)?.id, 'elsewhere');
});

tests('an entry that was changed in the source is not passed on as sound', async (context) => {
  const { source, dir } = context;
  await fill(source, 'a', 3);
  const db = new Database(dir.file('source.db'));
  const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() as { name: string }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(`UPDATE entries SET data = '{"forged":1}' WHERE version = 2`);
  db.close();
  const target = file(context, 'target.db');
  assert.equal((await copyLog(source, target)).diverging, ['a']);
  assert.equal(await target.read('a'), []);
});

tests('from Azure Tables into a file and from there into other tables it stays the same log', async (context) => {
  const { connectionString } = await azurite();
  const tables = async (): Promise<CallEventLog> => {
    const prefix = `Copy${randomUUID().slice(0, 8)}`;
    const log = await openTablesLog({ connectionString }, { prefix, createTables: true, writeId: randomUUID });
    context.open.push(log);
    return log;
  };
  const [first, backup, second] = [await tables(), file(context, 'backup.db'), await tables()];
  await fill(first, 'member:ü/1', 3);
  accepted(await first.append('b', EMPTY_HEAD, [entry('1'), entry('2')]));
  await first.register('b', AT);
  await copyLog(first, backup);
  assert.equal(await copyLog(backup, second), { streams: 2, entries: 5, diverging: [] });
  assert.equal(await contents(second), await contents(first));
});

tests.run();
