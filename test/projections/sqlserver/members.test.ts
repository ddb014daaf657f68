import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectionString, failure, skipSqlServer, type TestDatabase, testDatabase } from './rig.ts';

function members(): void {
  const test = suite<{ database: TestDatabase }>("SQL Server members in the plan's own table");
  test.before.each((context) => {
    context.database = testDatabase();
  });
  test.after.each(({ database }) => database.cleanup());

  async function table(database: TestDatabase, idType: string) {
    await database.open().migrate();
    const name = `[${database.schema}].[Plan Persons]`;
    await database.run(`CREATE TABLE ${name} ([Person Id] ${idType} NOT NULL PRIMARY KEY, Phone VARCHAR(20) NULL)`);
    const names = { table: name, memberId: 'Person Id', phoneNumber: 'Phone', name: null, timeZone: null };
    return { name, members: database.open({ members: names }).members };
  }

  test('are found and saved under its own names', async ({ database }) => {
    const { name, members } = await table(database, 'VARCHAR(50)');
    await database.run(`INSERT INTO ${name} VALUES ('m-1', '+15550100001')`);
    assert.equal(await members.find('m-1'), { memberId: 'm-1', phoneNumber: '+15550100001' });
    await members.save([
      { memberId: 'm-1', phoneNumber: '+15550100002' },
      { memberId: 'm-2', phoneNumber: '+15550100003', name: 'there is no column for it' },
    ]);
    const found = await members.list({ limit: 5 });
    assert.equal(
      found.map((one) => one.phoneNumber),
      ['+15550100002', '+15550100003'],
    );
  });

  test('are found by the very id, for the log takes another spelling for another member', async ({ database }) => {
    const { name, members } = await table(database, 'NVARCHAR(50)');
    await database.run(`INSERT INTO ${name} VALUES (N'M-1', '+15550100001')`);
    assert.is((await members.find('M-1'))?.memberId, 'M-1');
    assert.is(await members.find('m-1'), null);
    assert.is(await members.find('M-1 '), null);
  });

  test('without a phone number are left out of the list, and an error when one is to be called', async ({
    database,
  }) => {
    const { name, members } = await table(database, 'NVARCHAR(50)');
    await database.run(`INSERT INTO ${name} VALUES (N'm-1', NULL), (N'm-2', ''), (N'm-3', '+15550100001')`);
    assert.equal(await members.list({ limit: 1 }), [{ memberId: 'm-3', phoneNumber: '+15550100001' }]);
    for (const id of ['m-1', 'm-2']) {
      assert.is((await failure(() => members.find(id))).code, 'MEMBERS_CORRUPT');
    }
  });

  test('may have numbers for ids', async ({ database }) => {
    const { members } = await table(database, 'INT');
    await members.save([7, 12].map((n) => ({ memberId: `${n}`, phoneNumber: '+15550100001' })));
    assert.is((await members.find('12'))?.memberId, '12');
    for (const id of ['012', '12.0', 'm-1', ' 12', '', '2147483648']) assert.is(await members.find(id), null, id);
    assert.equal(await members.list({ after: '7', limit: 5 }), [{ memberId: '12', phoneNumber: '+15550100001' }]);
  });

  test('may have GUIDs for ids, spoken of in lower case', async ({ database }) => {
    const { members } = await table(database, 'UNIQUEIDENTIFIER');
    const id = 'abcdef01-0000-4000-8000-000000000001';
    await members.save([{ memberId: id, phoneNumber: '+15550100001' }]);
    assert.is((await members.find(id))?.memberId, id);
    assert.is(await members.find(id.toUpperCase()), null);
    assert.is(await members.find('m-1'), null);
  });

  test('without a table are an error that names it', async ({ database }) => {
    const names = { table: 'Nobody', memberId: 'Id', phoneNumber: 'Phone' };
    const { code, message } = await failure(() => database.open({ members: names }).members.find('m-1'));
    assert.is(code, 'MEMBERS_UNAVAILABLE');
    assert.match(message, 'Nobody.Id');
  });

  test.run();
}

if (connectionString === '') skipSqlServer('SQL Server members');
else members();
