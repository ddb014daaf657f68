import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCallBody, operationPath, repeatability, sendSigned } from './raw.ts';
import { call, connectedCall, errorOf, MEMBER } from './rig.ts';
import { clockTest, rigTest } from './suite.ts';

const post = (body: unknown, headers: Record<string, string> = {}) =>
  ({ method: 'POST', path: operationPath(), body, headers }) as const;

rigTest('createCall answers 201 with a connecting call and no serverCallId', {}, async ({ simulator }) => {
  const answer = await sendSigned(simulator.url, post(createCallBody(), repeatability()));
  assert.is(answer.status, 201);
  assert.is(answer.json.callConnectionState, 'connecting');
  assert.not('serverCallId' in answer.json);
  assert.is(answer.json.sourceDisplayName, '');
  assert.equal(answer.json.targets, [{ rawId: `4:${MEMBER}`, kind: 'phoneNumber', phoneNumber: { value: MEMBER } }]);
  assert.is(answer.json.source.kind, 'communicationUser');
});

rigTest('answers carry the headers of the service', {}, async ({ simulator }) => {
  const headers = { 'x-ms-client-request-id': 'abc', 'User-Agent': 'me/1', ...repeatability() };
  const answer = await sendSigned(simulator.url, post(createCallBody(), headers));
  assert.is(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.is(answer.headers['strict-transport-security'], 'max-age=31536000;includeSubDomains');
  assert.is(answer.headers['x-cache'], 'CONFIG_NOCACHE');
  assert.is(answer.headers['x-microsoft-skype-client'], 'me/1');
  assert.is(answer.headers['x-ms-client-request-id'], 'abc');
  assert.is(answer.headers['x-microsoft-skype-chain-id'], answer.json.correlationId);
  assert.is(answer.headers['repeatability-result'], 'accepted');
  assert.ok(answer.headers['x-azure-ref'] && answer.headers['date']);
});

clockTest('GET shows connecting, then connected with a serverCallId, then 404/8522', {}, async (rig, clock) => {
  const { callConnection } = await call(rig);
  const before = await callConnection.getCallConnectionProperties();
  assert.is(before.callConnectionState, 'connecting');
  assert.is(before.serverCallId, undefined);

  clock.advance(2_000);
  const connected = await rig.receiver.event('CallConnected');
  const during = await callConnection.getCallConnectionProperties();
  assert.is(during.callConnectionState, 'connected');
  assert.is(during.serverCallId, connected.data.serverCallId);
  assert.is(during.correlationId, connected.data.correlationId);

  await callConnection.hangUp(true);
  assert.is((await callConnection.getCallConnectionProperties()).callConnectionState, 'disconnecting');
  clock.advance(300);
  const after = await errorOf(callConnection.getCallConnectionProperties());
  assert.is(after?.statusCode, 404);
  assert.is(after?.code, '8522');
});

const ACCOUNT = 'cc123456-5678-4678-9234-ccc123456789';
const TEAMS = { sourceCallerIdNumber: undefined, teamsAppSource: { appId: ACCOUNT } };

rigTest('a call over Teams has the resource account as its source, and no caller number', {}, async ({ simulator }) => {
  const { status, json } = await sendSigned(simulator.url, post(createCallBody(TEAMS), repeatability()));
  assert.is(status, 201);
  assert.not('sourceCallerIdNumber' in json);
  assert.is(json.source.rawId, `28:orgid:${ACCOUNT}`);
  assert.is(simulator.calls()[0]?.from, `28:orgid:${ACCOUNT}`);
});

const NO_SOURCES: readonly (readonly [what: string, change: Readonly<Record<string, unknown>>])[] = [
  ['a number beside a Teams resource account', { teamsAppSource: { appId: ACCOUNT } }],
  ['neither a number nor a Teams resource account', { sourceCallerIdNumber: undefined }],
  ['a Teams resource account by its name', { ...TEAMS, teamsAppSource: { appId: 'calls@plan.example' } }],
  ['a Teams resource account without its id', { ...TEAMS, teamsAppSource: {} }],
];
for (const [what, change] of NO_SOURCES) {
  rigTest(`a call from ${what} is refused, and nobody is dialled`, {}, async ({ simulator }) => {
    const { status, json } = await sendSigned(simulator.url, post(createCallBody(change), repeatability()));
    assert.equal([status, json.error.code], [400, '8523']);
    assert.is(simulator.stats().dials, 0);
  });
}

rigTest('a call over Teams that nobody takes ends in two words', { defaultMember: 'busy' }, async (rig) => {
  const { simulator, receiver, callbackUrl } = rig;
  await sendSigned(simulator.url, post(createCallBody({ ...TEAMS, callbackUri: callbackUrl }), repeatability()));
  const told = [await receiver.event('CreateCallFailed'), await receiver.event('CallDisconnected')];
  for (const { data } of told) assert.is(data.resultInformation.code, 486);
});

rigTest('the same Repeatability-Request-ID is the same call, shown as it is now, and dials once', {}, async (rig) => {
  const body = createCallBody({ callbackUri: rig.callbackUrl });
  const headers = repeatability();
  const first = await sendSigned(rig.simulator.url, post(body, headers));
  await rig.receiver.event('CallConnected');
  const again = await sendSigned(rig.simulator.url, post(body, headers));
  assert.is(again.status, 201);
  assert.is(again.json.callConnectionId, first.json.callConnectionId);
  assert.is(again.json.callConnectionState, 'connected');
  assert.ok(again.json.serverCallId);
  assert.is(again.headers['repeatability-result'], 'accepted');
  assert.is(rig.simulator.stats().createCalls, 1);
  assert.equal(rig.simulator.stats().ringsByNumber, { [MEMBER]: 1 });
});

rigTest('equal requests that arrive together dial once', {}, async ({ simulator }) => {
  const request = post(createCallBody(), repeatability());
  const answers = await Promise.all(Array.from({ length: 20 }, () => sendSigned(simulator.url, request)));
  assert.is(new Set(answers.map(({ json }) => json.callConnectionId)).size, 1);
  assert.is(simulator.stats().dials, 1);
});

rigTest('a repetition after the end still answers 201, disconnected', {}, async (rig) => {
  const request = post(createCallBody({ callbackUri: rig.callbackUrl }), repeatability());
  rig.simulator.setMember(MEMBER, 'busy');
  await sendSigned(rig.simulator.url, request);
  await rig.receiver.event('CreateCallFailed');
  const again = await sendSigned(rig.simulator.url, request);
  assert.is(again.status, 201);
  assert.is(again.json.callConnectionState, 'disconnected');
});

rigTest('a forgotten Repeatability-Request-ID dials again', {}, async ({ simulator }) => {
  const request = post(createCallBody(), repeatability());
  const first = await sendSigned(simulator.url, request);
  simulator.expireRepeatability();
  const second = await sendSigned(simulator.url, request);
  assert.is.not(second.json.callConnectionId, first.json.callConnectionId);
  assert.equal(simulator.stats().dialsByNumber, { [MEMBER]: 2 });
});

rigTest('half a pair of repeatability headers, or a malformed one, is refused', {}, async ({ simulator }) => {
  const cases = [
    { 'Repeatability-Request-ID': randomUUID() },
    { 'Repeatability-First-Sent': new Date().toUTCString() },
    { ...repeatability('not-a-uuid') },
    { ...repeatability(), 'Repeatability-First-Sent': 'yesterday' },
  ];
  for (const headers of cases) {
    const answer = await sendSigned(simulator.url, post(createCallBody(), headers as Record<string, string>));
    assert.is(answer.status, 400, JSON.stringify(headers));
    assert.is(answer.json.error.code, '8523');
  }
  assert.is(simulator.stats().dials, 0);
});

rigTest('a repeated terminate answers 204 although the call is gone', {}, async (rig) => {
  const { id } = await connectedCall(rig);
  const terminate = { method: 'POST', path: operationPath(`/${id}:terminate`), headers: repeatability() };
  assert.is((await sendSigned(rig.simulator.url, terminate)).status, 204);
  await rig.receiver.event('CallDisconnected');
  assert.is((await sendSigned(rig.simulator.url, terminate)).status, 204);
  const other = { ...terminate, headers: repeatability() };
  assert.is((await sendSigned(rig.simulator.url, other)).status, 404);
  assert.is(rig.receiver.types().filter((type) => type === 'CallDisconnected').length, 1);
});

rigTest(
  'a createCall that cannot be understood is refused with 400/8523 and dials nobody',
  {},
  async ({ simulator }) => {
    const bad: unknown[] = [
      'not json',
      createCallBody({ targets: [] }),
      createCallBody({ targets: [{ phoneNumber: { value: '5550100' } }] }),
      createCallBody({ callbackUri: undefined }),
      createCallBody({ callbackUri: '/relative' }),
      createCallBody({ callbackUri: 'ftp://example/' }),
      createCallBody({ callbackUri: 'http://exa mple/' }),
      createCallBody({ sourceCallerIdNumber: undefined }),
      createCallBody({ operationContext: 'x'.repeat(5_001) }),
    ];
    for (const body of bad) {
      const answer = await sendSigned(simulator.url, post(body));
      assert.is(answer.status, 400, JSON.stringify(body)?.slice(0, 200));
      assert.is(answer.json.error.code, '8523');
    }
    assert.is(simulator.stats().dials, 0);
  },
);

rigTest('a number is understood with and without isAnonymous', {}, async ({ simulator }) => {
  const target = { rawId: `4:${MEMBER}`, phoneNumber: { value: MEMBER, isAnonymous: false } };
  const answer = await sendSigned(simulator.url, post(createCallBody({ targets: [target] })));
  assert.is(answer.status, 201);
});

rigTest('what the simulator lacks is refused with 501 in the form of a service error', {}, async (rig) => {
  const { connection, media } = await connectedCall(rig);
  const errors = [
    await errorOf(media.sendDtmfTones(['one'], { phoneNumber: MEMBER })),
    await errorOf(media.hold({ phoneNumber: MEMBER })),
    await errorOf(media.startContinuousDtmfRecognition({ phoneNumber: MEMBER })),
    await errorOf(connection.transferCallToParticipant({ phoneNumber: '+15550101' })),
  ];
  for (const error of errors) {
    assert.is(error?.statusCode, 501);
    assert.is(error?.code, '8520');
  }
});

rigTest('participants are listed and found by their encoded raw id', {}, async (rig) => {
  const { connection } = await connectedCall(rig);
  const { values } = await connection.listParticipants();
  assert.is(values?.length, 2);
  const member = await connection.getParticipant({ phoneNumber: MEMBER });
  assert.equal(member.identifier, { phoneNumber: MEMBER, rawId: `4:${MEMBER}` });
  assert.is((await errorOf(connection.getParticipant({ phoneNumber: '+15550101' })))?.statusCode, 404);
});

rigTest('leaving a call of two ends it', {}, async (rig) => {
  const { connection } = await connectedCall(rig);
  await connection.hangUp(false);
  const ended = await rig.receiver.event('CallDisconnected');
  assert.is(ended.data.resultInformation.subCode, 7000);
});

rigTest('hanging up before the answer ends in CreateCallFailed 487', { timeScale: 1 }, async (rig) => {
  rig.simulator.setMember(MEMBER, { ringMs: 60_000 });
  const { callConnection } = await call(rig);
  await callConnection.hangUp(true);
  const failed = await rig.receiver.event('CreateCallFailed');
  assert.is(failed.data.resultInformation.code, 487);
});

test.run();
