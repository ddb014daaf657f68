import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Beside, type LogRebuildReport, rebuildReadModels } from '../../src/audit/rebuild.ts';
import { PROVIDERS } from '../../src/composition/providers.ts';
import { inFiles, openReadModels, storeFiles } from '../../src/composition/stores.ts';
import { inspectSqliteLog } from '../../src/log/sqlite/log.ts';
import { type TempDir, tempDir } from '../support/temp-dir.ts';

type Context = { folder: TempDir; ids: readonly string[] };
const test = suite<Context>('A rebuild beside servers');
const GOLDEN = fileURLToPath(new URL('../golden/2/call-events.db', import.meta.url));
const LONG_AGO = '2000-01-01T00:00:00.000Z';
const LATER = '2099-01-01T00:00:00.000Z';

test.before.each(async (context) => {
  context.folder = await tempDir('rebuild');
  const files = storeFiles(context.folder.path);
  copyFileSync(GOLDEN, files.log);
  await rebuilt(context, {});
  // The rows of one call were not made yet, another's show what was before; a third's somebody changed.
  const db = new Database(files.readModels);
  context.ids = db.prepare('SELECT CallSessionId FROM CallSessions ORDER BY 1 LIMIT 3').pluck().all() as string[];
  const [none, old, changed] = context.ids;
  db.prepare('DELETE FROM CallResponses WHERE CallSessionId = ?').run(none);
  db.prepare('DELETE FROM CallSessions WHERE CallSessionId = ?').run(none);
  db.prepare('UPDATE CallSessions SET Version = Version - 1 WHERE CallSessionId = ?').run(old);
  db.prepare("UPDATE CallSessions SET MemberId = 'somebody' WHERE CallSessionId = ?").run(changed);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
});
test.after.each(({ folder }) => folder.remove());

async function rebuilt({ folder }: Pick<Context, 'folder'>, beside: Beside): Promise<LogRebuildReport> {
  const log = inspectSqliteLog(storeFiles(folder.path).log);
  const readStore = await openReadModels(inFiles(folder.path));
  const report = await rebuildReadModels(log, readStore, PROVIDERS, beside);
  await Promise.all([log.close(), readStore.close()]);
  return report;
}

test('does not call rows different that a server had yet to make, and makes them', async (context) => {
  const report = await rebuilt(context, { lateBefore: LONG_AGO });
  assert.equal(report.differences, context.ids.slice(2));
  assert.is(report.behind, 2);
  const next = await rebuilt(context, { lateBefore: LONG_AGO });
  assert.equal([next.differences, next.behind], [[], 0]);
});

for (const [when, beside] of [
  ['that should have been made long ago', { lateBefore: LATER }],
  ['where nobody else makes any', {}],
] as const) {
  test(`names rows as different ${when}`, async (context) => {
    const report = await rebuilt(context, beside);
    assert.equal([report.differences, report.behind], [context.ids, 0]);
  });
}

test.run();
