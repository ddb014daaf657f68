import { readFile, writeFile } from 'node:fs/promises';
import Database from 'libsql';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LOOKED_AT_MAX } from '../../../projections/sqlite/member-search.ts';
import { openSqliteMembers } from '../../../projections/sqlite/members.ts';
import { maskNumber } from '../../../src/domain/member/phone-number.ts';
import { soughtBy } from '../../../src/domain/member/search.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { membersContract } from '../members-contract.ts';

membersContract('SQLite', async () => {
  const { file, remove } = await tempDir('rows');
  const members = openSqliteMembers(file('members.db'));
  return {
    members,
    async cleanup() {
      await members.close();
      await remove();
    },
  };
});

const test = suite('Members of the embedded shape');

test('are still there when their file is opened again', async () => {
  const { file, remove } = await tempDir('rows');
  const ann = { memberId: 'm-1', phoneNumber: '+15550100001' };
  const first = openSqliteMembers(file('members.db'));
  await first.save([ann]);
  await first.close();
  const second = openSqliteMembers(file('members.db'));
  assert.equal(await second.find('m-1'), ann);
  await second.close();
  await remove();
});

test('in a damaged file are never said to be rebuilt by themselves', async () => {
  const { file, remove } = await tempDir('rows');
  await writeFile(file('members.db'), 'not a database '.repeat(500));
  try {
    openSqliteMembers(file('members.db'));
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Error);
    assert.is((error as { code?: string }).code, 'MEMBERS_CORRUPT');
    assert.not.match((error as Error).message, 'rebuilt');
  }
  await remove();
});

/** Puts a byte that is not UTF-8 wherever the file says `text`. */
async function spoil(path: string, text: string): Promise<void> {
  const bytes = await readFile(path);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes[at + text.length - 1] = 0xff;
  await writeFile(path, bytes);
}

test('whose row is damaged are named, never shown in part, and hide nobody else; saved again, they are whole', async () => {
  const { file, remove } = await tempDir('rows');
  const path = file('members.db');
  const all = Array.from({ length: 9 }, (_, n) => ({
    memberId: `M-${n}`,
    phoneNumber: `+155501000${n}`,
    name: `Ann ${n}`,
  }));
  const first = openSqliteMembers(path);
  await first.save(all);
  await first.close();
  await spoil(path, 'Ann 3');
  await spoil(path, 'Ann 5');
  const members = openSqliteMembers(path);
  for (const { memberId } of all) {
    const isHit = memberId === 'M-3' || memberId === 'M-5';
    const found = await members.find(memberId).catch((error: Error & { code?: string }) => error);
    if (!isHit) assert.equal(found, all[Number(memberId.slice(2))]);
    else assert.match(String(found), `is damaged (row ${memberId} of Members)`);
  }
  const whole = all.filter(({ memberId }) => !['M-3', 'M-5'].includes(memberId));
  assert.equal(await members.list({ limit: 7 }), whole);
  assert.equal((await members.search({ sought: soughtBy('ann')!, limit: 9 })).members, whole);
  assert.equal(await members.list({ after: 'M-2', limit: 2 }), whole.slice(3, 5));
  assert.is(members.problems?.().length, 2);
  assert.not.match(members.problems?.().join() ?? '', /Ann|\+1555/);
  await members.save([all[3]!, all[5]!]);
  assert.equal(await members.list({ limit: 9 }), all);
  for (const memberId of ['M-3', 'M-5']) await members.find(memberId);
  assert.equal(members.problems?.(), []);
  await members.close();
  await remove();
});

test('show the last four digits of their number and no more', () => {
  assert.is(maskNumber('+15550100123'), '+*******0123');
  assert.is(maskNumber('5550100123'), '******0123');
  assert.is(maskNumber('+1234'), '+****');
  assert.is(maskNumber('+'), '+');
  assert.is(maskNumber(''), '');
});

const ids = (found: { members: readonly { memberId: string }[] }) =>
  found.members.map(({ memberId }) => memberId).join(' ');
const sought = (typed: string) => ({ sought: soughtBy(typed)!, limit: 3 });

