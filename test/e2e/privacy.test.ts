import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type Ingestion, startIngestion } from '../adapters/telemetry/ingestion.ts';
import { QUESTIONNAIRE } from '../support/application.ts';
import { until } from '../support/until.ts';
import { makeDataDir, type Rig, startRig, untilEnded } from './rig.ts';

/** Nobody's real number, name, prompt or answer; if one of these turns up, somebody's would. */
const CANARIES = {
  numbers: ['+12025550143', '12025550143', '2025550143', '2025550144', '2025550145'],
  names: ['Zerbinette', 'Quacksalver'],
  prompts: ['canarymed', 'canaryword'],
  answers: ['canaryyes', 'canaryno'],
};
const ALL = Object.values(CANARIES).flat();

const SCRIPT = JSON.stringify(QUESTIONNAIRE)
  .replaceAll('medications', 'medications canarymed')
  .replaceAll('Are you available', 'canaryword, are you available')
  .replaceAll('"value":"yes"', '"value":"canaryyes"')
  .replaceAll('"value":"no"', '"value":"canaryno"');

let rig: Rig;
let ingestion: Ingestion;
/** Only for its topic: the server has a simulator of its own. */
let grid: Simulator;
let scriptDir: string;
/** Everything that left the server but the answers to staff, which are what they asked for. */
const seen: string[] = [];

test.before(async () => {
  scriptDir = await makeDataDir([]);
  const file = join(scriptDir, 'script.json');
  await writeFile(file, SCRIPT);
  ingestion = await startIngestion();
  grid = await startSimulator({ seed: 2 });
  rig = await startRig({
    people: [
      { behaviour: 'answers-all', phoneNumber: '+12025550143', name: 'Zerbinette Quacksalver' },
      { behaviour: 'prompt-fails', phoneNumber: '+12025550144', name: 'Zerbinette Quacksalver' },
      { behaviour: 'busy', phoneNumber: '+12025550145', name: 'Zerbinette Quacksalver' },
    ],
    env: {
      QUESTIONNAIRE_FILE: file,
      LOG_LEVEL: 'trace',
      APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
      EVENT_GRID_TOPIC_ENDPOINT: grid.topicEndpoint('plan'),
      EVENT_GRID_TOPIC_KEY: grid.topicKey,
    },
    simulator: {
      faults: { throttleRate: 1, requestFaultsMax: 2, callbackDuplicateRate: 0.3, callbackUnknownTypeRate: 0.2 },
    },
  });
});
test.after(async () => {
  await rig.close();
  await ingestion.close();
  await grid.close();
  await rm(scriptDir, { recursive: true, force: true });
});

/** What anybody can see of an answer: its headers, and its body unless it is the answer that staff asked for. */
async function look(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${rig.url}${path}`, init);
  seen.push(JSON.stringify([...response.headers]));
  if (!response.ok) seen.push(await response.clone().text());
  return response;
}

test('the canaries are spoken, pressed and shown where they belong', async () => {
  const ids: string[] = [];
  for (const { memberId } of rig.members) {
    const response = await look(`/api/calls/initiate/${memberId}`, { method: 'POST' });
    ids.push(((await response.json()) as { callSessionId: string }).callSessionId);
    await look(`/api/calls/initiate/${memberId}`, { method: 'POST' });
  }
  const [first] = await Promise.all(ids.map((id) => untilEnded(rig.url, id)));
  assert.equal(
    first?.responses.map(({ response }) => response),
    ['canaryyes', 'canaryyes', 'canaryyes'],
  );
  const said = rig.simulator.calls().flatMap(({ transcript }) => transcript.map(({ text }) => text));
  assert.ok(said.some((text) => text.includes('canarymed')));
  for (const id of ids) await look(`/api/calls/status/${id}`);
});

test('neither is any of them in an error, however it is provoked', async () => {
  for (const canary of ALL) {
    const name = encodeURIComponent(canary);
    const json = { 'content-type': 'application/json' };
    await look(`/api/calls/initiate/${name}!`, { method: 'POST' });
    await look('/api/calls/initiate/M-1', { method: 'POST', headers: json, body: `{"${canary}":"${canary}"}` });
    await look('/api/calls/initiate/M-1', { method: 'POST', headers: json, body: `{"${canary}` });
    await look('/api/calls?limit=0', { headers: { 'x-test': canary } });
    await look(`/api/calls/${rig.members[0]!.memberId}/cancel`, {
      method: 'POST',
      headers: json,
      body: `{"reason":"${canary}"}`,
    });
    await look('/api/calls/events', { method: 'POST', headers: json, body: JSON.stringify([{ id: canary }]) });
    await look('/api/calls/events?call=x&secret=y', {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${canary}` },
      body: canary,
    });
  }
  for (const canary of ALL) for (const text of seen) assert.not(text.includes(canary), `${canary} in ${text}`);
});

test('none of them is in the metrics', async () => {
  const text = await (await fetch(`${rig.url}/metrics`)).text();
  assert.match(text, 'callistra_http_request_duration_seconds');
  for (const canary of ALL) assert.not(text.includes(canary), canary);
});

test('none of them, no secret and no token is in the log lines of the process, at the finest level', async () => {
  await until('requests were logged', () => rig.logged.length > 30);
  const text = rig.logged.join('');
  assert.match(text, 'command not accepted');
  for (const canary of ALL)
    assert.not(text.includes(canary), `${canary}: ${rig.logged.find((line) => line.includes(canary))}`);
  assert.not.match(text, /secret=|Bearer |accesskey/i);
});

test('none of them is in what Azure Monitor and Event Grid are told of the calls', async () => {
  await rig.server.close();
  const traces = ingestion.requests.join('');
  assert.match(traces, 'AskQuestion');
  const notices = JSON.stringify(grid.topicEvents('plan'));
  assert.match(notices, 'Callistra.CallEnded');
  for (const canary of ALL) assert.not((traces + notices).includes(canary), canary);
});

test.run();
