import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PROVIDERS } from '../../../src/composition/providers.ts';
import type { Recorded } from '../../../src/domain/call/recorded.ts';
import { readEntries } from '../../../src/domain/call/stream.ts';
import { openRig, type Rig } from '../../app/rig.ts';
import { callback } from '../../support/callbacks.ts';
import { until } from '../../support/until.ts';
import { startRig } from './rig.ts';

let rig: Rig;

test.before.each(async () => {
  rig = await openRig();
});
test.after.each(() => rig.close());

async function initiated(app: Awaited<ReturnType<Rig['start']>>): Promise<string> {
  const result = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(result.ok);
  await app.idle();
  return result.callSessionId;
}

test('everything that the application records is told, in the order of the log', async () => {
  const told: Recorded[] = [];
  const app = await rig.start({ observe: (_state, recorded) => void told.push(...recorded) });
  const id = await initiated(app);
  await app.recordCallbacks(id, [callback('CallDisconnected')]);
  await app.idle();
  assert.ok(told.length >= 4);
  assert.equal(
    told.map((entry) => entry.id),
    (await rig.stream(id)).map((entry) => entry.id),
  );
});

test('a real call becomes a trace read from the log', async () => {
  const measured = await startRig({
    history: async (callSessionId) => readEntries(PROVIDERS, await rig.stream(callSessionId)),
  });
  const app = await rig.start({ observe: measured.telemetry.observe });
  measured.telemetry.watchHealth(app.health);
  const id = await initiated(app);
  await app.recordCallbacks(id, [callback('CreateCallFailed', { resultInformation: { code: 486, subCode: 560486 } })]);
  const spans = await measured.spans();
  assert.equal(spans.map(({ name }) => name).sort(), ['PlaceCall', 'call']);
  assert.equal(new Set(spans.map((span) => span.spanContext().traceId)), new Set([id.replaceAll('-', '')]));
  const values = await measured.values();
  assert.is(values['callistra.calls {"disposition":"busy"}'], 1);
  assert.is(values['callistra.calls.open {}'], 0);
  await measured.telemetry.close();
});

test('a measurement that fails is noted and the call goes on', async () => {
  const app = await rig.start({
    observe() {
      throw new TypeError('broken');
    },
  });
  const id = await initiated(app);
  await app.recordCallbacks(id, [callback('CallConnected')]);
  await until('the call is connected', async () => (await app.status(id))?.session.status === 'Connected');
  assert.equal(app.health().parked, []);
  assert.ok(rig.journal.some(({ message }) => message === 'a call could not be measured'));
});

test.run();
