import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cloudEvent } from '../support/callbacks.ts';
import { isNight } from '../support/night.ts';
import { until } from '../support/until.ts';
import { initiate, statusOf } from './rig.ts';
import { type SignedRig, startSignedRig } from './signed-rig.ts';

let rig: SignedRig;
let call: string;

test.before(async () => {
  // Nothing moves by itself: the phone goes on ringing at the pace of real time.
  rig = await startSignedRig([{ behaviour: 'keeps-ringing' }]);
  call = await initiate(rig.url, 'M-1');
  await until('the phone rings', async () => {
    await rig.server.app.idle();
    return rig.simulator.stats().dials === 1;
  });
});
test.after(() => rig.close());

const entries = () => rig.server.stores.log.read(call);

/** The call without what every entry of its stream changes. */
async function shown() {
  await rig.server.app.idle();
  const { updatedAt: _, ...rest } = { updatedAt: '', ...(await statusOf(rig.url, call)) };
  return rest;
}

test('a callback of a type that nobody knows is acknowledged, kept to the letter, and moves nothing', async () => {
  const before = await shown();
  const count = (await entries()).length;
  const raw = `{"id":"odd-1", "type":"Example.Unheard.Of",\n "data":{"number":1.50, "text":"\\u00e4"} }`;
  const answer = await rig.deliver(call, { body: `[ ${raw} ]` });
  assert.equal([answer.status, answer.body], [200, '{"status":"Processed"}']);
  const added = (await entries()).slice(count);
  assert.equal(
    added.map(({ kind, type, id, data }) => ({ kind, type, id, data })),
    [{ kind: 'callback', type: 'Example.Unheard.Of', id: 'odd-1', data: raw }],
  );
  assert.equal(await shown(), before);
});

test('a callback whose data makes no sense is acknowledged, kept, and moves nothing', async () => {
  const before = await shown();
  const data = { dtmfResult: { tones: 'one' }, resultInformation: 7, callConnectionId: 3, operationContext: [] };
  const body = JSON.stringify([cloudEvent('RecognizeCompleted', { data })]);
  assert.is((await rig.deliver(call, { body })).status, 200);
  assert.equal(await shown(), before);
});

test('several callbacks in one delivery are recorded in their order', async () => {
  const count = (await entries()).length;
  const batch = Array.from({ length: 100 }, () => cloudEvent());
  assert.is((await rig.deliver(call, { body: JSON.stringify(batch) })).status, 200);
  const added = (await entries()).slice(count);
  assert.equal(
    added.map(({ id }) => id),
    batch.map(({ id }) => id),
  );
});

const DELIVERIES = isNight ? 10_000 : 2_000;
const AT_ONCE = 50;

test('thousands of deliveries of one callback have the effect of one', async () => {
  const before = await entries();
  const connection = (await statusOf(rig.url, call)) as unknown;
  assert.ok(connection);
  const body = JSON.stringify([cloudEvent('CallConnected')]);
  let sent = 0;
  const statuses = new Set<number>();
  const worker = async (): Promise<void> => {
    while (sent < DELIVERIES) {
      sent += 1;
      statuses.add((await rig.deliver(call, { body })).status);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  assert.equal([...statuses], [200]);
  await rig.server.app.idle();
  const added = (await entries()).slice(before.length);
  assert.is(added.filter(({ type }) => type.endsWith('CallConnected')).length, 1);
  // A slow machine may see the question asked again, as it was not answered.
  const first = added.filter(({ type, data }) => type === 'AskQuestion' && JSON.parse(data).because === 'first');
  assert.is(first.length, 1);
  const text = await (await fetch(`${rig.url}/metrics`)).text();
  assert.match(text, `callistra_callback_deliveries_total{result="duplicate"} ${DELIVERIES - 1}`);
});

test.run();
