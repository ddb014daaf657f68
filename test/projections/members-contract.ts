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

  on('replaces a member whole', async (members) => {
    await members.save([{ memberId: 'm-1', phoneNumber: '+15550100001', name: 'Ann', timeZone: 'UTC' }]);
    await members.save([{ memberId: 'm-1', phoneNumber: '+15550100002' }]);
    assert.equal(await members.find('m-1'), { memberId: 'm-1', phoneNumber: '+15550100002' });
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
