import { writeFile } from 'node:fs/promises';
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

test('show the last four digits of their number and no more', () => {
  assert.is(maskNumber('+15550100123'), '+*******0123');
  assert.is(maskNumber('5550100123'), '******0123');
  assert.is(maskNumber('+1234'), '+****');
  assert.is(maskNumber('+'), '+');
  assert.is(maskNumber(''), '');
});

test.run();
