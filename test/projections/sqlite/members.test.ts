import { readFile, writeFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSqliteMembers } from '../../../projections/sqlite/members.ts';
import { maskNumber } from '../../../src/domain/member/phone-number.ts';
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
  assert.equal(await members.search({ sought: { text: 'ann', digits: null }, limit: 9 }), whole);
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

test.run();
