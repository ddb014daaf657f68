import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { type RawRequest, send } from './raw.ts';
import { ask, call, connectedCall, endOf, MEMBER, text } from './rig.ts';
import { clockTest, connectedAt, LASTING, rigTest } from './suite.ts';

const SILENT = { defaultMember: 'silent-mailbox' } as const;
const control = (method: string, path: string, body?: unknown): RawRequest => ({
  method,
  path: `/_simulator${path}`,
  body,
});

rigTest('the control API explains itself and counts', {}, async ({ simulator }) => {
  const { status, json } = await send(simulator.url, control('GET', ''));
  assert.is(status, 200);
  assert.ok(json.help.some((line: string) => line.includes('rotate-keys')));
  assert.ok(json.presets.includes('busy'));
  assert.is(json.stats.dials, 0);
});

rigTest('a member is set by preset name or script and read back', {}, async (rig) => {
  const path = `/members/${encodeURIComponent(MEMBER)}`;
  assert.is((await send(rig.simulator.url, control('PUT', path, JSON.stringify('busy')))).status, 200);
  assert.equal((await send(rig.simulator.url, control('GET', path))).json, { answer: 'busy', ringMs: 500 });
  await call(rig);
  await rig.receiver.event('CreateCallFailed');
  await send(rig.simulator.url, control('POST', path, { ringMs: 10 }));
  assert.equal((await send(rig.simulator.url, control('GET', '/members'))).json, { [MEMBER]: { ringMs: 10 } });
});

rigTest('a call is shown with what was said and pressed', {}, async (rig) => {
  const { id, media } = await connectedCall(rig);
  await ask(media, 'q');
  await endOf(rig, 'q');
  const { json } = await send(rig.simulator.url, control('GET', `/calls/${id}`));
  assert.is(json.state, 'connected');
  assert.is(json.number, MEMBER);
  const lines = json.transcript.map((line: { kind: string; text: string }) => `${line.kind} ${line.text}`.trim());
  assert.equal(
    lines.filter((line: string) => !/^callback (CallConnected|ParticipantsUpdated)$/.test(line)),
    ['ringing', 'answered', 'said Question q', 'pressed 1', 'callback RecognizeCompleted'],
  );
});

rigTest('calls are listed newest first, and filtered', { callsPerCallerId: 0 }, async (rig) => {
  for (const number of ['+15550101', '+15550102']) await connectedCall(rig, number);
  const list = async (query: string) => (await send(rig.simulator.url, control('GET', `/calls${query}`))).json.calls;
  const numbers = (await list('')).map(({ number }: { number: string }) => number);
  assert.equal(numbers, ['+15550102', '+15550101']);
  assert.is((await list('?limit=1')).length, 1);
  assert.is((await list('?number=%2B15550101')).length, 1);
  assert.is((await list('?state=disconnected')).length, 0);
});

rigTest('keys are pressed on a call, by name or as typed', LASTING, async (rig) => {
  const { id, media } = await connectedCall(rig);
  await ask(media, 'q', { maxTonesToCollect: 3 } as object);
  assert.is((await send(rig.simulator.url, control('POST', `/calls/${id}/press`, { tones: ['one'] }))).status, 204);
  assert.is((await send(rig.simulator.url, control('POST', `/calls/${id}/press`, { tones: '2#' }))).status, 204);
  assert.is(await endOf(rig, 'q'), 'RecognizeCompleted 200/8531 one,two,pound');
});

clockTest('a call tells what goes on in it, and how much of that is left', LASTING, async (rig, clock) => {
  const { id, media } = await connectedAt(rig, clock);
  const moment = async () => (await send(rig.simulator.url, control('GET', `/calls/${id}`))).json.moment;
  await ask(media, 'q', { playPrompt: text('x'.repeat(14 * 4)), maxTonesToCollect: 2 } as object);
  clock.advance(1_500);
  assert.equal(await moment(), { kind: 'speaks', forMs: 4_000, leftMs: 2_500 });
  clock.advance(5_500);
  assert.equal(await moment(), { kind: 'listens', forMs: 10_000, leftMs: 7_000 });
  await send(rig.simulator.url, control('POST', `/calls/${id}/press`, { tones: '1' }));
  clock.advance(500);
  assert.equal(await moment(), { kind: 'listens', forMs: 2_000, leftMs: 1_500 });
  await send(rig.simulator.url, control('POST', `/calls/${id}/press`, { tones: '2' }));
  assert.is(await moment(), undefined);
});

