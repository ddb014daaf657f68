import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { EMPTY_HEAD, headOf } from '../../../src/domain/entries.ts';
import { type CallEventLog, LogError } from '../../../src/log/port.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { deadlineless } from '../../support/deadlineless.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { until } from '../../support/until.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';
import { initiated } from '../samples.ts';

const BROKEN = '019aab00-0000-7000-8000-00000000bad0';
const ACTOR = 'operator:olga';
const MINUTE_MS = 60_000;

type Context = { clock: VirtualClock; rig: Rig };
const test = suite<Context>('calls that are stuck');
test.before.each(async (context) => {
  context.clock = virtualClock();
  context.rig = await openRig({ clock: context.clock });
});
test.after.each(({ rig }) => rig.close());

const ask = (callSessionId: string) => ({ callSessionId, actor: ACTOR, reason: 'it hangs' });

/** A call that rings, and that no deadline moves on. */
async function ringing({ rig }: Context, changes: Parameters<Rig['start']>[0] = {}) {
  const log = deadlineless(rig.stores.log);
  const app = await rig.start({ log, ...changes });
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.idle();
  return { app, log, id: opened.callSessionId };
}

const typesBy = async ({ rig }: Context, id: string) =>
  (await rig.stream(id)).filter(({ actor }) => actor === ACTOR).map(({ type }) => type);

/** A call whose stream begins with something that this program cannot have written. */
async function breakCall({ rig }: Context): Promise<void> {
  await rig.stores.log.register(BROKEN, new Date(rig.deps.clock.now()));
  await rig.stores.log.append(BROKEN, EMPTY_HEAD, [{ ...initiated(QUESTIONNAIRE), type: 'WrittenByNobody' }]);
}

test('an overdue call is listed with what to do, and nothing of its member', async (context) => {
  const { app, id } = await ringing(context);
  assert.equal(await app.stuck(), { calls: [], more: false });
  await context.clock.advance(10 * MINUTE_MS);
  const { calls } = await app.stuck();
  assert.equal(
    calls.map(({ callSessionId, why, at, canCheck, canClose }) => [callSessionId, why, at, canCheck, canClose]),
    [[id, 'overdue', 'ringing', true, true]],
  );
  assert.match(calls[0]!.next, 'calls check');
  assert.not.match(JSON.stringify(calls), /M-1|\+1555/);
});

test('what staff ask of it is recorded in the call, in their name, and takes it from the list', async (context) => {
  const { app, id, log } = await ringing(context);
  await context.clock.advance(10 * MINUTE_MS);
  assert.is(await app.check(ask(id)), 'checking');
  await app.idle();
  assert.equal((await app.stuck()).calls, []);
  await context.clock.advance(10 * MINUTE_MS);
  assert.is(await app.closeCall(ask(id)), 'closed');
  assert.equal(await typesBy(context, id), ['CheckCall', 'CloseCall']);
  log.mend();
  await app.idle();
  assert.equal([(await app.status(id))?.session.disposition, (await app.stuck()).calls], ['unknown', []]);
  assert.is((await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' })).ok, true);
});

test('a clock that is set forward makes no call overdue', async (context) => {
  const { app, id } = await ringing(context);
  context.clock.jump(24 * 60 * MINUTE_MS);
  assert.equal([(await app.stuck()).calls, await app.closeCall(ask(id))], [[], 'not-overdue']);
  // And one that is set back keeps none from being helped.
  await context.clock.advance(10 * MINUTE_MS);
  context.clock.jump(-48 * 60 * MINUTE_MS);
  assert.is(await app.closeCall(ask(id)), 'closed');
});

test('a call that another instance has moved on is not overdue here', async (context) => {
  const { app, id } = await ringing(context);
  await context.clock.advance(10 * MINUTE_MS);
  const other = await context.rig.start();
  await context.clock.advance(10_000);
  await until('the other one has asked about it', async () =>
    (await context.rig.stream(id)).some(({ type }) => type === 'DeadlinePassed'),
  );
  await other.idle();
  assert.equal((await app.stuck()).calls, []);
  assert.is.not(await app.closeCall(ask(id)), 'closed');
});

test('a call that there is not is not found', async ({ rig }) => {
  const app = await rig.start();
  assert.equal([await app.check(ask(BROKEN)), await app.closeCall(ask(BROKEN))], ['unknown-call', 'unknown-call']);
});

const code = (work: Promise<unknown>): Promise<unknown> => work.catch((error: { code?: string }) => error.code);

async function openedFor(app: RunningCallApp, { rig }: Context): Promise<void> {
  const opened = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(opened.ok);
  await app.close();
  const { log } = rig.stores;
  const bad = { ...initiated(QUESTIONNAIRE), id: 'bad', type: 'SayMessage', data: 'null' };
  const appended = await log.append(opened.callSessionId, headOf(await log.read(opened.callSessionId)), [bad]);
  assert.not.ok('conflict' in appended);
}

test('a call that is set aside is given up by staff, for good; its member may be called anew', async (context) => {
  const { rig } = context;
  await openedFor(await rig.start(), context);
  const app = await rig.start();
  const [id = ''] = app.health().parked;
  assert.equal([app.health().problemCounts.CALL_PARKED, (await app.stuck()).calls[0]?.why], [1, 'parked']);
  assert.is(await code(app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' })), 'CALL_PARKED');
  assert.is(await code(app.check(ask(id))), 'CALL_PARKED');
  assert.is(await app.closeCall(ask(id)), 'closed');
  assert.equal(await typesBy(context, id), ['CloseCall']);
  for (const running of [app, await rig.start()]) {
    assert.equal([running.health().parked, running.health().problemCounts.CALL_PARKED], [[], 0]);
    assert.equal((await running.stuck()).calls, []);
  }
  // What is still told of it is not lost, and asks ACS for no repetition.
  assert.is(
    await app.recordCallbacks(id, [callback('RecognizeCompleted', { callConnectionId: 'leg' })]),
    'unknown-call',
  );
  assert.is((await inQuarantine(app)).length, 1);
  assert.is((await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' })).ok, true);
});

test('a call that can be handled again goes on when somebody has it checked', async (context) => {
  const { rig } = context;
  let isDamaged = true;
  const damage = (): boolean => isDamaged;
  const log: CallEventLog = {
    ...rig.stores.log,
    async read(stream, from) {
      if (damage() && stream === BROKEN)
        throw new LogError('LOG_CORRUPT', 'a page does not hold together', { version: 1 });
      return rig.stores.log.read(stream, from);
    },
  };
  await rig.stores.log.register(BROKEN, new Date(context.clock.now()));
  await rig.stores.log.append(BROKEN, EMPTY_HEAD, [initiated(QUESTIONNAIRE)]);
  const app = await rig.start({ log });
  assert.equal(app.health().parked, [BROKEN]);
  // What cannot be read cannot be written to either.
  assert.is(await code(app.closeCall(ask(BROKEN))), 'CALL_PARKED');
  isDamaged = false;
  assert.is(await app.check(ask(BROKEN)), 'resumed');
  assert.equal([app.health().parked, app.health().openCalls], [[], 1]);
});

test('a broken beginning is given up too', async (context) => {
  await breakCall(context);
  const app = await context.rig.start();
  assert.is(await app.closeCall(ask(BROKEN)), 'closed');
  assert.equal((await context.rig.start()).health().parked, []);
});

test.run();
