import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CallApp, InitiateResult } from '../../../src/app/api.ts';
import { EMPTY_HEAD } from '../../../src/domain/entries.ts';
import { isCallStream } from '../../../src/domain/streams.ts';
import { NOBODY_URL } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { collect } from '../../support/collect.ts';
import { sha256 } from '../../support/sha256.ts';
import { startingGate } from '../../support/starting-gate.ts';
import { until } from '../../support/until.ts';
import { openRig, type Rig } from '../rig.ts';

const ELSEWHERE = 'https://hooks.example/acs';

let rig: Rig;

test.before.each(async () => {
  rig = await openRig();
});
test.after.each(() => rig.close());

const ask = (memberId: string, idempotencyKey?: string, callbackUrl?: string) => ({
  memberId,
  actor: 'coordinator:ann',
  ...(idempotencyKey !== undefined && { idempotencyKey }),
  ...(callbackUrl !== undefined && { callbackUrl }),
});

/** The callSessionId of a call that was opened. */
async function opened(asked: Promise<InitiateResult>): Promise<string> {
  const result = await asked;
  assert.ok(result.ok, JSON.stringify(result));
  return result.callSessionId;
}

async function end(app: CallApp, callSessionId: string): Promise<void> {
  const failed = callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } });
  assert.is(await app.recordCallbacks(callSessionId, [failed]), 'recorded');
}

test('of twenty who call one member at once on two instances one opens the call, the others are told which', async () => {
  const apps = [await rig.start(), await rig.start()];
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => apps[index % 2]!.initiate(ask('M-1'))));
  const won = results.flatMap((result) => (result.ok ? [result.callSessionId] : []));
  assert.is(won.length, 1);
  for (const result of results) {
    if (!result.ok) assert.equal(result, { ok: false, code: 'CALL_OPEN', callSessionId: won[0] });
  }
  for (const app of apps) await app.idle();
  assert.is(rig.simulator.stats().dials, 1);
  const entries = await rig.entries();
  assert.is(entries.filter(({ type }) => type === 'OpenCall').length, 1);
  assert.is(entries.filter(({ type }) => type === 'PlaceCall').length, 1);
});

test('of twenty who have all found the member free one opens the call, and nineteen look again and find it open', async () => {
  const gate = startingGate(rig.stores.log, 20, /^member:/);
  const apps = [await rig.start({ log: gate }), await rig.start({ log: gate })];
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => apps[index % 2]!.initiate(ask('M-1'))));
  const won = results.flatMap((result) => (result.ok ? [result.callSessionId] : []));
  const lost = results.filter((result) => !result.ok);
  assert.equal([won.length, lost.length, gate.tried()], [1, 19, 20]);
  for (const result of lost) assert.equal(result, { ok: false, code: 'CALL_OPEN', callSessionId: won[0] });
  for (const app of apps) await app.idle();
  assert.is(rig.simulator.stats().dials, 1);
  assert.is((await rig.stream('member:M-1')).length, 1);
  const names = await collect(rig.stores.log.registered());
  assert.equal(names.filter(isCallStream), won, 'who lost has left no name for others to look after');
});

test('twenty members who are called at once all are', async () => {
  const apps = [await rig.start(), await rig.start()];
  const asked = Array.from({ length: 20 }, (_, index) => apps[index % 2]!.initiate(ask(`M-${index + 1}`)));
  const ids = await Promise.all(asked.map(opened));
  assert.is(new Set(ids).size, 20);
  for (const app of apps) await app.idle();
  assert.is(rig.simulator.stats().dials, 20);
});

test('the priority is recorded with the call, and nothing where none was given', async () => {
  const app = await rig.start();
  const given = await opened(app.initiate({ ...ask('M-1'), priority: 'low' }));
  const absent = await opened(app.initiate(ask('M-2')));
  const priorityOf = async (call: string) => JSON.parse((await rig.stream(call))[0]!.data).priority;
  assert.equal([await priorityOf(given), await priorityOf(absent)], ['low', undefined]);
});

