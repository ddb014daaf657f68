import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LATEST, migrations, NUMBERED } from '../../../projections/sqlserver/migrations.ts';
import { parseTable, quoteName, quoteTable, quoteText, tableNames } from '../../../projections/sqlserver/names.ts';

const test = suite('SQL Server names and migrations');

test('a name is quoted so that nothing in it ends it', () => {
  assert.is(quoteName('MemberId'), '[MemberId]');
  assert.is(quoteName('x]; DROP TABLE y --'), '[x]]; DROP TABLE y --]');
  assert.is(quoteText("o'clock"), "N'o''clock'");
});

test('a name that no table can have is refused', () => {
  for (const name of ['', 'a\nb', 'x'.repeat(64)]) assert.throws(() => quoteName(name), 'a name in SQL');
});

test('a table is named with its schema or without, in brackets or without', () => {
  const read = (text: string): string => quoteTable(parseTable(text));
  assert.is(read('Members'), '[dbo].[Members]');
  assert.is(read('plan.Members'), '[plan].[Members]');
  assert.is(read(' [my plan] . [the.members] '), '[my plan].[the.members]');
  assert.is(read('[a]]b].[c]'), '[a]]b].[c]');
  assert.is(read('Members; DROP TABLE x'), '[dbo].[Members; DROP TABLE x]');
});

test('a text that names no table is refused', () => {
  for (const text of ['', ' ', '.', 'a.', '.a', 'a.b.c', '[a', 'a]b', '[]', '[a]b']) {
    assert.throws(() => parseTable(text), 'a table is named', text);
  }
});

const members = { table: 'plan.Persons', memberId: 'Person]Id', phoneNumber: 'Phone', name: null, timeZone: null };
const choice = { tables: tableNames('calls'), members, membersIndex: false, membersCreate: false };

test('migrations have ids in the order in which they are applied, each once', () => {
  const ids = migrations(choice).map(({ id }) => id);
  assert.equal(ids, [...new Set(ids)].sort());
  assert.ok(ids.every((id) => NUMBERED.test(id)));
  assert.is(ids.at(-1), LATEST);
});

test("the plan's own table is touched by choice only, and by its own names", () => {
  const text = (change: object): string => JSON.stringify(migrations({ ...choice, ...change }));
  assert.not.match(text({}), 'Persons');
  assert.match(text({ membersIndex: true }), 'ON [plan].[Persons] ([Phone], [Person]]Id])');
  assert.match(text({ membersCreate: true }), "IF OBJECT_ID(N'[plan].[Persons]', 'U') IS NULL");
  const created =
    migrations({ ...choice, membersCreate: true })
      .at(-1)
      ?.statements.join() ?? '';
  assert.not.match(created, 'Name');
});

test('no statement uses what only one of SQL Server and Babelfish has', () => {
  const all = migrations({ ...choice, membersIndex: true, membersCreate: true });
  for (const statement of all.flatMap(({ statements }) => statements)) {
    assert.not.match(statement, /\bMERGE\b|CREATE OR ALTER|ALTER COLUMN|sys\.indexes|,\s*INDEX\b|DENY|EXECUTE AS/);
  }
});

test.run();
