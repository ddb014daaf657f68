import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startTelemetry, type Telemetry } from '../../../src/adapters/telemetry/telemetry.ts';
import { CALL, type Conversation } from '../../domain/call/conversation.ts';
import { journalInto } from '../../support/journal.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { type Envelope, type Ingestion, startIngestion } from './ingestion.ts';
import { SERVICE, textOf } from './rig.ts';
import { CANARIES, completed, talkative, tell } from './samples.ts';

let ingestion: Ingestion;
let telemetry: Telemetry;
let call: Conversation;
let journal: string[];

async function start(conversation: Conversation): Promise<void> {
  ingestion = await startIngestion();
  call = conversation;
  journal = [];
  telemetry = await startTelemetry({
    azureMonitor: { connectionString: ingestion.connectionString, withIdentity: false },
    service: SERVICE,
    history: async () => call.log,
    clock: virtualClock(),
    journal: journalInto(journal, textOf),
  });
}

test.after.each(async () => {
  ingestion.answer = null;
  await telemetry.close();
  await ingestion.close();
});

function itemsOf(baseType: string): Envelope[] {
  return ingestion.envelopes.filter(({ data }) => data.baseType === baseType);
}

test('the trace of a call arrives at Application Insights as one operation', async () => {
  await start(completed());
  tell(telemetry.observe, CALL, call.log);
  await telemetry.flush();
  const [root, ...otherRoots] = itemsOf('RequestData');
  assert.equal(otherRoots, []);
  assert.ok(root);
  assert.is(root.data.baseData.name, 'call');
  assert.is(root.data.baseData.success, true);
  assert.is(root.tags['ai.operation.parentId'], undefined);
  assert.is(root.tags['ai.cloud.role'], 'callistra');
  assert.is(root.tags['ai.cloud.roleInstance'], 'one');
  assert.is(root.data.baseData.properties['callistra.disposition'], 'completed');
  const parts = [...itemsOf('RemoteDependencyData'), ...itemsOf('MessageData')];
  assert.ok(parts.some(({ data }) => data.baseData.name === 'PlaceCall'));
  assert.ok(parts.some(({ data }) => data.baseData.message === 'CallConnected'));
  const operations = [root, ...parts].map(({ tags }) => tags['ai.operation.id']);
  assert.equal(new Set(operations), new Set([CALL.replaceAll('-', '')]));
  const ids = new Set([root, ...parts].map(({ data }) => data.baseData.id));
  for (const { tags } of parts) assert.ok(ids.has(tags['ai.operation.parentId'] ?? 'none'));
});

test('what a refused command was refused with arrives too', async () => {
  await start(talkative());
  tell(telemetry.observe, CALL, call.log);
  await telemetry.flush();
  const refused = itemsOf('RemoteDependencyData').filter(
    ({ data }) => data.baseData.properties['callistra.http_status'],
  );
  assert.is(refused[0]?.data.baseData.properties['callistra.http_status'], '503');
  assert.is(refused[0]?.data.baseData.success, false);
});

test('metrics arrive under their names', async () => {
  await start(completed());
  tell(telemetry.observe, CALL, call.log);
  await telemetry.flush();
  const names = itemsOf('MetricData').flatMap(({ data }) => data.baseData.metrics?.map(({ name }) => name) ?? []);
  for (const name of ['callistra.calls', 'callistra.answers', 'callistra.commands', 'callistra.call.duration'])
    assert.ok(names.includes(name), name);
});

for (const [what, made] of Object.entries({ 'a completed': completed, 'a troubled': talkative })) {
  test(`nothing that is sent of ${what} call holds a number, name, answer, prompt or reason`, async () => {
    await start(made());
    tell(telemetry.observe, CALL, call.log);
    await telemetry.flush();
    const sent = ingestion.requests.join('\n');
    assert.ok(sent.includes('callistra.disposition') && sent.includes('callistra.callbacks'));
    for (const canary of CANARIES) assert.not.ok(sent.includes(canary), canary);
  });
}

test('it is noted once when telemetry is refused, and once when it is taken again', async () => {
  await start(completed());
  ingestion.answer = { status: 400 };
  tell(telemetry.observe, CALL, call.log);
  await telemetry.flush();
  await telemetry.flush();
  assert.equal(journal, ['warn HTTP_400 telemetry is being lost: Azure Monitor does not take it']);
  ingestion.answer = null;
  tell(telemetry.observe, CALL, call.log);
  await telemetry.flush();
  assert.equal(journal.slice(1), ['info - Azure Monitor takes telemetry again']);
});

test('an endpoint that redirects to nowhere does not take the process down', async () => {
  await start(completed());
  ingestion.answer = { status: 307, headers: { location: 'nowhere' } };
  tell(telemetry.observe, CALL, call.log);
  await telemetry.flush();
  assert.ok(ingestion.requests.length > 0);
  assert.equal(journal, ['warn HTTP_307 telemetry is being lost: Azure Monitor does not take it']);
});

test('the exporter reports about itself to nobody', async () => {
  await start(completed());
  assert.ok(process.env['APPLICATION_INSIGHTS_NO_STATSBEAT']);
});

test.run();