test('a call that somebody waits for is dialled before one of low priority that came first', async () => {
  const app = await rig.start({ dialPolicy: { concurrentCalls: 1, callsPerSecond: 10_000 } });
  const first = await opened(app.initiate(ask('M-1')));
  const low = await opened(app.initiate({ ...ask('M-2'), priority: 'low' }));
  const now = await opened(app.initiate(ask('M-3')));
  const isPlaced = async (call: string) => (await rig.stream(call)).some(({ type }) => type === 'PlaceCall');
  await until('both wait', () => app.health().dialling.waiting === 2);
  await end(app, first);
  await until('the next dial', () => isPlaced(now));
  assert.is(await isPlaced(low), false);
  await end(app, now);
  await until('the last', () => isPlaced(low));
});

test('a key that was used for another priority, or another place, is for another request', async () => {
  const app = await rig.start();
  const low = { ...ask('M-1', 'key-1'), priority: 'low' as const };
  const call = await opened(app.initiate(low));
  assert.equal(await app.initiate(low), { ok: true, callSessionId: call, status: 'Initiated', replayed: true });
  const others = [ask('M-1', 'key-1'), { ...low, priority: 'normal' as const }, { ...low, callbackUrl: ELSEWHERE }];
  for (const other of others) assert.equal(await app.initiate(other), { ok: false, code: 'IDEMPOTENCY_KEY_REUSED' });
});

const PLAIN = ask('M-1', 'key-1');
const normal = { priority: 'normal' } as const;

/** One request, told in every way. */
const SPELLINGS = [
  PLAIN,
  { ...PLAIN, ...normal },
  { ...PLAIN, callbackUrl: NOBODY_URL },
  { ...PLAIN, callbackUrl: NOBODY_URL, ...normal },
];

test('a request that names a default is the one that leaves it out, whichever comes first, and is recorded as that', async () => {
  for (const [index, first] of SPELLINGS.entries()) {
    const app = await rig.start();
    const memberId = `M-${index + 1}`;
    const call = await opened(app.initiate({ ...first, memberId }));
    for (const again of SPELLINGS) {
      const expected = { ok: true, callSessionId: call, status: 'Initiated', replayed: true } as const;
      assert.equal(await app.initiate({ ...again, memberId }), expected);
    }
    const opening = JSON.parse((await rig.stream(`member:${memberId}`))[0]!.data);
    assert.is(opening.requestHash, sha256(''));
    assert.is(JSON.parse((await rig.stream(call))[0]!.data).priority, undefined);
  }
});

test('a request that was recorded as it was told, before the defaults were left out, is still known', async () => {
  const app = await rig.start();
  const written = ['', '\npriority=normal', NOBODY_URL, `${NOBODY_URL}\npriority=normal`];
  for (const [index, text] of written.entries()) {
    const memberId = `M-${index + 1}`;
    const call = `019ab000-0000-7000-8000-00000000000${index}`;
    const data = {
      callSessionId: call,
      idempotencyKeyHash: sha256('coordinator:ann\nkey-1'),
      requestHash: sha256(text),
    };
    const common = { kind: 'command', type: 'OpenCall', actor: 'coordinator:ann', cause: null } as const;
    const entry = { ...common, id: call, at: new Date().toISOString(), data: JSON.stringify(data) };
    await rig.stores.log.append(`member:${memberId}`, EMPTY_HEAD, [entry]);
    for (const again of SPELLINGS) {
      const expected = { ok: true, callSessionId: call, status: 'Initiated', replayed: true } as const;
      assert.equal(await app.initiate({ ...again, memberId }), expected, text);
    }
    const other = await app.initiate({ ...PLAIN, memberId, priority: 'low' });
    assert.equal(other, { ok: false, code: 'IDEMPOTENCY_KEY_REUSED' });
  }
});

