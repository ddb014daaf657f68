import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HEALTH_PROBLEMS, type HelpResult } from '../../src/app/api.ts';
import { NEXT_STEPS } from '../../src/console/parts/next-steps.ts';
import type { StuckCall } from '../../src/domain/call/stuck-call.ts';
import type { QuarantineItem } from '../../src/domain/inbox/quarantine.ts';
import { LogError } from '../../src/log/port.ts';
import { type FakeApp, fakeApp, HEALTHY } from '../http/fake-app.ts';
import { CALL } from '../http/samples.ts';
import { type MemoryAudit, memoryAudit } from '../support/memory-audit.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type ConsoleRig, consoleOver } from './console-rig.ts';

const NOW = Date.parse('2026-03-02T15:10:00.000Z');
const ABOUT = { release: '9.8.7', node: 'v20', log: 'a file', readModels: 'a file', takesEventGrid: false };

type Context = { rig: ConsoleRig; fake: FakeApp; audit: MemoryAudit };
const test = suite<Context>('operations in the console');
test.before(async (context) => {
  context.fake = fakeApp();
  context.audit = memoryAudit();
  const { app } = context.fake;
  context.rig = consoleOver({ app, audit: context.audit, clock: virtualClock(NOW), about: ABOUT });
});
test.before.each(({ fake, audit }) => {
  const { app: _app, asked, desk: _desk, ...fresh } = fakeApp();
  Object.assign(fake, fresh);
  for (const calls of Object.values(fake.asked)) calls.length = 0;
  assert.equal(fake.asked, asked);
  audit.failure = null;
});
test.after(({ rig }) => rig.server.close());

const STUCK: StuckCall = {
  callSessionId: CALL,
  why: 'overdue',
  at: 'hanging-up',
  since: '2026-03-02T15:00:00.000Z',
  canCheck: true,
  canClose: true,
  next: 'ask the provider about it',
};
const ITEM: QuarantineItem = {
  id: `${CALL}~event-1`,
  callSessionId: CALL,
  eventId: 'event-1',
  eventType: 'a.type',
  receivedAt: '2026-03-01T09:00:00.000Z',
};
const HERE = '/console/operations';
const QUARANTINE = `${HERE}/quarantine`;
const ONE = `${HERE}/stuck/${CALL}`;

test('operations are for Operators, who are told of no member; the role is named to the others', async ({
  rig,
  fake,
}) => {
  fake.stuck = { calls: [STUCK], more: false };
  fake.waiting = [ITEM];
  for (const path of [HERE, ONE, QUARANTINE]) {
    for (const role of ['Coordinator', 'Compliance'] as const) {
      const { status, text } = await rig.get(path, role);
      assert.is(status, 403, `${path} as ${role}`);
      assert.match(text, /shown to Operators/);
      // The page's own address, to come back to.
      assert.not.ok(text.replaceAll(path, '').includes(CALL));
    }
    const { status, text } = await rig.get(path);
    assert.is(status, 200, path);
    assert.not.match(text, /M-1|\+1555|Canary/);
  }
  for (const path of [`${ONE}/check`, `${ONE}/close`, `${QUARANTINE}/release`, `${QUARANTINE}/discard`]) {
    assert.is((await rig.post(path, { reason: 'r' }, 'Coordinator')).status, 403, path);
  }
  assert.equal([fake.asked.check, fake.asked.closeCall, fake.asked.discardManyQuarantined], [[], [], []]);
});

test('every kind of problem is told with its next step', async ({ rig, fake }) => {
  for (const code of HEALTH_PROBLEMS) {
    fake.appHealth = { ...HEALTHY, codedProblems: [{ code, words: '<b>the disk</b> is full' }] };
    const { text } = await rig.get(HERE);
    assert.ok(text.includes(NEXT_STEPS[code].words), code);
    assert.match(text, /&lt;b>the disk&lt;\/b> is full\./);
  }
});

test('the figures are those of the application', async ({ rig, fake }) => {
  fake.appHealth = {
    ...HEALTHY,
    dialling: {
      ...HEALTHY.dialling,
      ...{ waiting: 7, most: 25, limit: 4, active: 3, throttled: 2, resumesInMs: 40_000 },
      paused: 'the provider asked to wait',
    },
    projectionLagMs: 65_000,
    quarantined: 12,
    eventGrid: { events: 3, newestAt: '2026-03-02T15:09:00.000Z' },
    checkpoints: { ...HEALTHY.checkpoints, uncoveredMs: 600_000, treeSize: 40 },
  };
  const { text } = await rig.get(HERE);
  for (const words of [
    /<meter[^>]*max="4"[^>]*value="3"/,
    /3 of 4 taken; the settings allow 25/,
    /7 wait for their turn/,
    /2 since the start: too much at once/,
    /Paused<\/span>: the provider asked to wait; tried again in 40 s\./,
    /65 s behind the log/,
    /none covers is 10 min old; 40 leaves/,
    /12 waiting/,
    /not set up; 3 events delivered/,
    /9\.8\.7/,
  ])
    assert.match(text, words);
});

