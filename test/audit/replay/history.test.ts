import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ACTIONS } from '../../../src/audit/access/look.ts';
import type { HistoricLook, HistoryItem, HistoryPlace, Replays } from '../../../src/audit/replay/api.ts';
import { isExport, looksFrom, lookWords } from '../../../src/audit/replay/looks.ts';
import { memberStream } from '../../../src/domain/streams.ts';
import { LogError } from '../../../src/log/port.ts';
import { newEntry } from '../../log/samples.ts';
import { append, busyOn, callId, onDay, placedOn, type ReplayRig, startReplayRig } from './rig.ts';

const test = suite<ReplayRig>('history');
test.before.each(async (context) => {
  Object.assign(context, await startReplayRig());
});
test.after.each((context) => context.close());

const words = (items: readonly HistoryItem[]) =>
  items.map(({ at, who, what }) => `${at.slice(0, 10)} ${who.words}: ${what}`);

async function all(replays: Replays, limit: number, memberId = 'M-1'): Promise<HistoryItem[]> {
  const items: HistoryItem[] = [];
  for (let after: HistoryPlace | null = null; ; ) {
    const page = await replays.history(memberId, { after, limit });
    assert.ok(page);
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

/** Five calls, one of them cancelled, one open, one without a row, one of which the member’s stream does not tell. */
async function fiveCalls({ keep }: ReplayRig): Promise<void> {
  await keep({ id: callId(1), conversation: busyOn(1) });
  await keep({ id: callId(2), conversation: placedOn(2).cancel() });
  await keep({ id: callId(3), conversation: busyOn(3), row: false });
  await keep({ id: callId(4), conversation: busyOn(4, { code: 404, subCode: 4500 }), opened: false });
  await keep({ id: callId(5), conversation: onDay(5) });
}

const FIVE = [
  '2026-03-07 ann (Coordinator): asked for a call: it is open',
  '2026-03-06 ann (Coordinator): asked for a call: there is no such number',
  '2026-03-05 ann (Coordinator): asked for a call: the line was busy',
  '2026-03-04 ann (Coordinator): cancelled the call',
  '2026-03-04 ann (Coordinator): asked for a call: it is open',
  '2026-03-03 ann (Coordinator): asked for a call: the line was busy',
];

test('a member’s calls and cancellations are one history, newest first', async (rig) => {
  await fiveCalls(rig);
  await rig.keep({ id: callId(9), conversation: onDay(6), memberId: 'M-2' });
  const page = await rig.replays.history('M-1', { after: null, limit: 50 });
  assert.equal(words(page!.items), FIVE);
  assert.equal(page!.flaws, []);
  assert.is(page!.next, null);
  assert.equal(page!.items[0]?.callSessionIds, [callId(5)]);
  assert.is(page!.items[1]?.disposition, 'bad-number');
});

test('pages of any size are the same history', async (rig) => {
  await fiveCalls(rig);
  for (const limit of [1, 2, 3, 5, 6, 7]) assert.equal(words(await all(rig.replays, limit)), FIVE);
});

test('a page reads the streams of the calls that it needs, and not those of all', async (rig) => {
  for (let n = 1; n <= 40; n += 1) await rig.keep({ id: callId(n), conversation: busyOn(n) });
  const read: string[] = [];
  const log = {
    ...rig.stores.log,
    read: (stream: string, from?: number) => {
      read.push(stream);
      return rig.stores.log.read(stream, from);
    },
  };
  const page = await rig.tell({ log }).history('M-1', { after: null, limit: 3 });
  assert.is(page?.items.length, 3);
  assert.ok(read.length < 12, String(read.length));
});

test('a cancellation stands where it happened, though another call was opened before it', async (rig) => {
  await rig.keep({
    id: callId(1),
    conversation: placedOn(1)
      .wait(5 * 86_400_000)
      .cancel(),
  });
  await rig.keep({ id: callId(2), conversation: busyOn(3) });
  assert.equal(words(await all(rig.replays, 1)), [
    '2026-03-08 ann (Coordinator): cancelled the call',
    '2026-03-05 ann (Coordinator): asked for a call: the line was busy',
    '2026-03-03 ann (Coordinator): asked for a call: it is open',
  ]);
});

test('a cancellation is found on the first page behind more calls than are read at once, with a row or without', async (rig) => {
  for (let n = 2; n <= 20; n += 1) await rig.keep({ id: callId(n), conversation: busyOn(n) });
  const late = 30 * 86_400_000;
  await rig.keep({ id: callId(1), conversation: placedOn(1).wait(late).cancel() });
  await rig.keep({
    id: callId(0),
    conversation: placedOn(0)
      .wait(2 * late)
      .cancel(),
    row: false,
  });
  const first = (await rig.replays.history('M-1', { after: null, limit: 2 }))!;
  assert.equal(
    first.items.map(({ kind, callSessionIds }) => [kind, callSessionIds[0]]),
    [
      ['cancellation', callId(0)],
      ['cancellation', callId(1)],
    ],
  );
});

test('a call that was opened and never begun is told as that', async (rig) => {
  const data = JSON.stringify({ callSessionId: callId(1) });
  const actor = 'coordinator:ann';
  await append(rig.stores.log, memberStream('M-1'), [
    newEntry(callId(1), { kind: 'command', type: 'OpenCall', actor, data }),
  ]);
  assert.equal(words(await all(rig.replays, 9)), [
    '2024-05-01 ann (Coordinator): asked for a call that was never begun',
  ]);
});

/** As the record of looks lists them: newest first, behind an id. */
function recordOf(looks: readonly HistoricLook[]) {
  const records = looks.map(({ id, ...look }) => ({ ...look, recordId: id }));
  return async ({ before, limit }: { before?: string; limit: number }) =>
    records
      .filter(({ recordId }) => before === undefined || recordId < before)
      .sort((a, b) => (a.recordId < b.recordId ? 1 : -1))
      .slice(0, limit);
}

test('looks are merged among all else, also when much bears one time, whatever the size of a page', async (rig) => {
  await fiveCalls(rig);
  await rig.keep({ id: 'ffab0000-0000-7000-8000-000000000006', conversation: onDay(6) });
  const moments = [
    '03-04T15:00:00.010',
    '03-05T15:00:00.000',
    '03-05T15:00:00.000',
    '03-08T15:00:00.000',
    '03-09T10:00:00.000',
    '01-01T00:00:00.000',
  ];
  const looks = moments.map((moment, n): HistoricLook => {
    const at = `2026-${moment}Z`;
    return {
      at,
      id: `${at}-000${n}-${'a'.repeat(12)}`,
      actor: 'compliance:bo',
      action: 'status',
      purpose: 'HLEGAL',
      reason: null,
      calls: [],
    };
  });
  const replays = rig.tell({ looksOf: looksFrom(recordOf(looks)) });
  const whole = (await replays.history('M-1', { after: null, limit: 50 }))!.items;
  assert.is(whole.length, FIVE.length + 1 + looks.length);
  assert.equal(
    [...whole].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1)),
    whole,
  );
  assert.is(whole[0]?.what, 'looked at the status of a call (HLEGAL)');
  assert.is(whole[0]?.who.words, 'bo (Compliance)');
  for (const limit of [1, 2, 3, 4]) assert.equal(await all(replays, limit), whole);
});