test('a request without a priority is told by the same hash as ever', async () => {
  const app = await rig.start();
  await opened(app.initiate(ask('M-1', 'key-1', 'https://hooks.example/acs')));
  const opening = JSON.parse((await rig.stream('member:M-1'))[0]!.data);
  const hash = sha256('https://hooks.example/acs');
  assert.is(opening.requestHash, hash);
});

test('a member who is not known is not called, and nothing is recorded', async () => {
  const app = await rig.start();
  const before = (await rig.entries()).length;
  assert.equal(await app.initiate(ask('M-unknown')), { ok: false, code: 'MEMBER_NOT_FOUND' });
  assert.is((await rig.entries()).length, before);
});

test('a number that is not in the form that is dialled is told, and nothing is recorded', async () => {
  const numbers = ['555-010-1234', '+1 555 010 1234', '15550101234', '+0555010123', ''];
  const find = async (memberId: string) => ({ memberId, phoneNumber: numbers[Number(memberId)]! });
  const app = await rig.start({
    members: { find, list: async () => [], search: async () => ({ members: [], isPartial: false }) },
  });
  const before = (await rig.entries()).length;
  for (const index of numbers.keys()) {
    assert.equal(await app.initiate(ask(`${index}`)), { ok: false, code: 'MEMBER_NOT_CALLABLE' });
  }
  assert.is((await rig.entries()).length, before);
});

test('the same Idempotency-Key gives the same call, also at once and on two instances', async () => {
  const apps = [await rig.start(), await rig.start()];
  const asked = Array.from({ length: 20 }, (_, index) => apps[index % 2]!.initiate(ask('M-1', 'key-1')));
  const results = await Promise.all(asked);
  assert.is(new Set(results.map((result) => result.ok && result.callSessionId)).size, 1);
  assert.is(results.filter((result) => result.ok && !result.replayed).length, 1);
  for (const app of apps) await app.idle();
  assert.is(rig.simulator.stats().dials, 1);
});

test('an Idempotency-Key answers for its call, as it stands by then, also when it has ended and another was opened', async () => {
  const app = await rig.start();
  const first = await opened(app.initiate(ask('M-1', 'key-1')));
  await end(app, first);
  const second = await opened(app.initiate(ask('M-1', 'key-2')));
  assert.is.not(second, first);
  const answer = { ok: true, callSessionId: first, status: 'Failed', replayed: true } as const;
  assert.equal(await app.initiate(ask('M-1', 'key-1')), answer);
});

test('an Idempotency-Key that was used for another request is refused, but is nobody else’s', async () => {
  const app = await rig.start();
  const first = await opened(app.initiate(ask('M-1', 'key-1')));
  const other = ask('M-1', 'key-1', 'http://127.0.0.1:9/elsewhere');
  assert.equal(await app.initiate(other), { ok: false, code: 'IDEMPOTENCY_KEY_REUSED' });
  const ofBob = { ...ask('M-1', 'key-1'), actor: 'coordinator:bob' };
  assert.equal(await app.initiate(ofBob), { ok: false, code: 'CALL_OPEN', callSessionId: first });
});

test('when a call has ended the next one may be opened', async () => {
  const app = await rig.start();
  const first = await opened(app.initiate(ask('M-1')));
  assert.equal(await app.initiate(ask('M-1')), { ok: false, code: 'CALL_OPEN', callSessionId: first });
  await end(app, first);
  assert.is.not(await opened(app.initiate(ask('M-1'))), first);
});

test('an instance that saw a call open learns that it has ended on another one', async () => {
  const [one, two] = [await rig.start(), await rig.start()];
  const first = await opened(one.initiate(ask('M-1')));
  assert.equal(await two.initiate(ask('M-1')), { ok: false, code: 'CALL_OPEN', callSessionId: first });
  await end(one, first);
  assert.is.not(await opened(two.initiate(ask('M-1'))), first);
});

test.run();
