import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SearchFilter } from '../../../src/audit/replay/api.ts';
import { LogError } from '../../../src/log/port.ts';
import { busyOn, callId, onDay, placedOn, type ReplayRig, startReplayRig } from './rig.ts';

const test = suite<ReplayRig>('search');
test.before.each(async (context) => {
  Object.assign(context, await startReplayRig());
});
test.after.each((context) => context.close());

/** Ten calls on ten days, every third cancelled by somebody else than who asked for it, for two members in turn. */
async function tenCalls({ keep }: ReplayRig): Promise<void> {
  for (let n = 1; n <= 10; n += 1) {
    const begun = placedOn(n);
    const ended = n % 2 === 0 ? busyOn(n) : begun;
    const conversation =
      n % 3 === 0 ? begun.take({ type: 'CancelCall', id: 'x', at: begun.now, actor: 'compliance:bo' }) : ended;
    await keep({ id: callId(n), conversation, memberId: n % 2 === 0 ? 'M-2' : 'M-1' });
  }
}

async function ids({ replays }: ReplayRig, filter: SearchFilter, limit = 50): Promise<number[]> {
  const { calls } = await replays.search(filter, { limit });
  return calls.map(({ callSessionId }) => Number(callSessionId.slice(-2)));
}

test('calls are found by member, period and disposition, newest first', async (rig) => {
  await tenCalls(rig);
  assert.equal(await ids(rig, { memberId: 'M-2' }), [10, 8, 6, 4, 2]);
  assert.equal(await ids(rig, { from: '2026-03-05T00:00:00.000Z', to: '2026-03-06T00:00:00.000Z' }), [3]);
  assert.equal(await ids(rig, { disposition: 'busy' }), [10, 8, 4, 2]);
  assert.equal(await ids(rig, { memberId: 'M-1', disposition: 'busy' }), []);
});

test('a call is found by any of the provider’s ids, and only if all else fits too', async (rig) => {
  await tenCalls(rig);
  assert.equal(await ids(rig, { connectionId: 'leg-4' }), [4]);
  assert.equal(await ids(rig, { connectionId: 'leg-4', memberId: 'M-2', disposition: 'busy', staff: 'ann' }), [4]);
  const others = [
    { memberId: 'M-1' },
    { disposition: 'completed' },
    { staff: 'bo' },
    { to: '2026-03-05T00:00:00.000Z' },
  ] as const;
  for (const other of others) assert.equal(await ids(rig, { connectionId: 'leg-4', ...other }), []);
  assert.equal(await ids(rig, { connectionId: 'nobody’s' }), []);
});

test('a member of staff is found who asked for a call or cancelled it, by name or with the role', async (rig) => {
  await tenCalls(rig);
  assert.equal(await ids(rig, { staff: 'bo', memberId: 'M-1' }), [9, 3]);
  assert.equal(await ids(rig, { staff: 'compliance:bo', memberId: 'M-1' }), [9, 3]);
  assert.equal(await ids(rig, { staff: 'coordinator:bo', memberId: 'M-1' }), []);
  assert.equal(await ids(rig, { staff: 'ann', memberId: 'M-1' }), [9, 7, 5, 3, 1]);
  const { calls } = await rig.replays.search({ staff: 'bo', memberId: 'M-1' }, { limit: 1 });
  assert.equal(
    calls[0]?.staff.map(({ who, did }) => `${did} by ${who.words}`),
    ['asked by ann (Coordinator)', 'cancelled by bo (Compliance)'],
  );
});

for (const filter of [{ memberId: 'M-1' }, { memberId: 'M-1', staff: 'ann' }, { memberId: 'M-1', staff: 'bo' }]) {
  test(`pages of a search by ${Object.keys(filter).join(' and ')} are the whole of it, each call once`, async (rig) => {
    await tenCalls(rig);
    const whole = await ids(rig, filter);
    for (const limit of [1, 2, 3]) {
      const found: number[] = [];
      for (let after: string | undefined; ; ) {
        const page = await rig.replays.search(filter, { limit, ...(after !== undefined && { after }) });
        assert.ok(page.calls.length <= limit);
        found.push(...page.calls.map(({ callSessionId }) => Number(callSessionId.slice(-2))));
        if (page.next === null) break;
        after = page.next;
      }
      assert.equal(found, whole);
    }
  });
}

test('a search for staff looks at so many calls and no more, and says so', async (rig) => {
  const { session } = (await kept(rig))!;
  const many = Array.from({ length: 700 }, (_, n) => ({
    session: { ...session, callSessionId: callId(1_000 + n) },
    responses: [],
  }));
  await rig.stores.readStore.write(many);
  const first = await rig.replays.search({ staff: 'nobody', memberId: 'M-1' }, { limit: 10 });
  assert.equal([first.calls, first.looked], [[], 500]);
  assert.is.not(first.next, null);
  const second = await rig.replays.search({ staff: 'nobody', memberId: 'M-1' }, { limit: 10, after: first.next! });
  assert.equal([second.calls, second.looked, second.next], [[], 201, null]);
});

async function kept(rig: ReplayRig) {
  await rig.keep({ id: callId(1), conversation: onDay(1) });
  return rig.stores.readStore.bySession(callId(1));
}

test('a call that cannot be read is named in a search for staff: it may be one of theirs', async (rig) => {
  await tenCalls(rig);
  const log = {
    ...rig.stores.log,
    async read(stream: string, from = 1) {
      if (stream === callId(7)) throw new LogError('LOG_CORRUPT', 'damaged', { version: from });
      return rig.stores.log.read(stream, from);
    },
  };
  const { calls, unreadable } = await rig.tell({ log }).search({ staff: 'ann', memberId: 'M-1' }, { limit: 9 });
  assert.is(calls.length, 4);
  assert.equal(unreadable, [callId(7)]);
});

test.run();
