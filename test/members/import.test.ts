import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member } from '../../src/domain/member/members.ts';
import { importMembersCsv, importSummary } from '../../src/members/import.ts';

const GOOD = 'memberId,phoneNumber\nM-1,+15550100101\n';
const BAD = `${GOOD}M-2,nobody\n`;

/** A store that notes what is done with it. */
function noting(save: (members: readonly Member[]) => Promise<void> = async () => {}) {
  const uses: string[] = [];
  const open = async () => {
    uses.push('open');
    return {
      async save(members: readonly Member[]) {
        uses.push(`save ${members.map(({ memberId }) => memberId)}`);
        await save(members);
      },
      async close() {
        uses.push('close');
      },
    };
  };
  return { uses, open };
}

test('the members of a good file are saved, and the store is closed', async () => {
  const { uses, open } = noting();
  assert.equal(await importMembersCsv(GOOD, open), { imported: 1, problems: [], isRefused: false });
  assert.equal(uses, ['open', 'save M-1', 'close']);
});

test('a file with a bad line is refused without a store being opened, unless bad lines may be skipped', async () => {
  const { uses, open } = noting();
  const refused = await importMembersCsv(BAD, open);
  assert.equal([refused.imported, refused.isRefused, refused.problems.length, uses], [0, true, 1, []]);
  const skipped = await importMembersCsv(BAD, open, { skipBad: true });
  assert.equal([skipped.imported, skipped.isRefused, skipped.problems.length], [1, false, 1]);
  assert.equal(uses, ['open', 'save M-1', 'close']);
});

test('a store that cannot save is closed all the same', async () => {
  const { uses, open } = noting(() => Promise.reject(new Error('full')));
  assert.is(await importMembersCsv(GOOD, open).catch(({ message }) => message), 'full');
  assert.is(uses.at(-1), 'close');
});

test('the summary counts members and bad lines', () => {
  assert.is(importSummary({ imported: 1, problems: [], isRefused: false }), '1 member imported, 0 bad lines');
  assert.is(importSummary({ imported: 2, problems: [], isRefused: false }), '2 members imported, 0 bad lines');
});

test.run();