test('of a look at many calls a history names those of its member', async (rig) => {
  await rig.keep({ id: callId(1), conversation: onDay(1) });
  await rig.keep({ id: callId(2), conversation: onDay(1), memberId: 'M-2' });
  const at = '2026-03-09T10:00:00.000Z';
  const look = { at, id: `${at}-1`, actor: 'coordinator:ann', action: 'list', purpose: null, reason: null };
  const looksOf = looksFrom(recordOf([{ ...look, calls: [callId(2), callId(1)] }]));
  const page = await rig.tell({ looksOf }).history('M-1', { after: null, limit: 9 });
  assert.equal(page?.items[0]?.callSessionIds, [callId(1)]);
});

test('what left is told apart from what was seen, and every look has words', () => {
  const told = ACTIONS.map((action) => lookWords({ action, purpose: null, reason: null }));
  assert.is(new Set(told).size, ACTIONS.length);
  assert.ok(told.every((words) => words.includes(' ')));
  assert.equal(
    ACTIONS.filter((action) => isExport({ action })),
    ['export', 'backup'],
  );
  assert.is(
    lookWords({ action: 'of-a-later-release', purpose: 'BTG', reason: 'called +15550100001' }),
    'of-a-later-release (BTG): "called +*******0001"',
  );
});

test('whom the log knows by an id is told by name, where somebody knows it', async (rig) => {
  await rig.keep({ id: callId(1), conversation: placedOn(1).cancel() });
  const replays = rig.tell({ staffName: (name) => (name === 'ann' ? 'Ann Example' : null) });
  const words = 'Ann Example (Coordinator)';
  assert.equal(
    (await replays.history('M-1', { after: null, limit: 9 }))!.items.map(({ who }) => who.words),
    [words, words],
  );
  const replay = await replays.call(callId(1), null);
  assert.equal(replay?.steps[0]?.who, { kind: 'staff', words, role: 'Coordinator', name: 'ann' });
  assert.is(replay?.steps[1]?.who.words, 'the flow');
  const { calls } = await replays.search({ staff: 'ann', memberId: 'M-1' }, { limit: 9 });
  assert.is(calls[0]?.staff[0]?.who.words, words);
});

test('a member of whom the log knows nothing has an empty history, and one whom nobody knows has none', async (rig) => {
  await rig.stores.members.save([{ memberId: 'M-7', phoneNumber: '+15550100007' }]);
  assert.equal(await rig.replays.history('M-7', { after: null, limit: 9 }), { items: [], next: null, flaws: [] });
  assert.is(await rig.replays.history('M-8', { after: null, limit: 9 }), null);
});

test('a call whose stream cannot be read is named, and the rest goes on', async (rig) => {
  await fiveCalls(rig);
  const log = {
    ...rig.stores.log,
    async read(stream: string, from = 1) {
      if (stream === callId(4) && from < 9)
        throw new LogError('LOG_CORRUPT', 'damaged', { version: Math.max(from, 8) });
      return rig.stores.log.read(stream, from);
    },
  };
  const page = await rig.tell({ log }).history('M-1', { after: null, limit: 9 });
  assert.is(page!.items.length, FIVE.length);
  assert.is(page!.items[1]?.what, 'asked for a call that cannot be read');
  assert.is(page!.items[1]?.disposition, 'bad-number');
  assert.equal(page!.flaws, [`call ${callId(4)}: nothing of it can be read`]);
});

test.run();
