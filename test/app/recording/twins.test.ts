import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReceivedCallback } from '../../../src/app/api.ts';
import type { RunningCallApp } from '../../../src/app/call-app.ts';
import { createTwins } from '../../../src/app/recording/twins.ts';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import { EVENT_GRID } from '../../../src/domain/call/callback.ts';
import { callbackId } from '../../../src/domain/call/decide.ts';
import type { Input } from '../../../src/domain/call/input.ts';
import { foldCall } from '../../../src/domain/call/stream.ts';
import type { Entry } from '../../../src/domain/entries.ts';
import { inQuarantine } from '../../support/quarantine.ts';
import { openRig, type Rig } from '../rig.ts';

const AT = '2026-03-02T15:00:00.000Z';

type Details = Readonly<Record<string, unknown>>;

let rig: Rig;
let app: RunningCallApp;
let call: string;

test.before.each(async () => {
  rig = await openRig();
  app = await rig.start();
  const result = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  call = result.callSessionId;
  await app.idle();
});
test.after.each(() => rig.close());

/** An event under the one id that all of these have. */
function event(source: string | undefined, name: string, data: Details = {}): ReceivedCallback {
  const type = `Microsoft.Communication.${name}`;
  const whole = { id: 'event-7', ...(source !== undefined && { source }), type, data: { note: 1, ...data } };
  return { id: 'event-7', type, data: whole.data, raw: JSON.stringify(whole) };
}

async function kept(
  type: string,
): Promise<readonly { readonly id: string; readonly data: string; readonly cause: string | null }[]> {
  return (await rig.stream(call)).filter((entry) => entry.type === `Microsoft.Communication.${type}`);
}

test('two events of two sources under one id are two: both are recorded and both count', async () => {
  const connection = 'calling/callConnections/1';
  assert.is(await app.recordCallbacks(call, [event(connection, 'ParticipantsUpdated')]), 'recorded');
  assert.is(await app.recordCallbacks(call, [event('calling/media/1', 'PlayStarted')]), 'recorded');
  assert.equal([(await kept('ParticipantsUpdated')).length, (await kept('PlayStarted')).length], [1, 1]);
  // Each of them again is a duplicate, whichever came first.
  assert.is(await app.recordCallbacks(call, [event('calling/media/1', 'PlayStarted')]), 'duplicate');
  assert.is(await app.recordCallbacks(call, [event(connection, 'ParticipantsUpdated')]), 'duplicate');
});

test('the same event is the same however it is laid out', async () => {
  const first = event('s', 'ParticipantsUpdated', { b: [1, { c: 2, d: 'ü' }], a: 1.0 });
  assert.is(await app.recordCallbacks(call, [first]), 'recorded');
  const { type, data } = first;
  const turned = JSON.stringify(
    { data: { a: 1, b: [1, { d: 'ü', c: 2 }], note: 1 }, type, source: 's', id: 'event-7' },
    null,
    2,
  );
  for (const raw of [turned, turned.replace('ü', '\\u00fc'), turned.replaceAll('/', '\\/')]) {
    assert.is(await app.recordCallbacks(call, [{ ...first, data, raw }]), 'duplicate');
  }
});

test('another body under one identity is kept, three of a call; that further ones came is counted, and nothing is lost', async () => {
  await app.recordCallbacks(call, [event('s', 'ParticipantsUpdated', { n: 0 })]);
  for (let n = 1; n <= 6; n += 1) {
    assert.is(await app.recordCallbacks(call, [event('s', 'ParticipantsUpdated', { n })]), 'recorded');
  }
  const events = await kept('ParticipantsUpdated');
  assert.equal(
    events.map(({ data }) => JSON.parse(data).data.n),
    [0, 1, 2, 3],
  );
  assert.equal(
    events.map(({ cause }) => cause !== null),
    [false, true, true, true],
  );
  const counted = (await rig.stream(call)).filter(({ type }) => type === 'CountEvent');
  assert.is(counted.length, 3);
  for (let n = 0; n <= 6; n += 1) {
    assert.is(await app.recordCallbacks(call, [event('s', 'ParticipantsUpdated', { n })]), 'duplicate', `${n} again`);
  }
});

test('what an earlier release kept under the bare id is known by its bytes', async () => {
  await app.recordCallbacks(call, [event(undefined, 'ParticipantsUpdated')]);
  assert.is(await app.recordCallbacks(call, [event(undefined, 'ParticipantsUpdated')]), 'duplicate');
  assert.is(await app.recordCallbacks(call, [event('s', 'ParticipantsUpdated')]), 'recorded');
});

test('an id that looks like one of ours is its sender’s like any other', async () => {
  const named = (id: string, n: number): ReceivedCallback => {
    const { type, data } = event('s', 'ParticipantsUpdated', { n });
    return { id, type, data, raw: JSON.stringify({ id, source: 's', type, data }) };
  };
  for (const [id, n] of [
    ['x', 0],
    ['x#3', 1],
    ['x', 2],
    ['x#5', 3],
  ] as const) {
    assert.is(await app.recordCallbacks(call, [named(id, n)]), 'recorded', `${id} ${n}`);
    assert.is(await app.recordCallbacks(call, [named(id, n)]), 'duplicate', `${id} ${n} again`);
  }
  const ids = (await kept('ParticipantsUpdated')).map(({ id }) => id);
  assert.equal([ids.length, new Set(ids).size], [4, 4]);
});

