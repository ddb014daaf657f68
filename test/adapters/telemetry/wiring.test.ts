import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromEntry, type Recorded } from '../../../src/domain/call/recorded.ts';
import { type Bench, callback, openBench, until } from '../../app/fixtures.ts';
import { startRig } from './rig.ts';

let bench: Bench;

test.before.each(async () => {
  bench = await openBench();
});
test.after.each(() => bench.close());

async function initiated(app: Awaited<ReturnType<Bench['start']>>): Promise<string> {
  const result = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await app.idle();
  return result.callSessionId;
}

test('everything that the application records is told, in the order of the log', async () => {
  const told: Recorded[] = [];
  const app = await bench.start({ observe: (_state, recorded) => void told.push(...recorded) });
  const id = await initiated(app);
  await app.recordCallbacks(id, [callback('CallDisconnected')]);
  await app.idle();
  assert.ok(told.length >= 4);
  assert.equal(
    told.map((entry) => entry.id),
    (await bench.stream(id)).map((entry) => entry.id),
  );
});

test('a real call becomes a trace read from the log', async () => {
  const rig = await startRig({
    history: async (callSessionId) => (await bench.stream(callSessionId)).map(fromEntry),
  });
  const app = await bench.start({ observe: rig.telemetry.observe });
  rig.telemetry.watchHealth(app.health);
  const id = await initiated(app);
  await app.recordCallbacks(id, [callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } })]);
  const spans = await rig.spans();
  assert.equal(spans.map(({ name }) => name).sort(), ['PlaceCall', 'call']);
  assert.equal(new Set(spans.map((span) => span.spanContext().traceId)), new Set([id.replaceAll('-', '')]));
  const values = await rig.values();
  assert.is(values['callistra.calls {"disposition":"busy"}'], 1);
  assert.is(values['callistra.calls.open {}'], 0);
  await rig.telemetry.close();
});

test('a measurement that fails is noted and the call goes on', async () => {
  const app = await bench.start({
    observe() {
      throw new TypeError('broken');
    },
  });
  const id = await initiated(app);
  await app.recordCallbacks(id, [callback('CallConnected')]);
  await until('the call is connected', async () => (await app.status(id))?.session.status === 'Connected');
  assert.equal(app.health().parked, []);
  assert.ok(bench.journal.some(({ message }) => message === 'a call could not be measured'));
});

test.run();
