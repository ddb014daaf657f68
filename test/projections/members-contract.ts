import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member, Members } from '../../src/domain/member/members.ts';

/** Members to test, empty, and what makes them go away. */
export type OpenMembers = () => Promise<{ readonly members: Members; cleanup(): Promise<void> }>;

/** What every adapter of Members keeps. */
export function membersContract(name: string, open: OpenMembers): void {
  const test = suite(`${name} members`);
  const on = (promise: string, work: (members: Members) => Promise<void>): void =>
    test(promise, async () => {
      const { members, cleanup } = await open();
      try {
        await work(members);
      } finally {
        await cleanup();
      }
    });

  on('gives back exactly what was saved, and null for a member it does not know', async (members) => {
    const ann: Member = {
      memberId: 'm-1',
      phoneNumber: '+15550100001',
      name: 'Änn O’Neil 漢',
      timeZone: 'Europe/Berlin',
    };
    const bare: Member = { memberId: 'M-1', phoneNumber: '+15550100001' };
    await members.save([ann, bare]);
    assert.equal(await members.find('m-1'), ann);
    assert.equal(await members.find('M-1'), bare);
    assert.equal(await members.find('m-2'), null);
  });

  on('changes what is given, takes away what is null, and leaves the rest alone', async (members) => {
    const ann = { memberId: 'm-1', phoneNumber: '+15550100001', name: 'Ann', timeZone: 'UTC' };
    await members.save([ann]);
    await members.save([{ memberId: 'm-1', phoneNumber: '+15550100002' }]);
    assert.equal(await members.find('m-1'), { ...ann, phoneNumber: '+15550100002' });
    await members.save([{ memberId: 'm-1', phoneNumber: '+15550100002', name: null, timeZone: 'Asia/Tokyo' }]);
    assert.equal(await members.find('m-1'), { memberId: 'm-1', phoneNumber: '+15550100002', timeZone: 'Asia/Tokyo' });
    await members.save([{ memberId: 'm-1', phoneNumber: '+15550100002', timeZone: null }]);
    assert.equal(await members.find('m-1'), { memberId: 'm-1', phoneNumber: '+15550100002' });
  });

  on('counts what is new, changed and unchanged', async (members) => {
    const one = (n: number, name?: string | null) => {
      return { memberId: `m-${n}`, phoneNumber: '+15550100001', ...(name !== undefined && { name }) };
    };
    assert.equal(await members.save([one(1), one(2, 'Ann'), one(3)]), { new: 3, changed: 0, unchanged: 0 });
    const again = [one(1), one(2, 'ann'), { ...one(3), phoneNumber: '+15550100002' }, one(4, null)];
    assert.equal(await members.save(again), { new: 1, changed: 2, unchanged: 1 });
    assert.equal(await members.save(again), { new: 0, changed: 0, unchanged: 4 });
    assert.equal(await members.save([]), { new: 0, changed: 0, unchanged: 0 });
  });

  on('removes a member and nobody else, and says whether there was one', async (members) => {
    await members.save(['m-1', 'M-1', 'm-10'].map((memberId) => ({ memberId, phoneNumber: '+15550100001' })));
    assert.equal(
      [await members.remove('m-1'), await members.remove('m-1'), await members.remove('x')],
      [true, false, false],
    );
    assert.is(await members.find('m-1'), null);
    assert.is((await members.list({ limit: 9 })).length, 2);
  });

  on('finds those whose ids begin so, page by page', async (members) => {
    const all = ['a', 'm-1', 'm-10', 'm-100%', 'm-100_', 'm-100x', 'm-2', 'n'];
    await members.save(all.map((memberId) => ({ memberId, phoneNumber: '+15550100001' })));
    const search = async (text: string, limit: number): Promise<string[]> => {
      const found: string[] = [];
      for (;;) {
        const after = found.at(-1);
        const page = await members.list({ search: text, limit, ...(after !== undefined && { after }) });
        found.push(...page.map(({ memberId }) => memberId));
        if (page.length < limit) return found;
      }
    };
    for (const limit of [1, 2, 10]) {
      assert.equal(await search('m-1', limit), ['m-1', 'm-10', 'm-100%', 'm-100_', 'm-100x']);
      assert.equal(await search('m-100_', limit), ['m-100_']);
      assert.equal(await search('m-100%', limit), ['m-100%']);
      assert.equal(await search('m-3', limit), []);
    }
    assert.equal(await members.list({ search: 'a', after: 'm-1', limit: 5 }), []);
  });

  on('saves all or none', async (members) => {
    const ann = { memberId: 'm-1', phoneNumber: '+15550100001' };
    const failed = await members.save([ann, { memberId: 'm-2', phoneNumber: null as never }]).then(
      () => false,
      () => true,
    );
    assert.ok(failed);
    assert.equal(await members.list({ limit: 10 }), []);
    await members.save([]);
    await members.save([ann]);
    assert.equal(await members.list({ limit: 10 }), [ann]);
  });

  on('lists in the order of ids, page by page, without a gap or a repetition', async (members) => {
    const all = Array.from({ length: 25 }, (_, n) => ({
      memberId: `m-${String(n).padStart(3, '0')}`,
      phoneNumber: '+15550100001',
    }));
    await members.save([...all].reverse());
    const found: Member[] = [];
    for (;;) {
      const after = found.at(-1)?.memberId;
      const page = await members.list({ limit: 4, ...(after === undefined ? {} : { after }) });
      found.push(...page);
      if (page.length < 4) break;
    }
    assert.equal(found, all);
  });

  test.run();
}
