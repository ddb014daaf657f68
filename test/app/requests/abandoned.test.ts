import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { InitiateResult } from '../../../src/app/api.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { LogError } from '../../../src/log/port.ts';
import { callback } from '../../support/callbacks.ts';
import { type FaultyLog, faultyLog } from '../../support/faulty-log.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';
import { openRig, type Rig } from '../rig.ts';

const CALLS = /^[0-9a-f]/;
const ANN = { memberId: 'M-1', actor: 'coordinator:ann' };
const KEYED = { ...ANN, idempotencyKey: 'key-1' };

let rig: Rig;
let clock: VirtualClock;
let log: FaultyLog;
let app: RunningCallApp;

test.before.each(async () => {
  clock = virtualClock();
  rig = await openRig({ clock });
  log = faultyLog(rig.stores.log);
});
test.after.each(() => rig.close());

/** Opens a call and dies before the first entry of its stream; a new process starts. @returns the call's id */
async function die(request: typeof ANN | typeof KEYED): Promise<string> {
  const dying = await rig.start({ log });
  log.fail(['refused'], CALLS);
  const error = await dying.initiate(request).then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, LogError);
  await dying.close();
  app = await rig.start();
  const opening = (await rig.stream('member:M-1')).at(-1);
  return (JSON.parse(opening?.data ?? '{}') as { callSessionId: string }).callSessionId;
}

const typesOf = async (call: string) => (await rig.stream(call)).map(({ type }) => type);

test('the same Idempotency-Key takes up a call whose process died before it had begun', async () => {
  const call = await die(KEYED);
  assert.equal(await typesOf(call), []);
  assert.equal(await app.initiate(KEYED), { ok: true, callSessionId: call, replayed: true });
  await app.idle();
  assert.equal(await typesOf(call), ['InitiateCall', 'PlaceCall', 'Accepted']);
});

test('many who take it up at once, on two instances, begin it once', async () => {
  const call = await die(KEYED);
  const other = await rig.start();
  const asked = Array.from({ length: 20 }, (_, index) => (index % 2 ? app : other).initiate(KEYED));
  const expected: InitiateResult = { ok: true, callSessionId: call, replayed: true };
  for (const result of await Promise.all(asked)) assert.equal(result, expected);
  for (const each of [app, other]) await each.idle();
  assert.is(rig.simulator.stats().dials, 1);
  assert.is((await typesOf(call)).filter((type) => type === 'InitiateCall').length, 1);
});

test('for others it is open for a minute; then it is closed as not placed, and a new call may be opened', async () => {
  const call = await die(KEYED);
  const open = { ok: false, code: 'CALL_OPEN', callSessionId: call } as const;
  assert.equal(await app.initiate(ANN), open);
  await clock.advance(59_999);
  assert.equal(await app.initiate(ANN), open);
  await clock.advance(1);
  const next = await app.initiate(ANN);
  assert.ok(next.ok);
  assert.is.not(next.callSessionId, call);
  await app.idle();
  assert.equal(await typesOf(call), ['InitiateCall', 'CloseCall']);
  assert.is(rig.simulator.stats().dials, 1);
  const rows = await rig.stores.readStore.bySession(call);
  assert.equal([rows?.session.status, rows?.session.disposition], ['Failed', 'unknown']);
});

test('a clock that was set back since does not keep the member from being called for as long', async () => {
  const call = await die(KEYED);
  clock.jump(-3_600_000);
  const next = await app.initiate(ANN);
  assert.ok(next.ok);
  await app.idle();
  assert.equal(await typesOf(call), ['InitiateCall', 'CloseCall']);
  assert.is(rig.simulator.stats().dials, 1);
});

test('a process that was only slow finds its call closed, and does not dial it', async () => {
  const slow = await rig.start({ log });
  let freed: InitiateResult | undefined;
  log.before(CALLS, async () => {
    app = await rig.start();
    await clock.advance(60_000);
    freed = await app.initiate(ANN);
  });
  const result = await slow.initiate(ANN);
  for (const each of [app, slow]) await each.idle();
  assert.ok(freed?.ok && result.ok);
  assert.is(rig.simulator.stats().dials, 1);
  assert.equal(await typesOf(result.callSessionId), ['InitiateCall', 'CloseCall']);
});

test('an opening of unknown outcome blocks nobody for longer than a minute', async () => {
  for (const fault of ['committed', 'lost'] as const) {
    const dying = await rig.start({ log });
    log.fail([fault], /^member:/);
    await dying.initiate(ANN).then(
      () => assert.unreachable('the caller hears of it'),
      (error: unknown) => assert.instance(error, LogError),
    );
    await clock.advance(60_000);
    const result = await dying.initiate(ANN);
    assert.ok(result.ok, fault);
    const ended = callback('CallDisconnected');
    await dying.recordCallbacks(result.callSessionId, [ended]);
  }
});

test.run();
