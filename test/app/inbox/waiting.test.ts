import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { GridEvent } from '../../../src/app/api.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { EVENT_GRID } from '../../../src/domain/call/callback.ts';
import type { QuarantineFilter } from '../../../src/domain/inbox/quarantine.ts';
import type { CallEventLog } from '../../../src/log/port.ts';
import { callback } from '../../support/callbacks.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const LOST = '019aab00-0000-7000-8000-00000000dead';
const ELSE = '019aab00-0000-7000-8000-00000000beef';
const DAY_MS = 86_400_000;
const ACTOR = 'operator:olga';

type Context = { clock: VirtualClock; rig: Rig; log: CountedLog; app: RunningCallApp };
const test = suite<Context>('what waits in the quarantine');
test.before.each(async (context) => {
  context.clock = virtualClock();
  context.rig = await openRig({ clock: context.clock });
  context.log = counted(context.rig.stores.log);
  context.app = await context.rig.start({ log: context.log });
});
test.after.each(({ rig }) => rig.close());

type CountedLog = CallEventLog & { readonly reads: { streams: number; entries: number; registers: number } };

/** A log that counts what is read of it. */
function counted(log: CallEventLog): CountedLog {
  const reads = { streams: 0, entries: 0, registers: 0 };
  return {
    ...log,
    reads,
    async read(stream, from) {
      const entries = await log.read(stream, from);
      reads.streams += 1;
      reads.entries += entries.length;
      return entries;
    },
    registered(since) {
      reads.registers += 1;
      return log.registered(since);
    },
  };
}

function readsOf({ reads }: CountedLog): { streams: number; entries: number; registers: number } {
  const before = { ...reads };
  Object.assign(reads, { streams: 0, entries: 0, registers: 0 });
  return before;
}

/** Days later. The alarms of all that time would ring one by one, and nothing here waits for them. */
async function leap(clock: VirtualClock, ms: number): Promise<void> {
  clock.jump(ms);
  await clock.advance(60_000);
}

let serial = 0;
function foreign(data: object = { correlationId: 'of-somebody-else' }): GridEvent {
  const id = `grid-${++serial}`;
  const type = 'Microsoft.Communication.CallStarted';
  return { id, type, subject: 'call/x', data: { ...data }, raw: JSON.stringify({ id, type, data, note: '+15550142' }) };
}

const foreigners = (count: number): GridEvent[] => Array.from({ length: count }, () => foreign());
const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

test('a list reads what is new and nothing of what is known, however much waits', async ({ app, log, clock }) => {
  await app.recordGridEvents(foreigners(300));
  await leap(clock, DAY_MS);
  await app.recordGridEvents(foreigners(100));
  assert.is((await app.quarantined({ limit: 10 })).total, 400);
  readsOf(log);
  const { items, total } = await app.quarantined({ limit: 10 });
  assert.equal([items.length, total], [10, 400]);
  const { streams, entries, registers } = readsOf(log);
  assert.equal([entries, registers], [0, 0]);
  // Yesterday, today and tomorrow; of days that are over and hold nothing nobody asks again.
  assert.ok(streams <= 3, `${streams} streams`);
});

test('a start reads no more than the days in which something may wait', async ({ rig, app, log, clock }) => {
  await app.recordGridEvents(foreigners(50));
  await leap(clock, 60 * DAY_MS);
  readsOf(log);
  const next = await rig.start({ log });
  readsOf(log);
  assert.equal(await inQuarantine(next), []);
  const { streams, entries, registers } = readsOf(log);
  assert.equal([streams <= 33, entries, registers], [true, 0, 0]);
});

test('pages hold each item once, oldest first, also while others come and go', async ({ app, clock }) => {
  await app.recordGridEvents(foreigners(5));
  await leap(clock, DAY_MS);
  await app.recordGridEvents(foreigners(5));
  const all = ids(await inQuarantine(app));
  assert.is(all.length, 10);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await app.quarantined({ limit: 3, ...(after !== undefined && { after }) });
    seen.push(...ids(items));
    // What was shown may be gone when the next page is asked for, and more may have come.
    await app.discardQuarantined(items[0]!.id, ACTOR, 'seen');
    if (seen.length === 3) await app.recordGridEvents(foreigners(1));
    after = next ?? undefined;
  } while (after !== undefined);
  assert.equal([seen.slice(0, 10), seen.length], [all, 11]);
});

const CHOICES: readonly (readonly [QuarantineFilter, number])[] = [
  [{}, 5],
  [{ type: 'Microsoft.Communication.RecognizeCompleted' }, 1],
  [{ type: 'Microsoft.Communication.Recognize' }, 0],
  [{ source: 'acs' }, 2],
  [{ source: EVENT_GRID }, 3],
  [{ day: '2026-03-02' }, 4],
  [{ day: '2026-03-03' }, 1],
  [{ call: LOST }, 1],
  [{ until: '2026-03-02T23:59:59.999Z' }, 4],
  [{ until: '2026-03-01T23:59:59.999Z' }, 0],
  [{ flawed: true }, 2],
  [{ flawed: false, source: EVENT_GRID }, 1],
  [{ flawed: true, day: '2026-03-03' }, 0],
];

