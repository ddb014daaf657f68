import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MemberChange } from '../../src/domain/member/members.ts';
import { importMembersCsv, importSummary, type MembersImport } from '../../src/members/import.ts';

const GOOD = [Buffer.from('memberId,phoneNumber\nM-1,+12025550101\n')];
const BAD = [...GOOD, Buffer.from('M-2,nobody\n')];
const COUNTS = { new: 1, changed: 0, unchanged: 0 };

/** A store that notes what is done with it. */
function noting(save: (members: readonly MemberChange[]) => Promise<void> = async () => {}) {
  const uses: string[] = [];
  const open = async () => {
    uses.push('open');
    return {
      async save(members: Iterable<MemberChange>) {
        const all = [...members];
        uses.push(`save ${all.length > 3 ? all.length : all.map(({ memberId }) => memberId)}`);
        await save(all);
        return { ...COUNTS, new: all.length };
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
  const { imported, counts, problems, isRefused } = await importMembersCsv(GOOD, open);
  assert.equal([imported, counts, problems, isRefused], [1, COUNTS, [], false]);
  assert.equal(uses, ['open', 'save M-1', 'close']);
});

test('a file with a bad record is refused without a store being opened, unless bad ones may be skipped', async () => {
  const { uses, open } = noting();
  const refused = await importMembersCsv(BAD, open);
  assert.equal([refused.imported, refused.isRefused, refused.badRecords, uses], [0, true, 1, []]);
  const skipped = await importMembersCsv(BAD, open, { skipBad: true });
  assert.equal([skipped.imported, skipped.isRefused, skipped.badRecords], [1, false, 1]);
  assert.equal(uses, ['open', 'save M-1', 'close']);
});

test('where not one record is good nothing is imported, also when bad ones may be skipped', async () => {
  const { uses, open } = noting();
  for (const text of ['', 'memberId,phoneNumber\n', 'memberId,phoneNumber\nM-1,x\n', 'a,b\nM-1,+12025550101\n']) {
    const { imported, isRefused } = await importMembersCsv([Buffer.from(text)], open, { skipBad: true });
    assert.equal([imported, isRefused, uses], [0, true, []], text);
  }
});

test('a preview says what would be imported, and saves nothing', async () => {
  const { uses, open } = noting();
  const { imported, counts, isRefused } = await importMembersCsv(BAD, open, { skipBad: true, preview: true });
  assert.equal([imported, counts, isRefused, uses], [1, null, false, []]);
});

test('a warning keeps nobody from being imported', async () => {
  const { open } = noting();
  const bytes = [...GOOD, Buffer.from('M-2,+12025550101\n')];
  const { imported, badRecords, groups } = await importMembersCsv(bytes, open);
  assert.equal([imported, badRecords, groups.map(({ code }) => code)], [2, 0, ['SAME_PHONE_NUMBER']]);
});

/** Rows of a large file, which is not kept in memory; of so many one is bad. */
function* manyRows(count: number, oneOf = 3): Generator<Buffer> {
  yield Buffer.from('memberId,phoneNumber\n');
  for (let n = 0; n < count; n += 1) yield Buffer.from(`M-${n},${n % oneOf === 0 ? 'x' : `+1202${5_550_000 + n}`}\n`);
}

test('problems are grouped, capped, and all told to who asks for them', async () => {
  const { open } = noting();
  const lines: number[] = [];
  const bytes = [...manyRows(3_000)];
  const done = await importMembersCsv(bytes, open, { onProblem: ({ line }) => lines.push(line) });
  const [group] = done.groups.filter(({ isWarning }) => !isWarning);
  assert.equal([group?.code, group?.count, group?.lines], ['BAD_PHONE_NUMBER', 1_000, [2, 5, 8, 11, 14]]);
  assert.equal([done.problems.length, done.badRecords], [100, 1_000]);
  assert.equal(lines.filter((line) => line % 3 === 2).length, 1_000);
});

test('a file that is too large to be kept is read again for the store, and must be the same then', async () => {
  const { uses, open } = noting();
  let readings = 0;
  const [count, oneOf] = [52_000, 52];
  const bytes = (isChanged: boolean): Iterable<Buffer> => ({
    [Symbol.iterator]() {
      readings += 1;
      return manyRows(isChanged && readings > 1 ? count - 1 : count, oneOf);
    },
  });
  const done = await importMembersCsv(bytes(false), open, { skipBad: true });
  assert.equal([done.imported, readings, uses], [51_000, 2, ['open', 'save 51000', 'close']]);
  readings = 0;
  const { code } = await importMembersCsv(bytes(true), open, { skipBad: true }).then(
    () => ({ code: 'it was imported' }),
    (error: { code?: string }) => error,
  );
  assert.is(code, 'FILE_CHANGED');
});

test('others have their turn while a file is read', async () => {
  const { open } = noting();
  let breaths = 0;
  const breathe = async (): Promise<void> => {
    breaths += 1;
  };
  await importMembersCsv([...manyRows(5_000)], open, { skipBad: true, breathe });
  assert.ok(breaths >= 10);
});

test('a store that cannot save is closed all the same', async () => {
  const { uses, open } = noting(() => Promise.reject(new Error('full')));
  assert.is(await importMembersCsv(GOOD, open).catch(({ message }) => message), 'full');
  assert.is(uses.at(-1), 'close');
});

test('the summary counts what is new, changed and unchanged, and bad records', () => {
  const done: MembersImport = {
    imported: 6,
    counts: { new: 1, changed: 2, unchanged: 3 },
    problems: [],
    groups: [],
    badRecords: 1,
    isRefused: false,
  };
  assert.is(importSummary(done), '6 members imported: 1 new, 2 changed, 3 unchanged; 1 bad record');
  assert.is(
    importSummary({ ...done, imported: 1, counts: null, badRecords: 0 }),
    '1 member could be imported, 0 bad records',
  );
  assert.is(
    importSummary({ ...done, imported: 0, counts: null, badRecords: 2, isRefused: true }),
    '0 members imported, 2 bad records',
  );
});

test.run();