test('who looks at stuck calls and at the quarantine is put down first, and nothing is shown otherwise', async ({
  rig,
  fake,
  audit,
}) => {
  fake.stuck = { calls: [STUCK], more: false };
  fake.waiting = [ITEM];
  for (const [path, action] of [
    [HERE, 'list'],
    [ONE, 'list'],
    [QUARANTINE, 'quarantine'],
  ]) {
    audit.seen.length = 0;
    await rig.get(path!);
    assert.equal(
      audit.seen.map((look) => [look.action, look.calls, look.members, look.actor]),
      [[action, [CALL], [], 'operator:local']],
    );
  }
  audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  for (const path of [HERE, QUARANTINE]) {
    const { status, text } = await rig.get(path);
    assert.is(status, 503);
    assert.not.ok(text.includes(CALL));
  }
});

test('a stuck call is checked and closed with a reason, in the name of who asks, once for each page', async ({
  rig,
  fake,
}) => {
  fake.stuck = { calls: [STUCK], more: false };
  const { text } = await rig.get(ONE);
  const keys = [...text.matchAll(/name="key" value="([^"]+)"/g)].map(([, key]) => key!);
  assert.is(new Set(keys).size, 2);
  for (const [how, key] of [
    ['check', keys[0]!],
    ['close', keys[1]!],
  ] as const) {
    const done = await rig.post(`${ONE}/${how}`, { reason: ' it hangs ', key });
    assert.equal([done.status, done.location], [303, `${HERE}?done=${how === 'check' ? 'checking' : 'closed'}`]);
    assert.match((await rig.get(done.location!)).text, how === 'check' ? /provider is asked/ : /closed as unknown/);
  }
  const request = { callSessionId: CALL, actor: 'operator:local', reason: 'it hangs' };
  assert.equal(fake.asked.check, [[{ ...request, key: keys[0] }]]);
  assert.equal(fake.asked.closeCall, [[{ ...request, key: keys[1] }]]);
});

test('without a reason nothing is done', async ({ rig, fake }) => {
  for (const reason of ['', '   ', 'x'.repeat(501)]) {
    const { status, text } = await rig.post(`${ONE}/close`, { reason });
    assert.is(status, 422);
    assert.match(text, /Say why/);
  }
  assert.is(fake.asked.closeCall.length, 0);
});

const REFUSALS: readonly (readonly [HelpResult, number, RegExp])[] = [
  ['unknown-call', 404, /Nobody has asked/],
  ['already-ended', 409, /ended meanwhile/],
  ['not-overdue', 409, /Somebody may be talking/],
  ['no-leg', 409, /can be closed/],
  ['foreign', 409, /Start that release again/],
];

test('why a call is not helped is said in words', async ({ rig, fake }) => {
  for (const [result, expected, words] of REFUSALS) {
    fake.helped = result;
    const { status, text } = await rig.post(`${ONE}/check`, { reason: 'r' });
    assert.is(status, expected);
    assert.match(text, words);
  }
});

test('what cannot be done to a call is not offered, and the reason stands there', async ({ rig, fake }) => {
  fake.stuck = { calls: [{ ...STUCK, canCheck: false, canClose: false }], more: true };
  const { text } = await rig.get(ONE);
  assert.match(text, /named no connection[\s\S]*It is not overdue/);
  assert.not.match(text, /action="\/console\/operations\/stuck/);
  assert.match((await rig.get(HERE)).text, /There are more/);
});

test('a call that is not stuck any more is told so', async ({ rig }) => {
  const { status, text } = await rig.get(ONE);
  assert.is(status, 404);
  assert.match(text, /goes on by itself, or has ended/);
});

test('the quarantine is filtered by what the address says, and goes on to the next page', async ({ rig, fake }) => {
  fake.waiting = [ITEM];
  fake.nextWaiting = 'quarantine:2026-03-01/000000000001';
  const query = `type=a.type&source=event-grid&day=2026-03-01&call=${CALL}&flawed=false`;
  const { text } = await rig.get(`${QUARANTINE}?${query}`);
  const filter = { type: 'a.type', source: 'event-grid', day: '2026-03-01', call: CALL, flawed: false };
  assert.equal(fake.asked.quarantined, [[{ filter, limit: 50 }, 'waiting']]);
  const next = /href="([^"]+)">Later ones/.exec(text)![1]!.replaceAll('&amp;', '&');
  await rig.get(next);
  assert.equal(fake.asked.quarantined[1], [{ filter, limit: 50, after: fake.nextWaiting }, 'waiting']);
  await rig.get(`${QUARANTINE}?source=nobody&day=2026-02-31&flawed=&cursor=zz&state=expired`);
  assert.equal(fake.asked.quarantined[2], [{ filter: {}, limit: 50 }, 'expired']);
});

