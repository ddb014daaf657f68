import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallFilter } from '../../../projections/ports.ts';
import { listQuery } from '../../../projections/sqlite/list.ts';
import { openSqliteReadStore } from '../../../projections/sqlite/read-store.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { at, callId } from '../samples.ts';
import { subsetsOf } from '../sqlserver/batches/asked.ts';

const test = suite('the list of calls, in the SQL of SQLite');

const EVERY: Required<CallFilter> = {
  memberId: 'M-1',
  status: 'Failed',
  disposition: ['busy', 'no-answer'],
  questionnaire: 'wellness@1',
  from: at(1),
  to: at(9),
};

/** The index by which calls are looked for. */
function indexFor({ memberId, status, disposition, questionnaire }: CallFilter): string {
  if (memberId !== undefined) return 'CallSessions_MemberId (MemberId=?';
  if (questionnaire !== undefined) return 'CallSessions_Kind (Disposition=? AND Status=? AND Questionnaire=?';
  if (status !== undefined || disposition !== undefined) return 'CallSessions_Standing (Disposition=? AND Status=?';
  return '';
}

test('no question goes through calls that it does not ask for: among a million it takes as long as among ten', async () => {
  const { file, remove } = await tempDir('list');
  await openSqliteReadStore(file('read-models.db')).close();
  const db = new Database(file('read-models.db'));
  for (const filter of subsetsOf(EVERY)) {
    for (const place of [{}, { after: callId(5) }, { before: callId(5) }]) {
      const { rest, values } = listQuery({ filter, limit: 51, ...place });
      const steps = db.prepare(`EXPLAIN QUERY PLAN SELECT S.Version FROM ${rest}`).all(...values) as {
        detail: string;
      }[];
      const plan = steps.map(({ detail }) => detail).join('\n');
      const about = `${JSON.stringify({ filter, ...place })}\n${plan}`;
      assert.ok(plan.includes(indexFor(filter)), about);
      // The range of ids is found in the index, not by trying each.
      if (filter.memberId === undefined && filter.to !== undefined) assert.match(plan, /CallSessionId<\?\)/, about);
      if (filter.memberId === undefined && filter.from !== undefined) assert.match(plan, /CallSessionId>\?/, about);
      const isWhole = Object.keys(filter).length === 0 && Object.keys(place).length === 0;
      if (!isWhole) assert.not.match(plan, /SCAN [ST]\b/, about);
    }
  }
  db.close();
  await remove();
});

test.run();
