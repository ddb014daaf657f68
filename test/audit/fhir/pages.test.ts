import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessStore } from '../../../projections/access.ts';
import { openSqliteAccessStore } from '../../../projections/sqlite/access/store.ts';
import { catchUpAccess } from '../../../src/audit/access/catch-up.ts';
import { auditEvents, EVENTS_MAX, type EventsAsked, type EventsPage } from '../../../src/audit/fhir/audit-events.ts';
import { bundleOf } from '../../../src/audit/fhir/bundle.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { LogError } from '../../../src/log/port.ts';
import { type AccessRig, accessRig } from '../access/rig.ts';
import { aLook, aRefusal } from '../access/samples.ts';
import { beginEntry, EXPORT_ID, SITE } from './samples.ts';

type Context = { rig: AccessRig; store: AccessStore; deps: Parameters<typeof auditEvents>[0] };

const test = suite<Context>('pages of audit events');
test.before.each(async (context) => {
  const rig = await accessRig();
  const store = openSqliteAccessStore(rig.file('access-records.db'));
  const looks: Context['deps']['looks'] = async (page) => {
    await catchUpAccess({ log: rig.log, store, nowMs: rig.clock.now() });
    return store.list(page);
  };
  Object.assign(context, { rig, store, deps: { looks, log: rig.log, site: SITE } });
});
test.after.each(async ({ rig, store }) => {
  await store.close();
  await rig.close();
});

async function allPages({ deps }: Context, filter: EventsAsked['filter'] = {}): Promise<EventsPage[]> {
  const pages: EventsPage[] = [];
  for (let before: string | null = null; ; ) {
    const page: EventsPage = await auditEvents(deps, { filter, ...(before !== null && { before }) });
    pages.push(page);
    before = page.next;
    if (before === null) return pages;
  }
}

const textOf = (pages: readonly EventsPage[]) =>
  pages.map(({ events }) => JSON.stringify(bundleOf(events, null))).join();
const members = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `M-${from + n}`);

test('what is in the log is told, newest first: looks, refusals and exports with their recipients', async (context) => {
  const { rig, deps } = context;
  const { stream, version: _version, hash: _hash, ...begin } = beginEntry();
  await rig.log.register(stream, new Date(begin.at));
  await rig.log.append(stream, EMPTY_HEAD, [begin]);
  await rig.recorder.record(aLook());
  await rig.clock.advance(1_000);
  await rig.recorder.record(aLook({ action: 'export', requestId: EXPORT_ID, calls: [] }));
  await rig.clock.advance(1_000);
  rig.recorder.refused(aRefusal());
  await rig.clock.advance(1_000);
  const { events, calls, members: named, next } = await auditEvents(deps, { filter: {} });
  assert.equal(
    events.map(({ type }) => type.display),
    ['Security Alert', 'Export', 'RESTful Operation'],
  );
  assert.match(JSON.stringify(events[1]), '"who":{"display":"Dr. Law"}');
  assert.equal([calls, named, next], [['call-1'], ['M-1'], null]);
});

test('pages go to the end without a gap or a repetition, and none is much too large', async (context) => {
  for (let n = 0; n < 7; n += 1) {
    await context.rig.recorder.record(aLook({ action: 'members-list', members: members(400, n * 400), calls: [] }));
  }
  const pages = await allPages(context);
  assert.ok(pages.length > 2);
  const ids = pages.flatMap(({ events }) => events.map(({ id }) => id));
  assert.equal([ids.length, new Set(ids).size], [2_800, 2_800]);
  for (const { events, members: named } of pages) {
    assert.ok(events.length <= EVENTS_MAX);
    assert.is(named.length, events.length);
  }
});

test('an entry with more members than fit into a page is told whole', async (context) => {
  await context.rig.recorder.record(aLook({ action: 'members-list', members: members(EVENTS_MAX + 5), calls: [] }));
  await context.rig.recorder.record(aLook());
  assert.equal(
    (await allPages(context)).map(({ events }) => events.length),
    [1, EVENTS_MAX + 5],
  );
});

test('more looks than one page has are told to the end', async (context) => {
  for (let n = 0; n < 401; n += 1) {
    await context.rig.recorder.record(aLook({ calls: [`call-${n}`], members: [`M-${n}`] }));
  }
  const pages = await allPages(context);
  assert.equal(
    pages.map(({ events }) => events.length),
    [200, 200, 1],
  );
});

test('asked for a member, nobody else is told of or named', async (context) => {
  await context.rig.recorder.record(aLook({ action: 'list', members: members(3), calls: ['call-1', 'call-2'] }));
  const [page] = await allPages(context, { member: 'M-1' });
  assert.equal([page?.events.length, page?.members, page?.calls], [1, ['M-1'], []]);
  assert.not.match(JSON.stringify(page), /M-0|M-2|call-/);
  assert.equal(await allPages(context, { member: 'M-9' }), [{ events: [], calls: [], members: [], next: null }]);
});

test('told twice, also from rows that were made again, every byte is the same', async (context) => {
  await context.rig.recorder.record(aLook({ action: 'list', members: members(30) }));
  await context.rig.recorder.record(aLook({ fields: ['memberId'] }));
  const first = textOf(await allPages(context));
  assert.is(textOf(await allPages(context)), first);
  for (const stream of await context.store.streams()) {
    await context.store.replace({ stream, version: 0, records: [] });
  }
  assert.is(textOf(await allPages(context)), first);
});

test('a day’s stream that is damaged hides no export; a log that is away is said', async (context) => {
  await context.rig.recorder.record(aLook({ action: 'export', requestId: EXPORT_ID, calls: [] }));
  const reading = (error: Error) =>
    auditEvents({ ...context.deps, log: { read: () => Promise.reject(error) } }, { filter: {} });
  const { events } = await reading(new LogError('LOG_CORRUPT', 'damaged'));
  assert.match(JSON.stringify(events[0]), '"who":{"extension"');
  const away = await reading(new LogError('LOG_UNAVAILABLE', 'away')).catch((error: LogError) => error.code);
  assert.is(away, 'LOG_UNAVAILABLE');
});

test.run();
