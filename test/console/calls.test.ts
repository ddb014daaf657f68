import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReadStore } from '../../projections/ports.ts';
import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import { accessRig } from '../audit/access/rig.ts';
import { callId, rows } from '../projections/samples.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type ToldConsole, toldConsole } from './told-console.ts';

type Context = { rig: ToldConsole; store: ReadStore; remove(): Promise<void> };
const test = suite<Context>('the list of calls');

/** 120 calls: every third was busy, every fifth is of the second version of the script. */
const CALLS = Array.from({ length: 120 }, (_, index) => {
  const n = index + 1;
  const ended = n % 3 === 0 ? 'busy' : 'completed';
  return rows(n, {
    disposition: n === 120 ? null : ended,
    status: n === 120 ? 'Connected' : 'Disconnected',
    questionnaire: n % 5 === 0 ? 'wellness@2' : 'wellness@1',
    memberId: n === 7 ? '<i>‮=1+1</i>' : `M-${n}`,
  });
});

test.before.each(async (context) => {
  const { file, remove } = await tempDir('calls-page');
  context.store = openSqliteReadStore(file('read-models.db'));
  await context.store.write(CALLS);
  context.rig = toldConsole();
  context.rig.fake.app.list = (page) => context.store.list(page);
  context.remove = remove;
});
test.after.each(async ({ rig, store, remove }) => {
  await rig.server.close();
  await store.close();
  await remove();
});

const LIST = '/console/calls';

async function shownAt({ server }: ToldConsole, url: string, headers: Record<string, string> = {}) {
  const { statusCode, body } = await server.inject({ url, headers });
  const ids = [...body.matchAll(/<tr id="call-[0-9-]*?(\d{12})"/g)].map(([, n]) => Number(n));
  const linked = (words: string): string | undefined =>
    new RegExp(`href="([^"]*)"[^>]*>${words}<`).exec(body)?.[1]?.replaceAll('&amp;', '&');
  return { statusCode, body, ids, linked };
}

test('is narrowed by outcome, status, script, member and day, and says to what', async ({ rig }) => {
  const several = await shownAt(rig, `${LIST}?disposition=busy&questionnaire=wellness@2&from=2026-01-05&to=2026-01-05`);
  assert.equal(several.ids, [105, 90, 75, 60, 45, 30, 15]);
  assert.match(several.body, 'Calls: Busy, by script wellness@2, from 2026-01-05, to 2026-01-05, the newest first');
  assert.equal((await shownAt(rig, `${LIST}?status=Connected,Initiated`)).ids, [120]);
  assert.equal((await shownAt(rig, `${LIST}?disposition=busy&disposition=completed&memberId=M-9`)).ids, [9]);
  assert.equal((await shownAt(rig, `${LIST}?from=2026-01-05T09:01:58Z&to=2026-01-05T09:02:00Z`)).ids, [119, 118]);
  assert.equal((await shownAt(rig, `${LIST}?from=2026-01-06`)).ids, []);
});

test('can be widened again, by each part alone', async ({ rig }) => {
  const narrow = await shownAt(rig, `${LIST}?disposition=busy&disposition=completed&memberId=M-9&from=2026-02-01`);
  assert.match(narrow.body, /No call is like that. <a href="\/console\/calls">/);
  const without = [...narrow.body.matchAll(/class="chip" href="([^"]*)"/g)].map(([, href]) => href);
  assert.equal(without, [
    `${LIST}?memberId=M-9&amp;from=2026-02-01&amp;disposition=completed`,
    `${LIST}?memberId=M-9&amp;from=2026-02-01&amp;disposition=busy`,
    `${LIST}?from=2026-02-01&amp;disposition=busy&amp;disposition=completed`,
    `${LIST}?memberId=M-9&amp;disposition=busy&amp;disposition=completed`,
  ]);
  assert.is(narrow.linked('Clear all'), LIST);
});

test('shows nothing for what it cannot read, and says why', async ({ rig }) => {
  for (const query of [
    'disposition=never',
    'status=Initiated&status=never',
    'from=2026-02-30',
    'to=tomorrow',
    'from=2026-01-02&to=2026-01-01',
    'questionnaire=wellness',
    'memberId=a%00b',
  ]) {
    const { statusCode, body, ids } = await shownAt(rig, `${LIST}?${query}`);
    assert.equal([statusCode, ids], [400, []], query);
    assert.match(body, 'Nothing was looked for.');
  }
  assert.equal(rig.audit.seen, []);
});

test('has an address without what was left empty in the form', async ({ rig }) => {
  const { headers } = await rig.server.inject(`${LIST}?disposition=busy&memberId=&questionnaire=&from=&to=`);
  assert.is(headers.location, `${LIST}?disposition=busy`);
});