test('one is released where it lies, and why it cannot be is said in words', async ({ rig, fake }) => {
  fake.waiting = [ITEM, { ...ITEM, id: 'flawed', flaw: 'not an object' }];
  const { text } = await rig.get(QUARANTINE);
  const values = [...text.matchAll(/name="release" value="([^"]+)"/g)].map(([, value]) => value!);
  assert.equal(values, [`2026-03-01 ${ITEM.id}`]);
  assert.match(text, /not an object<\/bdi><\/td><td><span class="quiet">cannot be/);
  const fields = { release: values[0]!, back: `${QUARANTINE}?type=a.type` };
  const done = await rig.post(`${QUARANTINE}/release`, fields);
  assert.equal([done.status, done.location], [303, `${QUARANTINE}?type=a.type&done=released`]);
  assert.equal(fake.asked.releaseQuarantined, [[ITEM.id, 'operator:local', '2026-03-01']]);
  for (const [result, status, words] of [
    ['not-found', 404, /released or discarded it meanwhile/],
    ['call-unknown', 409, /so it waits on/],
  ] as const) {
    fake.release = result;
    const refused = await rig.post(`${QUARANTINE}/release`, fields);
    assert.is(refused.status, status);
    assert.match(refused.text, words);
  }
  assert.is((await rig.post(`${QUARANTINE}/release`, {})).status, 404);
});

test('what is picked is discarded with a reason, and nothing without', async ({ rig, fake }) => {
  const picked = { 'pick-0': 'one', 'pick-7': 'eight' };
  for (const fields of [{ reason: 'ours' }, picked, { ...picked, reason: ' ' }]) {
    assert.is((await rig.post(`${QUARANTINE}/discard`, fields as Record<string, string>)).status, 422);
  }
  assert.is(fake.asked.discardManyQuarantined.length, 0);
  const done = await rig.post(`${QUARANTINE}/discard`, { ...picked, reason: 'not ours' });
  assert.is(done.status, 303);
  const meant = { ids: ['one', 'eight'] };
  assert.equal(fake.asked.discardManyQuarantined, [[{ meant, actor: 'operator:local', reason: 'not ours' }]]);
  assert.match((await rig.get(done.location!)).text, /3 discarded; they stay in the log\. 1 that were meant are left/);
});

test('all that a filter shows are discarded, but for what came after the page was made', async ({ rig, fake }) => {
  fake.waiting = [ITEM];
  const { quarantined } = fake.app;
  fake.app.quarantined = async () => ({ items: fake.waiting, total: 4_000, next: null });
  const { text } = await rig.get(`${QUARANTINE}?source=event-grid`);
  fake.app.quarantined = quarantined;
  assert.match(text, /4000 are like that[\s\S]*Discard 1000/);
  const until = /name="until" value="([^"]+)"/.exec(text)![1]!;
  assert.is(until, new Date(NOW).toISOString());
  const form = { source: 'event-grid', until, reason: 'not ours' };
  assert.is((await rig.post(`${QUARANTINE}/discard-all`, form)).status, 303);
  assert.equal(fake.asked.discardManyQuarantined[0]?.[0].meant, {
    filter: { source: 'event-grid', until },
    limit: 1_000,
  });
  assert.is((await rig.post(`${QUARANTINE}/discard-all`, { ...form, until: '' })).status, 422);
});

test('types and ids of callbacks are shown as text, and what they say never', async ({ rig, fake }) => {
  const hostile = '"><script>alert(1)</script>\u202E';
  const item = { ...ITEM, id: hostile, callSessionId: hostile, eventType: hostile, flaw: hostile };
  fake.waiting = [{ ...item, raw: 'canary-answer' } as QuarantineItem];
  const { text } = await rig.get(QUARANTINE);
  assert.not.match(text, /<script>|canary-answer/);
  assert.match(text, /&lt;script>alert/);
});

test.run();