test('are searched in a file of an older release, and go on being so when that writes to it again', async () => {
  const { file: place, remove } = await tempDir('members');
  const file = place('members.db');
  await (await openSqliteMembers(file)).close();
  const older = new Database(file);
  older.exec(`DROP TRIGGER Members_sought_INSERT; DROP TRIGGER Members_sought_UPDATE; DROP TRIGGER Members_sought_DELETE;
    DROP TABLE MemberNames; DROP TABLE MemberPlaces; DROP INDEX Members_MemberId_AnyCase; DROP INDEX Members_NumberEnd;
    INSERT INTO Members VALUES ('m-1', '+12025550141', 'Ann Brown', NULL), ('m-2', '+12025550142', NULL, NULL)`);
  const said: string[] = [];
  const members = openSqliteMembers(file, 0, (words) => said.push(words));
  assert.equal(said, [], 'a few are no long work');
  const byWord = async () => [ids(await members.search(sought('bro'))), ids(await members.search(sought('green')))];
  assert.equal(await byWord(), ['m-1', '']);
  older.exec(`UPDATE Members SET Name = 'Ann Green' WHERE MemberId = 'm-1';
    UPDATE Members SET Name = 'Bob Green' WHERE MemberId = 'm-2'; INSERT INTO Members VALUES ('m-3', '+1', 'Al Brown', NULL)`);
  assert.equal(await byWord(), ['m-3', 'm-1 m-2']);
  older.exec("DELETE FROM Members WHERE MemberId <> 'm-2'");
  assert.equal(await byWord(), ['', 'm-2']);
  older.close();
  await members.close();
  await remove();
});

test('of whom there are very many say so before their index is made, once', async () => {
  const { file: place, remove } = await tempDir('members');
  const said: string[] = [];
  const opened = async () => (await openSqliteMembers(place('members.db'), 0, (words) => said.push(words))).close();
  await opened();
  const older = new Database(place('members.db'));
  older.exec(`DROP TRIGGER Members_sought_INSERT;
    WITH RECURSIVE N (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM N WHERE n <= 50000)
    INSERT INTO Members SELECT 'm-' || n, '+1', NULL, NULL FROM N`);
  older.close();
  await opened();
  await opened();
  assert.match(said.join('|'), /^an index of all members is made[^|]*$/);
  await remove();
});

test('are saved, removed and found where the index of their names is damaged', async () => {
  const { file: place, remove } = await tempDir('members');
  const file = place('members.db');
  const members = openSqliteMembers(file);
  await members.save(Array.from({ length: 1_200 }, (_, n) => ({ memberId: `m-${n}`, phoneNumber: '+1', name: 'Ann' })));
  await members.save([{ memberId: 'm-777', phoneNumber: '+1', name: 'Zoë' }]);
  const beside = openSqliteMembers(file);
  const other = new Database(file);
  other.exec("UPDATE MemberNames_data SET block = x'00ff00ff00ff'");
  other.close();
  assert.is(ids(await members.search(sought('zoe'))), 'm-777');
  assert.is(ids(await members.search(sought('ann'))), 'm-0 m-1 m-10');
  // Also by who had it open before it was damaged, and by who has it open beside.
  await members.save([{ memberId: 'm-6', phoneNumber: '+1', name: 'Zoë' }]);
  await members.remove('m-8');
  for (const each of [members, beside]) assert.is(ids(await each.search(sought('zoe'))), 'm-6 m-777');
  await beside.close();
  await members.close();
  const again = openSqliteMembers(file);
  assert.is(ids(await again.search(sought('zoe'))), 'm-6 m-777');
  await again.save([{ memberId: 'm-5', phoneNumber: '+1', name: 'Zoë' }]);
  await again.remove('m-777');
  assert.is(ids(await again.search(sought('zoe'))), 'm-5 m-6');
  await again.close();
  await remove();
});

test('of whom very many are like that are some of them, and it is said', async () => {
  const members = openSqliteMembers(':memory:');
  const named = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      memberId: `m-${n}`,
      phoneNumber: '+12025550143',
      name: `Ann Of${n % 9}`,
    }));
  await members.save(named(LOOKED_AT_MAX));
  assert.is((await members.search(sought('ann'))).isPartial, false);
  await members.save([{ memberId: 'x', phoneNumber: '+12025550143', name: 'Ann' }]);
  for (const typed of ['ann', '0143']) {
    const { members: some, isPartial } = await members.search(sought(typed));
    assert.equal([some.length, isPartial], [3, true], typed);
  }
  assert.is((await members.search(sought('ann of1'))).isPartial, false);
  await members.close();
});

test.run();
