import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessFilter } from '../../../projections/access.ts';
import { accessPage } from '../../../projections/sqlserver/access-records/list.ts';
import { migrations } from '../../../projections/sqlserver/migrations.ts';
import { tableNames } from '../../../projections/sqlserver/names.ts';
import { at } from '../samples.ts';

const test = suite('who looked, in the SQL of SQL Server');
const tables = tableNames('calls');
const members = { table: 'Members', memberId: 'MemberId', phoneNumber: 'PhoneNumber' };
const made =
  migrations({ tables, members, membersIndex: false, membersCreate: false }).find(
    ({ id }) => id === '004 access records',
  )?.statements ?? [];

/** The columns of every key and index of a table, in their order. */
function keysOf(table: string): string[] {
  const of = made.filter((statement) => statement.includes(table)).join('\n');
  const keys = of.matchAll(/(?:PRIMARY KEY|UNIQUE|CREATE INDEX \w+ ON \S+) \(([\w, ]+)\)/g);
  return [...keys].map(([, columns = '']) => columns);
}

const QUERIES: readonly (readonly [filter: AccessFilter, table: string, equal: string, order: string])[] = [
  [{ member: 'M-1' }, '[AccessSubjects]', 'Subject', 'J.RecordId'],
  [{ call: 'c-1', actor: 'anna', from: at(1), to: at(9) }, '[AccessSubjects]', 'Subject', 'J.RecordId'],
  [{ actor: 'anna' }, '[AccessRecords]', 'Name', 'A.RecordId'],
  [{ actor: 'compliance:anna', from: at(1) }, '[AccessRecords]', 'Name', 'A.RecordId'],
  [{ byCompliance: true }, '[AccessRecords]', 'OfCompliance', 'A.RecordId'],
];

test('each question goes by an index that begins with what it asks for and goes on in the order of the page', () => {
  for (const [filter, table, equal, order] of QUERIES) {
    const { text } = accessPage(tables, { filter, limit: 50, before: 'x' });
    assert.ok(keysOf(table).includes(`${equal}, RecordId`), `${table} (${equal}, RecordId)`);
    assert.match(text, new RegExp(`\\b[AJ]\\.${equal} = `), text);
    assert.match(text, new RegExp(`ORDER BY ${order} DESC$`));
    assert.match(text, `${order} < @before`);
    // What a function is made of no index can find.
    assert.not.match(text, /WHERE.*\b(?:CAST|CONVERT|LEFT|LIKE|ISNULL|COALESCE)\b/);
  }
});

test('by time alone the page is read from the primary key', () => {
  const { text, parameters } = accessPage(tables, { filter: { from: at(1), to: at(9) }, limit: 50 });
  assert.ok(keysOf('[AccessRecords]').includes('RecordId'));
  assert.match(text, /WHERE A\.RecordId >= @from AND A\.RecordId < @to ORDER BY A\.RecordId DESC$/);
  assert.equal(parameters, { from: at(1), to: at(9), limit: 50 });
});

test('no value is part of a statement', () => {
  const evil = "x'; DROP TABLE y --";
  const { text } = accessPage(tables, { filter: { member: evil, call: evil, actor: evil }, before: evil, limit: 1 });
  assert.not.match(text, 'DROP');
});

test.run();
