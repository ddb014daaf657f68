import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { InitiateResult } from '../../../src/app/api.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
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

const NOBODY = async () => [];
const FOUND_NOBODY = async () => ({ members: [], isPartial: false });

test('the same Idempotency-Key takes up a call whose process died before it had begun', async () => {
  const call = await die(KEYED);
  assert.equal(await typesOf(call), []);
  assert.equal(await app.initiate(KEYED), { ok: true, callSessionId: call, status: 'Initiated', replayed: true });
  await app.idle();
  assert.equal(await typesOf(call), ['InitiateCall', 'PlaceCall', 'Accepted']);
});

test('many who take it up at once, on two instances, begin it once', async () => {
  const call = await die(KEYED);
  const other = await rig.start();
  const asked = Array.from({ length: 20 }, (_, index) => (index % 2 ? app : other).initiate(KEYED));
  const expected: InitiateResult = { ok: true, callSessionId: call, status: 'Initiated', replayed: true };
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

/** Has a request frozen between the opening and the call's first entry, for as long as `meanwhile` takes. */
async function freeze(request: typeof ANN | typeof KEYED, meanwhile: () => Promise<void>) {
  const slow = await rig.start({ log });
  log.before(CALLS, async () => {
    app = await rig.start();
    await meanwhile();
  });
  const result = await slow.initiate(request);
  for (const each of [app, slow]) await each.idle();
  return { slow, result };
}

/** The call of the member's first opening. */
async function firstCall(): Promise<string> {
  const [opening] = await rig.stream('member:M-1');
  return (JSON.parse(opening?.data ?? '{}') as { callSessionId: string }).callSessionId;
}

for (const request of [ANN, KEYED]) {
  const how = request === KEYED ? 'with a key' : 'without one';
  test(`who was frozen until others closed the call is told that it has ended, and it is not dialled: ${how}`, async () => {
    let freed: InitiateResult | undefined;
    const { slow, result } = await freeze(request, async () => {
      await clock.advance(60_000);
      freed = await app.initiate({ ...ANN, actor: 'coordinator:bob' });
    });
    const call = await firstCall();
    const ended = { ok: false, code: 'CALL_ENDED', callSessionId: call } as const;
    assert.equal(result, ended);
    assert.ok(freed?.ok && freed.callSessionId !== call);
    assert.is(rig.simulator.stats().dials, 1);
    assert.equal(await typesOf(call), ['InitiateCall', 'CloseCall']);
    if (request !== KEYED) return;
    for (const each of [slow, app]) assert.equal(await each.initiate(KEYED), ended, 'the same again is told the same');
    assert.is(rig.simulator.stats().dials, 1);
  });
}

test('who was frozen until the same request began the call is told of that call, also when it has ended since', async () => {
  for (const ends of [false, true]) {
    const { result } = await freeze(KEYED, async () => {
      await clock.advance(60_000);
      const again = await app.initiate(KEYED);
      assert.ok(again.ok && again.replayed);
      if (ends) await app.recordCallbacks(again.callSessionId, [callback('CallDisconnected')]);
    });
    assert.equal(result, { ok: true, callSessionId: await firstCall(), status: 'Initiated', replayed: false });
    assert.is(rig.simulator.stats().dials, 1);
    await rig.close();
    clock = virtualClock();
    rig = await openRig({ clock });
    log = faultyLog(rig.stores.log);
  }
});

test('a call closed for another stands under the number, the place and the priority that were its own', async () => {
  let phoneNumber = '+15550102000';
  const find = async (memberId: string) => ({ memberId, phoneNumber });
  const bodyOf = async (call: string) => JSON.parse((await rig.stream(call))[0]!.data);
  const slow = await rig.start({ log, members: { find, list: NOBODY, search: FOUND_NOBODY } });
  log.before(CALLS, async () => {
    app = await rig.start({ members: { find, list: NOBODY, search: FOUND_NOBODY } });
    phoneNumber = '+15550109999';
    await clock.advance(60_000);
    await app.initiate({ ...ANN, callbackUrl: 'https://elsewhere.example/acs', priority: 'low' });
  });
  const result = await slow.initiate(ANN);
  for (const each of [app, slow]) await each.idle();
  assert.is(result.ok, false);
  const { callbackUrl, priority, ...body } = await bodyOf(await firstCall());
  assert.equal([body.memberId, body.phoneNumber], ['M-1', '+15550102000']);
  assert.equal([callbackUrl, priority], [rig.deps.callbackUrl, undefined]);
});

test('a call taken up later is dialled under the number for which it was opened', async () => {
  const call = await die(KEYED);
  const find = async (memberId: string) => ({ memberId, phoneNumber: '+15550109999' });
  const other = await rig.start({ members: { find, list: NOBODY, search: FOUND_NOBODY } });
  assert.ok((await other.initiate(KEYED)).ok);
  await other.idle();
  assert.equal(rig.simulator.stats().dialsByNumber, { '+15550102000': 1 });
  assert.is(JSON.parse((await rig.stream(call))[0]!.data).phoneNumber, '+15550102000');
});

test('an opening of old, which does not say its number, is closed and taken up under the one that the member has', async () => {
  const at = new Date(clock.now()).toISOString();
  const open = { kind: 'command', type: 'OpenCall', actor: 'coordinator:ann', cause: null, at } as const;
  const call = '019ab000-0000-7000-8000-000000000001';
  await rig.stores.log.append('member:M-1', EMPTY_HEAD, [{ ...open, id: call, data: `{"callSessionId":"${call}"}` }]);
  app = await rig.start();
  await clock.advance(60_000);
  assert.ok((await app.initiate(ANN)).ok);
  assert.is(JSON.parse((await rig.stream(call))[0]!.data).phoneNumber, '+15550102000');
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
