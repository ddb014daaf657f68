import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rows } from '../samples.ts';
import { failure, isLimited, skipSqlServer, type TestDatabase, testDatabase } from './rig.ts';

/** Refused by the database, and not by anything else: SELECT, UPDATE and the like, CREATE in a database, in a schema. */
const REFUSALS = /permission (?:was )?denied|do not have permission|does not exist or you do not have/i;

function rights(): void {
  const test = suite<{ database: TestDatabase }>('SQL Server logins that have their role and nothing else');
  test.before.each(async (context) => {
    context.database = testDatabase();
    await context.database.make();
    const ann = { memberId: 'm-1', phoneNumber: '+15550100001', name: 'Ann' };
    await context.database.openAs('members').members.save([ann]);
    await context.database.openAs('server').readStore.write([rows(1)]);
  });
  test.after.each(({ database }) => database.cleanup());

  const members = (database: TestDatabase) => database.members;
  const calls = (database: TestDatabase) => `[${database.schema}].[CallSessions]`;

  const REFUSED: readonly (readonly [
    login: 'server' | 'members',
    what: string,
    statement: (database: TestDatabase) => string,
  ])[] = [
    ['server', 'change a member', (database) => `UPDATE ${members(database)} SET PhoneNumber = N'+15550100666'`],
    ['server', 'remove a member', (database) => `DELETE FROM ${members(database)}`],
    [
      'server',
      'add a member',
      (database) => `INSERT INTO ${members(database)} (MemberId, PhoneNumber) VALUES (N'x', N'+1')`,
    ],
    ['server', 'empty the table of members', (database) => `TRUNCATE TABLE ${members(database)}`],
    ['server', 'change tables of members', (database) => `ALTER TABLE ${members(database)} ADD Note NVARCHAR(10) NULL`],
    ['server', 'change its own tables', (database) => `ALTER TABLE ${calls(database)} ADD Note NVARCHAR(10) NULL`],
    ['server', 'make a table', (database) => `CREATE TABLE [${database.schema}].[Mine] (Id INT NOT NULL)`],
    ['server', 'read another table', () => 'SELECT * FROM [dbo].[SomebodyElses]'],
    ['members', 'read the calls', (database) => `SELECT * FROM ${calls(database)}`],
    ['members', 'change the calls', (database) => `DELETE FROM ${calls(database)}`],
    ['members', 'read another table', () => 'SELECT * FROM [dbo].[SomebodyElses]'],
  ];

  for (const [login, what, statement] of REFUSED) {
    test(`the login of the ${login} may not ${what}`, async ({ database }) => {
      await database.run(
        `IF OBJECT_ID(N'[dbo].[SomebodyElses]', 'U') IS NULL CREATE TABLE [dbo].[SomebodyElses] (Id INT NOT NULL)`,
      );
      const { message } = await failure(() => database.run(statement(database), login));
      assert.match(message, REFUSALS);
      assert.equal(await database.run(`SELECT PhoneNumber FROM ${members(database)}`), [
        { PhoneNumber: '+15550100001' },
      ]);
    });
  }

  test('the login of the server is told by its own words that it may not import members', async ({ database }) => {
    const ann = { memberId: 'm-1', phoneNumber: '+15550100002' };
    const { code, message } = await failure(() => database.openAs('server').members.save([ann]));
    assert.is(code, 'MEMBERS_UNAVAILABLE');
    assert.match(message, 'refuses this login or what it may do');
  });

  test('the login of the server is enough for everything that it checks at its start', async ({ database }) => {
    const { pending, canWrite } = await database.openAs('server').check();
    assert.equal([pending, canWrite], [[], true]);
  });

  test.run();
}

const settings = 'TEST_SQL_SERVER_CONNECTION_STRING, TEST_SQL_MEMBERS_CONNECTION_STRING and TEST_SQL_CONNECTION_STRING';
if (isLimited) rights();
else skipSqlServer('SQL Server logins that have their role and nothing else', settings);
