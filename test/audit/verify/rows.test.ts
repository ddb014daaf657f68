import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rebuildReadModels } from '../../../src/audit/rebuild.ts';
import { createRowCheck } from '../../../src/audit/verify/rows.ts';
import { verifyLog } from '../../../src/audit/verify/verify.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { inFiles, openReadModels, storeFiles } from '../../../src/composition/stores.ts';
import { inspectSqliteLog } from '../../../src/log/sqlite/log.ts';
import { type TempDir, tempDir } from '../../support/temp-dir.ts';

type Context = { folder: TempDir; rows: string };
const test = suite<Context>('rows against the log');
const GOLDEN = fileURLToPath(new URL('../../golden/2/call-events.db', import.meta.url));

test.before(async (context) => {
  context.folder = await tempDir('rows');
  const files = storeFiles(context.folder.path);
  context.rows = files.readModels;
  copyFileSync(GOLDEN, files.log);
  const log = inspectSqliteLog(files.log);
  const readStore = await openReadModels(inFiles(context.folder.path));
  await rebuildReadModels(log, readStore, PROVIDERS);
  await Promise.all([log.close(), readStore.close()]);
});
test.after(({ folder }) => folder.remove());

async function findings({ folder }: Context) {
  const log = inspectSqliteLog(storeFiles(folder.path).log);
  const readStore = await openReadModels(inFiles(folder.path));
  const check = createRowCheck(readStore, PROVIDERS, '2099-01-01T00:00:00.000Z');
  const { findings: found } = await verifyLog(log, { beside: check.of, atLast: () => check.ofNoStream(log) });
  await Promise.all([log.close(), readStore.close()]);
  return found;
}

/** What is found when this was done to the rows, past the server; then it is taken back. */
async function findingsAfter(context: Context, sql: string) {
  copyFileSync(context.rows, `${context.rows}.sound`);
  const db = new Database(context.rows);
  db.exec('PRAGMA foreign_keys = OFF');
  db.exec(sql);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  const all = await findings(context);
  copyFileSync(`${context.rows}.sound`, context.rows);
  return all;
}

async function found(context: Context, sql: string): Promise<readonly string[]> {
  const all = await findingsAfter(context, sql);
  assert.ok(all.every(({ kind }) => kind === 'row'));
  return all.map(({ detail = '' }) => detail);
}

test('rows that the log made have no finding', async (context) => {
  assert.equal(await findings(context), []);
});

const SESSION = 'WHERE CallSessionId = (SELECT CallSessionId FROM CallResponses ORDER BY 1 LIMIT 1)';
for (const [column, value] of [
  ['MemberId', "'somebody'"],
  ['CallConnectionId', "'another'"],
  ['CorrelationId', "'another'"],
  ['ServerCallId', "'another'"],
  ['Status', "'Failed'"],
  ['Disposition', "'no-answer'"],
  ['Questionnaire', "'other@1'"],
  ['CreatedAt', "'2020-01-01T00:00:00.000Z'"],
  ['UpdatedAt', "'2020-01-01T00:00:00.000Z'"],
] as const) {
  test(`a session whose ${column} is changed is found, and the column is named`, async (context) => {
    const [detail = '', ...others] = await found(context, `UPDATE CallSessions SET ${column} = ${value} ${SESSION}`);
    assert.is(detail.toLowerCase(), `differs in ${column.toLowerCase()}`);
    assert.equal(others, []);
  });
}

test('answers that are changed, removed or invented are found', async (context) => {
  const first = 'WHERE ResponseId = (SELECT min(ResponseId) FROM CallResponses)';
  for (const sql of [
    `UPDATE CallResponses SET Response = 'other' ${first}`,
    `UPDATE CallResponses SET RecordedAt = '2020-01-01T00:00:00.000Z' ${first}`,
    `DELETE FROM CallResponses ${first}`,
    `INSERT INTO CallResponses SELECT ResponseId || '9', CallSessionId, 99, Response, RecordedAt FROM CallResponses ${first}`,
  ]) {
    assert.equal(await found(context, sql), ['differs in answers'], sql);
  }
});

test('a row that is removed, old, or of no call is found', async (context) => {
  assert.equal(await found(context, `DELETE FROM CallSessions ${SESSION}`), ['there is none, or an old one']);
  assert.equal(await found(context, `UPDATE CallSessions SET Version = 1 ${SESSION}`), [
    'there is none, or an old one',
  ]);
  const columns = 'Status, Disposition, Questionnaire, CreatedAt, UpdatedAt, Version';
  const invented = `INSERT INTO CallSessions (CallSessionId, MemberId, ${columns})
    SELECT '0190a5a8-0000-7000-8000-0000000000ff', MemberId, ${columns} FROM CallSessions ${SESSION}`;
  assert.equal(await found(context, invented), ['a row of a call that the log does not know']);
});

test('a damaged row hides no other, and not that its stream is shorter than it says', async (context) => {
  const nth = (n: number) =>
    `WHERE CallSessionId = (SELECT CallSessionId FROM CallSessions ORDER BY 1 LIMIT 1 OFFSET ${n})`;
  const all = await findingsAfter(
    context,
    `UPDATE CallSessions SET CreatedAt = 'yesterday' ${nth(0)};
     UPDATE CallSessions SET CreatedAt = 'yesterday', Version = 999 ${nth(1)};
     UPDATE CallSessions SET MemberId = 'somebody' ${nth(2)}`,
  );
  assert.equal(all.map(({ kind, detail = '' }) => `${kind}: ${detail}`).sort(), [
    'row: differs in memberId',
    'row: one is damaged, so there may be others behind it of calls that the log does not know',
    'row: the row is damaged',
    'truncated: ',
  ]);
});

test('rows are read before the entries, so that one that is written meanwhile is not taken for a forged one', async ({
  folder,
}) => {
  const log = inspectSqliteLog(storeFiles(folder.path).log);
  const readStore = await openReadModels(inFiles(folder.path));
  const check = createRowCheck(readStore, PROVIDERS, '2000-01-01T00:00:00.000Z');
  const asked: string[] = [];
  const { streams } = await verifyLog(
    {
      registered: log.registered,
      read(stream) {
        asked.push(stream);
        return log.read(stream);
      },
    },
    {
      beside(of) {
        assert.equal(
          of.filter((stream) => asked.includes(stream)),
          [],
        );
        return check.of(of);
      },
    },
  );
  assert.ok(streams > 2);
  await Promise.all([log.close(), readStore.close()]);
});

test.run();
