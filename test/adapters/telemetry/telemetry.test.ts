import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LAST_WORD_MS } from '../../../src/adapters/telemetry/ended-calls.ts';
import {
  startTelemetry,
  TelemetryConfigError,
  type TelemetryOptions,
} from '../../../src/adapters/telemetry/telemetry.ts';
import { fold } from '../../../src/domain/call/evolve.ts';
import { LogError } from '../../../src/log/port.ts';
import { CALL, Conversation } from '../../domain/call/conversation.ts';
import { journalInto } from '../../support/journal.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { SERVICE, startRig } from './rig.ts';
import { completed, tell } from './samples.ts';

/** Exports at once what it is given, so that a test sees it without asking for a flush. */
function watched(): { spans: InMemorySpanExporter; names: () => string[] } {
  const spans = new InMemorySpanExporter();
  return { spans, names: () => spans.getFinishedSpans().map(({ name }) => name) };
}

const OPTIONS: Omit<TelemetryOptions, 'history'> = {
  service: SERVICE,
  clock: virtualClock(),
  journal: journalInto([]),
};

test('an ended call is exported as one trace, with the service that wrote it', async () => {
  const { telemetry, streams, spans } = await startRig();
  const call = completed();
  streams.set(CALL, call.log);
  tell(telemetry.observe, CALL, call.log);
  const exported = await spans();
  assert.is(exported.filter(({ parentSpanContext }) => !parentSpanContext).length, 1);
  for (const span of exported) {
    assert.is(span.spanContext().traceId, CALL.replaceAll('-', ''));
    assert.is(span.resource.attributes['service.instance.id'], 'one');
  }
  const [root] = exported.filter(({ name }) => name === 'call');
  assert.ok(root);
  const [seconds, nanos] = root.duration;
  const lastedMs = Date.parse(call.state?.ending?.at ?? '') - Date.parse(call.log[0]?.at ?? '');
  assert.is(seconds * 1_000 + nanos / 1_000_000, lastedMs);
  await telemetry.close();
});

test('a call is written once, some seconds after its end, so that its last words are in the trace', async () => {
  const rig = await startRig();
  const call = completed();
  tell(rig.telemetry.observe, CALL, call.log);
  assert.is(rig.clock.alarms(), 1);
  call.outcome({ type: 'Rejected', status: 404, subCode: 8522, transient: false }, call.sent('SayMessage')[0]);
  call.event('CallDisconnected', {}, 'a second disconnection');
  rig.streams.set(CALL, call.log);
  rig.telemetry.observe(call.state!, call.log.slice(-1));
  await rig.clock.advance(LAST_WORD_MS - 1);
  assert.is(rig.clock.alarms(), 1);
  await rig.clock.advance(1);
  assert.is(rig.clock.alarms(), 0);
  const roots = (await rig.spans()).filter(({ name }) => name === 'call');
  assert.is(roots.length, 1);
  assert.is(roots[0]?.events.filter(({ name }) => name === 'CallDisconnected').length, 2);
  await rig.telemetry.close();
});

test('the instance that records the end writes the whole trace, whoever began the call', async () => {
  const whole = await startRig();
  const heir = await startRig();
  const call = completed();
  for (const { streams } of [whole, heir]) streams.set(CALL, call.log);
  tell(whole.telemetry.observe, CALL, call.log);
  heir.telemetry.observe(call.state!, call.log.slice(-1));
  const ids = (spans: Awaited<ReturnType<typeof whole.spans>>) => spans.map((span) => span.spanContext().spanId);
  assert.equal(ids(await heir.spans()), ids(await whole.spans()));
  assert.ok((await heir.spans()).length > 10);
  for (const { telemetry } of [whole, heir]) await telemetry.close();
});

test('an instance that records something of an ended call, or of an open one, writes no trace', async () => {
  const { telemetry, streams, spans } = await startRig();
  const call = completed();
  streams.set(CALL, call.log);
  for (const name of ['ParticipantsUpdated', 'CallDisconnected']) {
    const last = call.wait(50).event(name, {}, `late ${name}`).log.slice(-1);
    assert.is(last[0]?.type, `Microsoft.Communication.${name}`);
    telemetry.observe(call.state!, last);
  }
  telemetry.observe(call.state!, []);
  const open = Conversation.withPerson();
  tell(telemetry.observe, CALL, open.log);
  assert.equal(await spans(), []);
  await telemetry.close();
});

test('a log that cannot be read costs the details of a trace, not what came of the call, and is noted', async () => {
  const rig = await startRig({ history: () => Promise.reject(new LogError('LOG_UNAVAILABLE', 'away')) });
  const call = Conversation.withPerson().accepted();
  const question = call.last.id;
  call.disconnected().recognized(question, ['one']);
  assert.is(call.result, 'Disconnected partial');
  tell(rig.telemetry.observe, CALL, call.log);
  assert.equal(
    (await rig.spans()).map(({ name }) => name),
    ['call'],
  );
  assert.equal(rig.journal, ['warn LOG_UNAVAILABLE a trace could not be written: the log could not be read']);
  assert.is((await rig.values())['callistra.calls {"disposition":"partial"}'], 1);
  await rig.telemetry.close();
});

test('what has ended by the time of the shutdown is exported before it', async () => {
  const { spans, names } = watched();
  const kept: string[] = [];
  spans.shutdown = async () => void kept.push(...names());
  const call = completed();
  const history = async () => call.log;
  const telemetry = await startTelemetry({ ...OPTIONS, history, exporters: [{ spans }] });
  tell(telemetry.observe, CALL, call.log);
  await telemetry.close();
  assert.ok(kept.includes('call'));
});

test('a shutdown does not wait for a place that never answers', async () => {
  const clock = virtualClock();
  const deaf = { export: () => {}, shutdown: () => new Promise<void>(() => {}) };
  const call = completed();
  const history = async () => call.log;
  const telemetry = await startTelemetry({ ...OPTIONS, clock, history, exporters: [{ spans: deaf }] });
  const closed = telemetry.close();
  await clock.advance(5_000);
  await closed;
  assert.is(clock.alarms(), 0);
});

test('without a setting nothing is measured and nothing is set up', async () => {
  const clock = virtualClock();
  let asked = 0;
  const history = async () => {
    asked += 1;
    return [];
  };
  const telemetry = await startTelemetry({ ...OPTIONS, clock, history });
  const call = completed();
  telemetry.observe(fold(CALL, null, call.log)!, call.log);
  await telemetry.flush();
  await telemetry.close();
  assert.is(asked, 0);
  assert.is(clock.alarms(), 0);
});

test('a setting that is no connection string is refused without being repeated', async () => {
  const connectionString = 'InstrumentationKey=not-a-key;IngestionEndpoint=https://ingestion.example/';
  try {
    await startTelemetry({
      ...OPTIONS,
      history: async () => [],
      azureMonitor: { connectionString, withIdentity: false },
    });
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof TelemetryConfigError);
    assert.is(error.code, 'TELEMETRY_BAD_CONNECTION_STRING');
    assert.match(error.message, 'APPLICATIONINSIGHTS_CONNECTION_STRING');
    assert.not.match(error.message, 'not-a-key');
  }
});

test.run();
