import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member, MemberChange, Members } from '../../src/domain/member/members.ts';
import { soughtBy } from '../../src/domain/member/search.ts';

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

  const found = async (members: Members, typed: string): Promise<string> => {
    const { members: all } = await members.search({ sought: soughtBy(typed)!, limit: 9 });
    return all
      .map(({ memberId }) => memberId)
      .sort()
      .join(' ');
  };

  on('finds by how an id, each word of a name and a number begin or end, whatever the capitals', async (members) => {
    await members.save([
      { memberId: 'a-1', phoneNumber: '+12025550143', name: 'Zoë O’Neil' },
      { memberId: 'b-2', phoneNumber: '+12025550144', name: '100% Ann_e [x]' },
      { memberId: 'B-3', phoneNumber: '+491715550143' },
      { memberId: 'zoological', phoneNumber: '+12025550199', name: 'Garcia-Smith, Ann Mary' },
      { memberId: 'signs', phoneNumber: '+12025550177', name: 'Jean–Luc “Maxi”/Kai\u00a0"Tor"+Uwe' },
    ]);
    const all = {
      ...{
        'B-': 'B-3 b-2',
        zo: 'a-1 zoological',
        neil: 'a-1',
        "zoe o'nei": 'a-1',
        'neil ZO': 'a-1',
        smi: 'zoological',
      },
      ...{ 'smith, ann': 'zoological', 'an ma': 'zoological', '100': 'b-2', an: 'b-2 zoological', '100% an': 'b-2' },
      ...{ 'luc jean': 'signs', maxi: 'signs', kai: 'signs', 'tor uwe': 'signs', axi: '' },
      ...{ '0143': 'B-3 a-1', '(202) 555-0143': 'a-1', '0171 555 0143': 'B-3', '+1 202 555 0199': 'zoological' },
      ...{
        eil: '',
        ological: '',
        '%%': '',
        __: '',
        'a%e': 'b-2',
        'ann%mary': 'zoological',
        '2025550': '',
        'zoe ann': '',
        "' OR 1=1 --": '',
      },
      ...{ '"zo"*': 'a-1', 'ann NOT mary': '', 'name:zoe': '', '( ann': 'b-2 zoological' },
    };
    for (const [typed, ids] of Object.entries(all)) assert.is(await found(members, typed), ids, typed);
  });

  on('finds a name whatever its accents, and as it is by now', async (members) => {
    await members.save([
      { memberId: 'a', phoneNumber: '+12025550141', name: 'Zoe\u0308 Müller' },
      { memberId: 'b', phoneNumber: '+12025550142', name: 'ZOË MULLER' },
      { memberId: 'c', phoneNumber: '+12025550143', name: 'Ngọc Ánh' },
    ]);
    for (const typed of ['zoë', 'ZOE', 'zoe\u0308', 'mull', 'MÜLLER'])
      assert.is(await found(members, typed), 'a b', typed);
    assert.is(await found(members, 'ngoc anh'), 'c');
    await members.save([
      { memberId: 'a', phoneNumber: '+12025550141', name: 'Ann' },
      { memberId: 'b', phoneNumber: '+12025550149', name: null },
    ]);
    await members.remove('c');
    for (const gone of ['zoe', 'ngoc', '0142']) assert.is(await found(members, gone), '', gone);
    assert.equal([await found(members, 'ann'), await found(members, '0149')], ['a', 'b']);
  });

  on('gives what was found page by page, without a gap or a repetition', async (members) => {
    const all = Array.from({ length: 25 }, (_, n) => {
      const memberId = `m-${String(n).padStart(3, '0')}`;
      return { memberId, phoneNumber: '+12025550143', name: n % 2 === 0 ? 'Ann' : 'Bob' };
    });
    await members.save(all);
    const ids: string[] = [];
    for (;;) {
      const after = ids.at(-1);
      const page = { sought: soughtBy('ann')!, limit: 3, ...(after !== undefined && { after }) };
      const { members: part } = await members.search(page);
      ids.push(...part.map(({ memberId }) => memberId));
      if (part.length < 3) break;
    }
    assert.equal(
      ids,
      all.filter(({ name }) => name === 'Ann').map(({ memberId }) => memberId),
    );
  });

  on('tells what saving would come to, and changes nothing', async (members) => {
    const known = [1, 2, 3, 4].map((n) => ({ memberId: `m-${n}`, phoneNumber: `+1202555014${n}`, name: 'Ann' }));
    await members.save(known);
    const file: MemberChange[] = [
      { memberId: 'm-1', phoneNumber: '+12025550141' },
      { memberId: 'm-2', phoneNumber: '+12025550142', name: null },
      { memberId: 'm-3', phoneNumber: '+12025550143', name: 'ann' },
      { memberId: 'm-4', phoneNumber: '+12025550144', name: 'Ann', timeZone: null },
      { memberId: 'm-5', phoneNumber: '+12025550145', timeZone: 'UTC' },
    ];
    const counts = { new: 1, changed: 2, unchanged: 2 };
    assert.equal(await members.compare(file), counts);
    assert.equal(await members.list({ limit: 9 }), known);
    assert.equal(await members.save(file), counts);
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
