import { statSync } from 'node:fs';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { copyLog } from '../../../src/audit/backup/log.ts';
import { rebuildReadModels } from '../../../src/audit/rebuild.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { EMPTY_HEAD, type Head, headOf } from '../../../src/domain/entries.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { openSqliteLog } from '../../../src/log/sqlite/log.ts';
import { initiated } from '../../app/samples.ts';
import { callId } from '../../projections/samples.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';
import { accepted, newEntry } from '../samples.ts';

const MIB = 1024 ** 2;
/** When the write-ahead log has 4,000 pages they go into the database, and it begins anew. */
const BOUND = 24 * MIB;
const STREAMS = 40;

type Context = {
  folder: TempDir;
  path: string;
  log: CallEventLog;
  writeMore: () => Promise<void>;
  walBytes: () => number;
};

const test = suite<Context>('the write-ahead log of a server that goes on writing');

test.before.each(async (context) => {
  context.folder = await tempDir('wal');
  const path = context.folder.file('log.db');
  const log = openSqliteLog(path);
  for (let n = 0; n < STREAMS; n += 1) {
    await log.register(callId(n), new Date(0));
    accepted(await log.append(callId(n), EMPTY_HEAD, [initiated(QUESTIONNAIRE)]));
  }
  let head: Head = EMPTY_HEAD;
  const large = Array.from({ length: 20 }, (_, n) => newEntry(String(n), { data: 'x'.repeat(60_000) }));
  Object.assign(context, {
    path,
    log,
    async writeMore() {
      head = headOf(accepted(await log.append('much', head, large)));
    },
    walBytes: () => statSync(`${path}-wal`).size,
  });
});
test.after.each(async ({ log, folder }) => {
  await log.close();
  await folder.remove();
});

/** The log as a reader sees it, which a writer overtakes at every step. */
function overtaken({ path, writeMore }: Context, steps: { count: number }): CallEventLog {
  const reader = openSqliteLog(path, { readOnly: true });
  return {
    ...reader,
    async read(stream, from) {
      steps.count += 1;
      await writeMore();
      return reader.read(stream, from);
    },
  };
}

type Walk = { readonly name: string; readonly run: (log: CallEventLog, folder: TempDir) => Promise<unknown> };

const WALKS: readonly Walk[] = [
  { name: 'verify', run: (log) => verifyLog(log) },
  {
    name: 'backup',
    async run(log, { file }) {
      const target = openSqliteLog(file('backup.db'));
      await copyLog(log, target);
      await target.close();
    },
  },
  {
    name: 'rebuild',
    run: (log) =>
      rebuildReadModels(
        log,
        {
          async rebuild(calls) {
            for await (const _ of calls);
            return { sessions: 0, responses: 0, differences: [] };
          },
          versions: async () => new Map(),
        },
        PROVIDERS,
      ),
  },
];

for (const { name, run } of WALKS) {
  test(`${name} beside it holds no transaction from one stream to the next, so it stays small`, async (context) => {
    const steps = { count: 0 };
    const reader = overtaken(context, steps);
    await run(reader, context.folder);
    await reader.close();
    assert.is(steps.count, STREAMS, 'the writer wrote 48 MB meanwhile');
    assert.ok(context.walBytes() < BOUND, `${context.walBytes()} bytes`);
  });
}

test('somebody who stands still in it makes it grow; what it grew by is given back to the disk afterwards', async (context) => {
  const { path, writeMore, walBytes } = context;
  const reader = new Database(path);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM streams').all([]);
  for (let n = 0; n < STREAMS; n += 1) await writeMore();
  assert.ok(walBytes() > 40 * MIB, `${walBytes()} bytes`);
  reader.exec('COMMIT');
  reader.close();
  for (let n = 0; n < 3; n += 1) await writeMore();
  assert.ok(walBytes() <= 32 * MIB, `${walBytes()} bytes`);
  await context.log.probe('much');
});

test.run();