test('an operator sees those that are meant, and no others', async ({ app, clock }) => {
  await app.recordCallbacks(LOST, [callback('RecognizeCompleted', { callConnectionId: 'leg' })]);
  await app.recordGridEvents([foreign(), foreign({}), { flaw: 'not an object', raw: 'null' }]);
  await leap(clock, DAY_MS);
  await app.recordCallbacks(ELSE, [callback('CallConnected', {})]);
  for (const [filter, count] of CHOICES) {
    const { items, total } = await app.quarantined({ filter, limit: 100 });
    assert.equal([items.length, total], [count, count], JSON.stringify(filter));
  }
});

test('what one instance keeps or ends another one knows, and so does the next start', async ({ rig, app, log }) => {
  const other = await rig.start({ log });
  await app.recordCallbacks(LOST, [callback('CallConnected', {}), callback('CallDisconnected', {})]);
  const [first, second] = ids(await inQuarantine(other));
  assert.is(await other.discardQuarantined(first!, ACTOR, 'not ours'), true);
  assert.equal(ids(await inQuarantine(app)), [second]);
  assert.is(await app.discardQuarantined(first!, ACTOR, 'again'), false);
  assert.equal(ids(await inQuarantine(await rig.start())), [second]);
  for (const running of [app, other]) {
    await running.readiness();
    assert.is(running.health().quarantined, 1);
  }
});

test('many are given up at once, each by an entry with the reason, and what is left is told', async ({ rig, app }) => {
  await app.recordGridEvents(foreigners(120));
  await app.recordCallbacks(LOST, [callback('CallConnected', {})]);
  const meant = { filter: { source: EVENT_GRID }, limit: 100 } as const;
  const reason = 'of the other system';
  assert.equal(await app.discardManyQuarantined({ meant, actor: ACTOR, reason }), { discarded: 100, left: 20 });
  const some = ids(await inQuarantine(app)).slice(0, 2);
  const named = { ids: [...some, some[0]!, 'nobody'] };
  assert.equal(await app.discardManyQuarantined({ meant: named, actor: ACTOR, reason }), { discarded: 2, left: 1 });
  assert.equal(await app.discardManyQuarantined({ meant: named, actor: ACTOR, reason }), { discarded: 0, left: 3 });
  assert.is((await app.quarantined({ limit: 1 })).total, 19);
  const ends = (await rig.entries()).filter(({ type }) => type === 'EndQuarantine');
  assert.is(ends.length, 102);
  for (const { actor, data } of ends) assert.equal([actor, JSON.parse(data).reason], [ACTOR, reason]);
});

test('what nobody knew for two days has expired: it is in the log, and listed as that', async ({ rig, app, clock }) => {
  await app.recordGridEvents(foreigners(3));
  await app.recordCallbacks(LOST, [callback('CallConnected', {})]);
  await leap(clock, 2 * DAY_MS + 1_000);
  await app.recordGridEvents(foreigners(1));
  assert.equal(
    (await inQuarantine(app)).map(({ source }) => source),
    [undefined, EVENT_GRID],
  );
  const expired = async (after?: string) =>
    app.quarantined({ limit: 2, ...(after !== undefined && { after }) }, 'expired');
  const first = await expired();
  const rest = await expired(first.next ?? undefined);
  assert.equal([first.items.length, rest.items.length, rest.next], [2, 1, null]);
  assert.is((await rig.entries()).filter(({ type }) => type === 'QuarantineCallback').length, 5);
  const [one] = first.items;
  assert.is(await app.discardQuarantined(one!.id, ACTOR, 'looked at'), true);
  assert.is((await app.quarantined({ limit: 9 }, 'expired')).items.length, 2);
  // A callback of ours waits for a log that is restored late, and for no longer than that.
  await leap(clock, 30 * DAY_MS);
  assert.equal(await inQuarantine(app), []);
});

test('an arrival is told by its id and type, once, and nothing of what it says', async ({ rig, app }) => {
  const lost = callback('CallConnected', { callConnectionId: 'leg', note: '+15550142001' });
  for (let delivery = 0; delivery < 3; delivery += 1) await app.recordCallbacks(LOST, [lost]);
  await app.recordCallbacks(LOST, [callback('CallConnected', {}, '+15550142001')]);
  const lines = rig.journal.filter(({ message }) => message.includes('quarantine'));
  assert.equal(
    lines.map(({ fields }) => [fields['item'], fields['type']]),
    [
      [`${LOST}~${lost.id}`, 'Microsoft.Communication.CallConnected'],
      ['unnamed', 'Microsoft.Communication.CallConnected'],
    ],
  );
  assert.not.match(JSON.stringify(rig.journal), '5550142');
  await app.recordGridEvents(foreigners(500));
  assert.ok(rig.journal.length < 50);
  assert.is(app.health().quarantineArrivals, 502);
});

test.run();