test('is gone through page by page to its end and back, every call once', async ({ rig }) => {
  const first = await shownAt(rig, `${LIST}?questionnaire=wellness@1`);
  const second = await shownAt(rig, first.linked('Older')!);
  assert.equal([first.ids.length, second.ids.length, first.linked('Newer')], [50, 46, undefined]);
  assert.equal(
    [...first.ids, ...second.ids],
    CALLS.map((_, index) => 120 - index).filter((n) => n % 5 !== 0),
  );
  assert.is(second.linked('Older'), undefined);
  assert.equal((await shownAt(rig, second.linked('Newer')!)).ids, first.ids);
  const middle = await shownAt(rig, `${LIST}?before=${callId(20)}`);
  assert.equal([middle.ids[0], middle.ids.at(-1)], [70, 21]);
});

test('shows what it showed and counts what is new, while it is left open', async ({ rig, store }) => {
  const open = await shownAt(rig, `${LIST}?disposition=completed`);
  const newest = /data-newest="([^"]+)"/.exec(open.body)![1]!;
  await store.write([
    rows(119, { version: 2, disposition: 'unknown' }),
    rows(118, { version: 2, disposition: 'busy' }),
  ]);
  await store.write(Array.from({ length: 12 }, (_, n) => rows(121 + n, { disposition: 'completed' })));
  rig.audit.seen.length = 0;
  const later = await shownAt(rig, `${LIST}?disposition=completed`, { 'x-callistra-newest': newest });
  assert.match(later.body, />12 new calls</);
  assert.is(Math.max(...later.ids), 116);
  assert.not.ok(rig.audit.seen[0]?.calls.some((id) => id > newest));
  assert.match(later.body, `data-newest="${newest}"`);
  await store.write(Array.from({ length: 90 }, (_, n) => rows(140 + n, { disposition: 'completed' })));
  const crowded = await shownAt(rig, `${LIST}?disposition=completed`, { 'x-callistra-newest': newest });
  assert.match(crowded.body, />More than 99 new calls</);
});

test('is one look in five minutes, however often it brings itself up to date', async ({ rig }) => {
  const access = await accessRig();
  Object.assign(rig.audit, { access: access.recorder });
  const live = () => shownAt(rig, LIST, { 'x-callistra-live': '1', 'x-callistra-newest': callId(120) });
  for (let times = 0; times < 30; times += 1) await live();
  assert.equal(access.appends, [1]);
  await access.clock.advance(5 * 60_000);
  await live();
  assert.equal(access.appends, [1, 1]);
  await access.close();
});

test('shows ids as text, whatever they hold', async ({ rig }) => {
  const { body } = await shownAt(rig, `${LIST}?memberId=${encodeURIComponent('<i>‮=1+1</i>')}`);
  assert.match(body, '<bdi>&lt;i>‮=1+1&lt;/i></bdi>');
  assert.not.match(body, '<i>');
});

test('can be taken away as a file, which is put down each time before it leaves', async ({ rig }) => {
  const { linked } = await shownAt(rig, `${LIST}?disposition=busy&memberId=M-9`);
  rig.audit.seen.length = 0;
  const take = () => rig.server.inject(linked('All of these as CSV')!);
  const { headers, body } = await take();
  assert.equal([headers['content-type'], headers['cache-control']], ['text/csv; charset=utf-8', 'no-store']);
  assert.match(body, /^callSessionId,.*,outcome\r\n[^\r]*,M-9,[^\r]*,Busy\r\n$/);
  await take();
  const look = [['calls-export', [callId(9)], ['M-9'], ['memberId', 'disposition']]];
  assert.equal(
    rig.audit.seen.map(({ action, calls, members, fields }) => [action, calls, members, fields]),
    [...look, ...look],
  );
});

test('is a file without formulas, also of a filter that finds nothing, and none of what cannot be read', async ({
  rig,
  store,
}) => {
  await store.write([rows(130, { memberId: '=1+1' })]);
  const formula = await rig.server.inject(`${LIST}.csv?memberId=%3D1%2B1`);
  assert.match(formula.body, ",'=1+1,");
  const nothing = await rig.server.inject(`${LIST}.csv?memberId=M-404`);
  assert.match(nothing.body, /^callSessionId,[^\r]*\r\n$/);
  assert.is((await rig.server.inject(`${LIST}.csv?from=never`)).statusCode, 400);
  rig.audit.failure = new Error('not recorded');
  const unrecorded = await rig.server.inject(`${LIST}.csv`);
  assert.equal([unrecorded.statusCode, unrecorded.body.includes('M-1')], [500, false]);
});

test('is a file that says where it is cut, and each part is put down before it is sent', async ({ rig }) => {
  const ids = Array.from({ length: 10_200 }, (_, n) => callId(20_000 - n));
  rig.fake.app.list = async ({ after = '~', limit }) => {
    const begin = after === '~' ? 0 : ids.indexOf(after) + 1;
    return ids.slice(begin, begin + limit).map((callSessionId) => ({ ...rows(1).session, callSessionId }));
  };
  const { body } = await rig.server.inject(`${LIST}.csv`);
  const lines = body.trimEnd().split('\r\n');
  assert.is(lines.length, 10_002);
  assert.match(lines.at(-1)!, 'Cut after 10000 calls: there are older ones.');
  assert.equal(
    rig.audit.seen.flatMap(({ calls }) => calls),
    ids.slice(0, 10_000),
  );
});

test.run();