rigTest('the member hangs up', SILENT, async (rig) => {
  const { id } = await connectedCall(rig);
  assert.is((await send(rig.simulator.url, control('POST', `/calls/${id}/hang-up`))).status, 204);
  await rig.receiver.event('CallDisconnected');
  const again = await send(rig.simulator.url, control('POST', `/calls/${id}/hang-up`));
  assert.equal([again.status, again.json.code], [409, 'CALL_NOT_CONNECTED']);
});

rigTest('faults are read and changed one by one', {}, async ({ simulator }) => {
  const changed = await send(simulator.url, control('PUT', '/faults', { callbackDropRate: 0.5 }));
  assert.is(changed.json.callbackDropRate, 0.5);
  await send(simulator.url, control('PUT', '/faults', { throttleRate: 1 }));
  const { json } = await send(simulator.url, control('GET', '/faults'));
  assert.equal([json.callbackDropRate, json.throttleRate], [0.5, 1]);
});

rigTest('keys are rotated and both are served', {}, async ({ simulator }) => {
  const { json } = await send(simulator.url, control('POST', '/rotate-keys'));
  assert.is(json.keys.length, 2);
});

rigTest('repeatability ids are forgotten on demand', {}, async ({ simulator }) => {
  assert.is((await send(simulator.url, control('POST', '/expire-repeatability'))).status, 204);
});

rigTest('a reset forgets calls, members, faults and counts; ids do not come again', SILENT, async (rig) => {
  const first = await connectedCall(rig);
  rig.simulator.setMember(MEMBER, { ringMs: 1 });
  rig.simulator.setFaults({ throttleRate: 1 });
  assert.is((await send(rig.simulator.url, control('DELETE', ''))).status, 204);
  assert.equal(rig.simulator.calls(), []);
  assert.is(rig.simulator.stats().dials, 0);
  assert.equal((await send(rig.simulator.url, control('GET', '/members'))).json, {});
  const second = await connectedCall(rig);
  assert.is.not(second.id, first.id);
  await until('quiet', () => rig.simulator.stats().callbacksPending === 0);
});

rigTest('what is wrong is answered with a stable code', SILENT, async (rig) => {
  const { id } = await connectedCall(rig);
  const cases: [RawRequest, number, string][] = [
    [control('GET', '/nothing'), 404, 'NOT_FOUND'],
    [control('PATCH', '/faults'), 405, 'METHOD_NOT_ALLOWED'],
    [control('PUT', '/faults', '{'), 400, 'INVALID_JSON'],
    [control('PUT', '/faults', { nonsense: 1 }), 422, 'INVALID_FAULTS'],
    [control('PUT', '/faults', { throttleRate: 2 }), 422, 'INVALID_FAULTS'],
    [control('PUT', '/faults', { requestOperations: ['fly'] }), 422, 'INVALID_FAULTS'],
    [control('PUT', '/members/5550100', JSON.stringify('busy')), 422, 'INVALID_NUMBER'],
    [control('PUT', '/members/%2B15550100', JSON.stringify('sleeps')), 422, 'INVALID_MEMBER_SCRIPT'],
    [control('GET', '/calls/unknown'), 404, 'UNKNOWN_CALL'],
    [control('POST', '/calls/unknown/press', { tones: '1' }), 404, 'UNKNOWN_CALL'],
    [control('POST', `/calls/${id}/press`, { tones: ['eleven'] }), 422, 'INVALID_TONES'],
    [control('POST', `/calls/${id}/press`, { tones: '' }), 422, 'INVALID_TONES'],
    [control('POST', `/calls/${id}/press`), 422, 'INVALID_TONES'],
  ];
  for (const [request, status, code] of cases) {
    const answer = await send(rig.simulator.url, request);
    assert.equal([answer.status, answer.json.code], [status, code], `${request.method} ${request.path}`);
    assert.is(answer.headers['content-type'], 'application/problem+json');
  }
});

rigTest(
  'a web page cannot steer the simulator, by its origin or by a name that leads here',
  {},
  async ({ simulator }) => {
    for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
      const answer = await send(simulator.url, { ...control('DELETE', ''), headers });
      assert.equal([answer.status, answer.json.code], [403, 'LOOPBACK_ONLY']);
    }
  },
);

rigTest('members can be set on a call under way without changing it', SILENT, async (rig) => {
  const { media } = await connectedCall(rig);
  rig.simulator.setMember(MEMBER, 'answers-all');
  await ask(media, 'q');
  assert.is(await endOf(rig, 'q'), 'RecognizeFailed 400/8510');
});

test.run();
