import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { GridEvent, ReceivedGridEvent } from '../../../src/app/api.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { LogError } from '../../../src/log/port.ts';
import { callback } from '../../support/callbacks.ts';
import { faultyLog } from '../../support/faulty-log.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const MINUTE_MS = 60_000;
const IDS = { serverCallId: 'c2VydmVyLWNhbGw', correlationId: 'corr-1' };

type Context = { clock: VirtualClock; rig: Rig; app: RunningCallApp };
const test = suite<Context>('event-grid');
test.before.each(async (context) => {
  context.clock = virtualClock();
  context.rig = await openRig({ clock: context.clock });
  context.app = await context.rig.start();
});
test.after.each((context) => context.rig.close());

let serial = 0;
function grid(name: string, data: Record<string, unknown> = IDS, id = `grid-${++serial}`): ReceivedGridEvent {
  const eventType = name.includes('.') ? name : `Microsoft.Communication.${name}`;
  const subject = 'call/x/startedBy/4:+15550142';
  return { id, type: eventType, subject, data, raw: JSON.stringify({ id, eventType, subject, data }) };
}

/** A call that is connected, by the names that ACS has told in its callback. */
async function connected({ app, rig }: Context, ids: Record<string, unknown> = IDS): Promise<string> {
  const opened = await app.initiate({ memberId: `M-${++members}`, actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  const { callSessionId } = opened;
  await until('the dial is answered', async () => (await connection(rig, callSessionId)) !== undefined);
  const callConnectionId = await connection(rig, callSessionId);
  await app.recordCallbacks(callSessionId, [callback('CallConnected', { callConnectionId, ...ids })]);
  await app.idle();
  return callSessionId;
}
let members = 0;

async function connection(rig: Rig, callSessionId: string): Promise<string | undefined> {
  const accepted = (await rig.stream(callSessionId)).find(({ type }) => type === 'Accepted');
  return accepted && JSON.parse(accepted.data).callConnectionId;
}

const fromGrid = async ({ rig }: Context, callSessionId: string) =>
  (await rig.stream(callSessionId)).filter(({ actor }) => actor === 'event-grid');

const entriesOf = async ({ rig }: Context, prefix: string) =>
  (await rig.entries()).filter(({ stream }) => stream.startsWith(prefix));

test('an event goes into its call, to the letter, by either of ACS’s names for it', async (context) => {
  const call = await connected(context);
  const events = [
    grid('CallStarted', { correlationId: IDS.correlationId }),
    grid('CallParticipantAdded', { serverCallId: IDS.serverCallId }),
    {
      ...grid('RecordingFileStatusUpdated', {}),
      subject: `/recording/call/c/serverCallId/${IDS.serverCallId}/recordingId/r`,
    },
  ];
  assert.equal(await context.app.recordGridEvents(events), ['recorded', 'recorded', 'recorded']);
  const kept = await fromGrid(context, call);
  assert.equal(
    kept.map(({ data }) => data),
    events.map(({ raw }) => raw),
  );
});

test('the same event again is in its call once', async (context) => {
  const call = await connected(context);
  const event = grid('CallStarted');
  assert.equal(await context.app.recordGridEvents([event, event]), ['recorded', 'duplicate']);
  assert.equal(await context.app.recordGridEvents([event]), ['duplicate']);
  assert.is((await fromGrid(context, call)).length, 1);
});

test('a call that this instance has not seen is found by its row', async (context) => {
  const call = await connected(context);
  const second = await context.rig.start();
  await context.app.close();
  assert.is(await context.rig.stores.readStore.byProviderIds(IDS), call);
  assert.equal(await second.recordGridEvents([grid('CallStarted')]), ['recorded']);
});

test('the end that Event Grid tells of is asked about at ACS, and ends the call only if that knows it no more', async (context) => {
  const call = await connected(context);
  await context.app.recordGridEvents([grid('CallEnded')]);
  await context.app.idle();
  const entries = await context.rig.stream(call);
  const check = entries.find(({ type }) => type === 'CheckCall');
  assert.ok(check);
  assert.ok(entries.some(({ cause, kind }) => kind === 'outcome' && cause === check.id));
});

test('an answer that Event Grid claims goes to no call', async (context) => {
  const call = await connected(context);
  const claims = ['RecognizeCompleted', 'CallConnected', 'CallDisconnected', 'PlayCompleted', 'IncomingCall'];
  const { length } = await context.rig.stream(call);
  assert.equal(
    await context.app.recordGridEvents(claims.map((name) => grid(name))),
    claims.map(() => 'kept'),
  );
  assert.is((await context.rig.stream(call)).length, length);
  assert.is((await entriesOf(context, 'event-grid:')).length, claims.length);
  assert.equal(await inQuarantine(context.app), []);
});

test('an event whose call nobody knows waits, is seen by operators, and is handed over when its call is known', async (context) => {
  const early = grid('CallStarted');
  assert.equal(await context.app.recordGridEvents([early]), ['quarantined']);
  const [item] = await inQuarantine(context.app);
  assert.equal([item?.callSessionId, item?.source, item?.correlationId], [undefined, 'event-grid', 'corr-1']);
  assert.is(await context.app.releaseQuarantined(item!.id, 'operator:olga'), 'call-unknown');
  const call = await connected(context);
  await context.clock.advance(MINUTE_MS);
  await until('it is handed over', async () => (await inQuarantine(context.app)).length === 0);
  const [kept] = await fromGrid(context, call);
  assert.is(kept?.data, early.raw);
  const end = (await entriesOf(context, 'quarantine:')).at(-1);
  assert.equal([end?.type, end?.actor, JSON.parse(end!.data).how], ['EndQuarantine', 'server', 'released']);
});

test('who was not known a minute later may be known the minute after', async (context) => {
  await context.app.recordGridEvents([grid('CallStarted')]);
  for (let minute = 0; minute < 3; minute += 1) await context.clock.advance(MINUTE_MS);
  assert.is((await inQuarantine(context.app)).length, 1);
  await connected(context);
  for (let minute = 0; minute < 3; minute += 1) await context.clock.advance(MINUTE_MS);
  await until('it is handed over', async () => (await inQuarantine(context.app)).length === 0);
});

test('an operator may hand it over sooner, and what came again meanwhile is in the call once', async (context) => {
  const early = grid('CallStarted');
  await context.app.recordGridEvents([early]);
  const call = await connected(context);
  assert.equal(await context.app.recordGridEvents([early]), ['recorded']);
  const [item] = await inQuarantine(context.app);
  assert.is(await context.app.releaseQuarantined(item!.id, 'operator:olga'), 'released');
  assert.is(await context.app.releaseQuarantined(item!.id, 'operator:olga'), 'not-found');
  await context.clock.advance(MINUTE_MS);
  assert.is((await fromGrid(context, call)).length, 1);
  assert.is((await entriesOf(context, 'quarantine:')).length, 2);
});

test('what waited before a restart, and what another instance holds, is handed over once', async (context) => {
  await context.app.recordGridEvents([grid('CallStarted'), grid('CallParticipantAdded')]);
  await context.app.close();
  const others = [await context.rig.start(), await context.rig.start()];
  const call = await connected({ ...context, app: others[0]! });
  await context.clock.advance(MINUTE_MS);
  await until('they are handed over', async () => (await inQuarantine(others[0]!)).length === 0);
  await context.clock.advance(MINUTE_MS);
  assert.is((await fromGrid(context, call)).length, 2);
  const ends = (await entriesOf(context, 'quarantine:')).filter(({ type }) => type === 'EndQuarantine');
  assert.is(ends.length, 2);
});

test('after two days nobody looks again: it has expired, and an operator may still release it', async (context) => {
  await context.app.recordGridEvents([grid('CallStarted')]);
  for (let hour = 0; hour < 72; hour += 1) await context.clock.advance(60 * MINUTE_MS);
  const call = await connected(context);
  for (let hour = 0; hour < 72; hour += 1) await context.clock.advance(60 * MINUTE_MS);
  assert.equal([await fromGrid(context, call), await inQuarantine(context.app)], [[], []]);
  const [item] = (await context.app.quarantined({ limit: 10 }, 'expired')).items;
  assert.is(await context.app.releaseQuarantined(item!.id, 'operator:olga'), 'released');
});

test('an event that cannot be read, or names no call, is kept once and blocks nothing', async (context) => {
  const call = await connected(context);
  const broken: GridEvent = { flaw: 'no usable id', raw: '{"a":1}' };
  const events = [broken, grid('CallEnded', {}), grid('CallStarted'), broken, { flaw: 'not an object', raw: 'null' }];
  const results = await context.app.recordGridEvents(events);
  assert.equal(results, ['quarantined', 'quarantined', 'recorded', 'quarantined', 'quarantined']);
  assert.is((await fromGrid(context, call)).length, 1);
  const items = await inQuarantine(context.app);
  assert.equal(
    items.map(({ flaw }) => flaw),
    ['no usable id', 'names no call', 'not an object'],
  );
  for (const { id } of items) {
    assert.is(await context.app.releaseQuarantined(id, 'operator:olga'), 'call-unknown');
    assert.ok(await context.app.discardQuarantined(id, 'operator:olga', 'not ours'));
  }
  assert.equal(await inQuarantine(context.app), []);
});

test('an event that no entry can hold is nowhere, and the others are recorded', async (context) => {
  const call = await connected(context);
  const large = grid('CallStarted', { ...IDS, text: 'x'.repeat(65_536) });
  const unreadable = { flaw: 'not an object', raw: `"${'x'.repeat(70_000)}"` };
  const other = grid('IncomingCall', { text: '"'.repeat(40_000) });
  const results = await context.app.recordGridEvents([large, unreadable, other, grid('CallStarted')]);
  assert.equal(results, ['too-large', 'too-large', 'too-large', 'recorded']);
  assert.is((await fromGrid(context, call)).length, 1);
});

test('that a subscription was deleted is told to operators and kept', async (context) => {
  const eventSubscriptionId = '/subscriptions/s/providers/Microsoft.EventGrid/eventSubscriptions/callistra-calls';
  const deleted = grid('Microsoft.EventGrid.SubscriptionDeletedEvent', { eventSubscriptionId });
  assert.equal(await context.app.recordGridEvents([deleted, deleted]), [
    'subscription-deleted',
    'subscription-deleted',
  ]);
  const warned = context.rig.journal.find(({ message }) => message.includes('subscription was deleted'));
  assert.equal([warned?.level, warned?.fields['subscription']], ['warn', 'callistra-calls']);
  const kept = await entriesOf(context, 'event-grid:');
  assert.equal(
    kept.map(({ type }) => type),
    ['DeleteSubscription'],
  );
});

test('a delivery of thousands is kept whole', async (context) => {
  const events = Array.from({ length: 1_000 }, (_, index) =>
    grid('CallStarted', { correlationId: `foreign-${index}` }),
  );
  await context.app.recordGridEvents(events);
  assert.is((await inQuarantine(context.app)).length, 1_000);
  await context.app.recordGridEvents(events);
  assert.is((await entriesOf(context, 'quarantine:')).length, 1_000);
});

test('what the log cannot take is not acknowledged, and is kept once when it comes again', async (context) => {
  const log = faultyLog(context.rig.stores.log);
  const app = await context.rig.start({ log });
  for (const fault of ['refused', 'lost', 'committed'] as const) {
    const event = grid('CallStarted', { correlationId: `foreign-${fault}` });
    log.fail([fault], /^quarantine:/);
    const error = await app.recordGridEvents([event]).catch((thrown: unknown) => thrown);
    assert.instance(error, LogError, fault);
    assert.equal(await app.recordGridEvents([event]), ['quarantined']);
  }
  assert.is((await entriesOf(context, 'quarantine:')).length, 3);
});

test('a call of this instance is known without asking the read models', async (context) => {
  const { readStore } = context.rig.stores;
  let asked = 0;
  const counting: typeof readStore = {
    ...readStore,
    byProviderIds(ids) {
      asked += 1;
      return readStore.byProviderIds(ids);
    },
  };
  const app = await context.rig.start({ readStore: counting });
  const call = await connected({ ...context, app });
  assert.equal(await app.recordGridEvents([grid('CallStarted')]), ['recorded']);
  assert.equal([(await fromGrid(context, call)).length, asked], [1, 0]);
});

test('while the read models cannot be asked events wait, and are routed later', async (context) => {
  let broken = true;
  const { readStore } = context.rig.stores;
  const call = await connected(context);
  await context.app.close();
  const unreachable: typeof readStore = {
    ...readStore,
    byProviderIds: async (ids) => {
      if (broken) throw Object.assign(new Error('down'), { code: 'READ_STORE_UNAVAILABLE' });
      return readStore.byProviderIds(ids);
    },
  };
  const nobody = async function* () {};
  const log = { ...context.rig.stores.log, registered: nobody };
  const app = await context.rig.start({ log, readStore: { ...unreachable, open: async () => [] } });
  assert.equal(await app.recordGridEvents([grid('CallStarted')]), ['quarantined']);
  broken = false;
  await context.clock.advance(MINUTE_MS);
  await until('it is handed over', async () => (await inQuarantine(app)).length === 0);
  assert.is((await fromGrid(context, call)).length, 1);
});

test('what waits from a day that has not begun, as the clock was set back, is routed after a start', async (context) => {
  context.clock.jump(600 * MINUTE_MS);
  assert.equal(await context.app.recordGridEvents([grid('CallStarted')]), ['quarantined']);
  await context.app.close();
  context.clock.jump(-600 * MINUTE_MS);
  const app = await context.rig.start();
  await connected({ ...context, app });
  for (let minutes = 0; minutes < 3; minutes += 1) await context.clock.advance(MINUTE_MS);
  await until('it is handed over', async () => (await inQuarantine(app)).length === 0);
});

test('nothing of a member is told to the journal', async (context) => {
  await connected(context);
  await context.app.recordGridEvents([
    grid('CallStarted'),
    grid('CallEnded'),
    grid('IncomingCall'),
    grid('CallEnded', {}),
  ]);
  for (const line of context.rig.journal) assert.not.match(JSON.stringify(line), '15550142');
});
test.run();
