import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SqlServerOptions } from '../../../projections/sqlserver/access.ts';
import { migrations } from '../../../projections/sqlserver/migrations.ts';
import { tableNames } from '../../../projections/sqlserver/names.ts';
import { sqlServerOn } from '../../../projections/sqlserver/pool.ts';
import { hastyClock } from '../../support/hasty-clock.ts';
import { recorder } from './batches/recorder.ts';

const test = suite('the script for an administrator of the database');

const members = { table: 'plan.Person', memberId: 'Id', phoneNumber: 'Phone', name: null, timeZone: null };
const choice = { members, membersCreate: true, membersIndex: true };

function script(options: Partial<SqlServerOptions> = {}): string {
  const sent = recorder(() => []);
  const all = { schema: 'callistra', olderSchema: 'dbo', clock: hastyClock(), ...choice, ...options };
  const text = sqlServerOn(sent.database, all, async () => undefined).script();
  assert.equal(sent.batches, [], 'nobody is asked');
  return text;
}

/** Without line breaks and indentation. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('has every statement of every migration, and remembers each as `migrate` does', () => {
  const text = flat(script());
  for (const { id, statements } of migrations({ tables: tableNames('callistra', 'dbo'), ...choice })) {
    assert.match(text, `WHERE Id = N'${id}') BEGIN`);
    assert.match(text, `VALUES (N'${id}', SYSUTCDATETIME())`);
    for (const statement of statements) assert.match(text, flat(statement));
  }
});

test('moves the tables of an older release where there can be some', () => {
  assert.match(script(), 'ALTER SCHEMA [callistra] TRANSFER OBJECT::[dbo].[CallSessions];');
  assert.not.match(script({ schema: 'dbo' }), 'TRANSFER');
});

test('is one batch, so that no client goes on after an error, in one transaction', () => {
  assert.not.match(script(), /^\s*GO\s*$/im);
  assert.is(script().match(/BEGIN TRANSACTION;/g)?.length, 1);
  assert.is(script().match(/COMMIT TRANSACTION;/g)?.length, 1);
  assert.match(script(), 'SET XACT_ABORT ON;');
  assert.is(script().match(/DECLARE @lock/g)?.length, 1);
});

test('gives the server its schema and SELECT on the members, importers the members, and nothing else to anybody', () => {
  const given = [...script().matchAll(/GRANT .*/g)].map(([grant]) => grant);
  assert.equal(given, [
    'GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::[callistra] TO [callistra_server];',
    'GRANT SELECT ON OBJECT::[plan].[Person] TO [callistra_server];',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::[plan].[Person] TO [callistra_members];',
    'GRANT CREATE TABLE TO [callistra_migrations];',
    'GRANT CONTROL ON SCHEMA::[callistra] TO [callistra_migrations];',
    'GRANT ALTER ON OBJECT::[plan].[Person] TO [callistra_migrations];',
  ]);
  assert.not.match(script({ membersIndex: false }), 'GRANT ALTER');
});

test('looks for the table of the members before it makes anything, unless it makes that too', () => {
  const text = script({ membersCreate: false });
  assert.match(text, /IF OBJECT_ID\(N'\[plan\]\.\[Person\]'\) IS NULL THROW \d+, '.*MEMBERS_TABLE/);
  assert.ok(text.indexOf('MEMBERS_TABLE') < text.indexOf('BEGIN TRANSACTION'));
  assert.not.match(script(), 'MEMBERS_TABLE');
});

test('has names quoted so that nothing in them ends them', () => {
  const text = script({ members: { ...members, table: "[o'clock].[a]]; DROP TABLE b --]" }, membersCreate: false });
  assert.match(text, "OBJECT_ID(N'[o''clock].[a]]; DROP TABLE b --]')");
  assert.match(text, "OBJECT::[o'clock].[a]]; DROP TABLE b --] TO");
});

test.run();