/** An application whose reads of the log are counted. */
async function counted(): Promise<{ readonly app: RunningCallApp; readonly readsOf: (stream: string) => number }> {
  const reads: string[] = [];
  const { log } = rig.stores;
  const read: typeof log.read = (stream, from) => {
    reads.push(stream);
    return log.read(stream, from);
  };
  const counting = await rig.start({ log: { ...log, read } });
  return { app: counting, readsOf: (stream) => reads.filter((one) => one === stream).length };
}

test('an event that comes again at once is known without a look into the log, any other one under its id is looked for', async () => {
  const { app: counting, readsOf } = await counted();
  const [first, other] = [event('s', 'ParticipantsUpdated', { n: 0 }), event('s', 'ParticipantsUpdated', { n: 1 })];
  assert.is(await counting.recordCallbacks(call, [first]), 'recorded');
  const before = readsOf(call);
  for (let again = 0; again < 3; again += 1) assert.is(await counting.recordCallbacks(call, [first]), 'duplicate');
  assert.is(readsOf(call), before);
  assert.is(await counting.recordCallbacks(call, [other]), 'recorded');
  assert.is(readsOf(call), before + 1);
});

test('an event is known again however many came since', async () => {
  const { app: counting, readsOf } = await counted();
  const first = event('s', 'ParticipantsUpdated', { n: 0 });
  const others = Array.from({ length: 4_200 }, (_, n): ReceivedCallback => {
    const { type, data } = event('s', 'ParticipantsUpdated', { n });
    return { id: `other-${n}`, type, data, raw: JSON.stringify({ id: `other-${n}`, source: 's', type, data }) };
  });
  assert.is(await counting.recordCallbacks(call, [first]), 'recorded');
  const second = await counting.initiate({ memberId: 'M-2', actor: 'coordinator:ann' });
  assert.ok(second.ok);
  for (let from = 0; from < others.length; from += 100)
    assert.is(await counting.recordCallbacks(second.callSessionId, others.slice(from, from + 100)), 'recorded');
  const before = readsOf(call);
  assert.is(await counting.recordCallbacks(call, [first]), 'duplicate');
  assert.is(readsOf(call), before + 1);
});

test('the bytes that one call holds are news to another that holds others under their id', async () => {
  const second = await app.initiate({ memberId: 'M-2', actor: 'coordinator:ann' });
  assert.ok(second.ok);
  const [one, two] = [event('s', 'ParticipantsUpdated', { n: 1 }), event('s', 'ParticipantsUpdated', { n: 2 })];
  await app.recordCallbacks(second.callSessionId, [two]);
  await app.recordCallbacks(call, [one]);
  assert.is(await app.recordCallbacks(second.callSessionId, [one]), 'recorded');
  assert.is(await app.recordCallbacks(call, [two]), 'recorded');
  assert.equal(
    (await kept('ParticipantsUpdated')).map(({ data }) => JSON.parse(data).data.n),
    [1, 2],
  );
});

test('what one witness has told is news from the other, which has told something else under that id', async () => {
  const entries = await rig.stream(call);
  const state = foldCall(PROVIDERS, call, null, entries);
  const witness = (n: number, source?: typeof EVENT_GRID): Input & { type: 'Callback' } => {
    const { id, type, data, raw } = event('s', 'ParticipantsUpdated', { n });
    return { type: 'Callback', id, at: AT, eventType: type, data, raw, ...(source && { source }) };
  };
  const stored: Entry = {
    ...entries.at(-1)!,
    version: entries.length + 1,
    kind: 'callback',
    id: callbackId(witness(1, EVENT_GRID)),
    actor: EVENT_GRID,
    cause: null,
    type: witness(1).eventType,
    data: witness(1).raw,
  };
  const twins = createTwins({ read: async () => [stored] });
  const withGrid = foldCall(PROVIDERS, call, state, [stored]);
  twins.keep(call, witness(2));
  assert.is.not((await twins.among(withGrid, witness(2, EVENT_GRID))).id, 'event-7');
  assert.is((await twins.among(withGrid, witness(1, EVENT_GRID))).id, 'event-7');
});

test('events under one id whose call nobody knows wait side by side', async () => {
  const nobodys = '019aab00-0000-7000-8000-00000000dead';
  for (const n of [1, 2, 1]) await app.recordCallbacks(nobodys, [event('s', 'ParticipantsUpdated', { n })]);
  const items = await inQuarantine(app);
  assert.equal([items.length, new Set(items.map(({ id }) => id)).size], [2, 2]);
  for (const { id } of items) assert.ok(await app.discardQuarantined(id, 'operator:olga', 'nobody is called so'));
  assert.equal(await inQuarantine(app), []);
});

test.run();
