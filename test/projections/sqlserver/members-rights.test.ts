import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SqlServerDb } from '../../../projections/sqlserver/driver.ts';
import { storeError } from '../../../projections/sqlserver/errors.ts';
import { sqlServerMembers } from '../../../projections/sqlserver/members.ts';
import { failure } from './rig.ts';

const NAMES = { table: 'plan.Persons', memberId: 'Id', phoneNumber: 'Phone', name: 'Name', timeZone: null };

/** A database that keeps what is sent to it. */
function listening() {
  const sent: string[] = [];
  const batch = async (text: string) => {
    sent.push(text);
    return [[]];
  };
  const db: SqlServerDb = {
    batch,
    long: batch,
    query: async <Row>(text: string) => {
      if (text.includes('INFORMATION_SCHEMA')) return [{ type: 'nvarchar', collation: null }] as Row[];
      sent.push(text);
      return [];
    },
    transaction: (work) => work({ batch }),
  };
  return { db, sent };
}

test("members in the plan's own table are only read, and that is said in words before anything is sent", async () => {
  const { db, sent } = listening();
  const members = sqlServerMembers(db, NAMES, 'dbo', false);
  assert.match(members.readOnly ?? '', 'MEMBERS_CREATE');
  const works = [() => members.save([{ memberId: 'm-1', phoneNumber: '+1' }]), () => members.remove('m-1')];
  for (const work of works) {
    const { code, message } = await failure(work);
    assert.equal([code, sent], ['MEMBERS_READ_ONLY', []]);
    assert.match(message, "plan's own table");
  }
});

test('a login that may not write is found out before anything is written', async () => {
  const { db, sent } = listening();
  const members = sqlServerMembers(db, NAMES, 'dbo', true);
  assert.is(members.readOnly, null);
  await members.save([{ memberId: 'm-1', phoneNumber: '+1' }]);
  await members.remove('m-1');
  const [check = '', save = '', remove = ''] = sent;
  assert.match(
    check,
    /HAS_PERMS_BY_NAME\(N'\[plan\]\.\[Persons\]', 'OBJECT', 'INSERT'\) = 0 OR .*'UPDATE'\) = 0 THROW 50013/,
  );
  assert.not.match(check, 'INTO');
  assert.match(save, 'INSERT INTO [plan].[Persons]');
  assert.ok(remove.indexOf("'DELETE') = 0 THROW 50013") < remove.indexOf('DELETE FROM [plan].[Persons]'));
  assert.is(storeError('MEMBERS', { code: 'EREQUEST', numbers: [50_013] }).code, 'MEMBERS_READ_ONLY');
});

test('a large import goes in batches of one transaction', async () => {
  const { db, sent } = listening();
  const members = sqlServerMembers(db, NAMES, 'dbo', true);
  const many = Array.from({ length: 12_000 }, (_, n) => ({ memberId: `m-${n}`, phoneNumber: '+1' }));
  await members.save(many);
  assert.is(sent.length, 4);
});

test.run();
