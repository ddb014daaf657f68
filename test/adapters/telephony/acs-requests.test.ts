import { createHmac } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TelephonyError } from '../../../src/adapters/telephony/error.ts';
import { teamsLine } from '../../../src/domain/call/line.ts';
import { sha256 } from '../../support/sha256.ts';
import { ACCESS_KEY, json, type Provider, SPEECH, startProvider } from './provider.ts';
import { CALL, COMMANDS } from './samples.ts';

const test = suite<{ provider: Provider }>('acs-requests');
test.before.each(async (context) => {
  context.provider = await startProvider();
});
test.after.each((context) => context.provider.close());

const PLACED = {
  callConnectionId: 'leg-1',
  callConnectionState: 'connecting',
  targets: [{ kind: 'phoneNumber', rawId: '4:+15550100', phoneNumber: { value: '+15550100' } }],
};

test('a call is placed with our number, the speech service and the callback address of the call', async ({
  provider,
}) => {
  provider.answerWith(json(201, PLACED));
  const outcome = await provider.telephony.send(COMMANDS.PlaceCall, { ...CALL, callConnectionId: null });
  assert.equal(outcome, { type: 'Accepted', callConnectionId: 'leg-1' });
  const [request] = provider.seen;
  assert.is(`${request?.method} ${request?.url}`, 'POST /calling/callConnections?api-version=2026-03-12');
  assert.equal(request?.body, {
    targets: [{ kind: 'phoneNumber', rawId: '4:+15550100', phoneNumber: { value: '+15550100', isAnonymous: false } }],
    sourceCallerIdNumber: { value: '+15550199', isAnonymous: false },
    operationContext: 'cmd-place',
    callbackUri: 'https://public.example/api/calls/events?call=c-1&secret=s-1',
    callIntelligenceOptions: { cognitiveServicesEndpoint: SPEECH },
  });
});

test('over Teams Phone it names the resource account, and no number', async ({ provider }) => {
  provider.answerWith(json(201, PLACED));
  const account = 'cc123456-5678-4678-9234-ccc123456789';
  const { body } = COMMANDS.PlaceCall;
  const command = { ...COMMANDS.PlaceCall, body: { ...body, from: teamsLine(account) } };
  assert.equal(await provider.telephony.send(command, CALL), { type: 'Accepted', callConnectionId: 'leg-1' });
  const [request] = provider.seen;
  assert.equal(request?.body, {
    targets: [{ kind: 'phoneNumber', rawId: '4:+15550100', phoneNumber: { value: '+15550100', isAnonymous: false } }],
    teamsAppSource: { appId: account },
    operationContext: 'cmd-place',
    callbackUri: 'https://public.example/api/calls/events?call=c-1&secret=s-1',
    callIntelligenceOptions: { cognitiveServicesEndpoint: SPEECH },
  });
  assert.is(request?.headers['repeatability-request-id'], body.repeatabilityRequestId);
});

test('placing a call again carries the recorded repeatability values, not new ones', async ({ provider }) => {
  provider.answerWith(json(201, PLACED));
  await provider.telephony.send(COMMANDS.PlaceCall, CALL);
  await provider.telephony.send(COMMANDS.PlaceCall, CALL);
  for (const request of provider.seen) {
    assert.is(request.headers['repeatability-request-id'], '47e4fa59-9c1b-4161-8074-433fd5ef40b1');
    assert.is(request.headers['repeatability-first-sent'], 'Sun, 01 Mar 2026 10:00:00 GMT');
  }
  assert.is(provider.seen.length, 2);
});

test('a question is one recognize that ends with the first key', async ({ provider }) => {
  assert.equal(await provider.telephony.send(COMMANDS.AskQuestion, CALL), { type: 'Accepted' });
  const [request] = provider.seen;
  assert.match(request?.url ?? '', `/calling/callConnections/${CALL.callConnectionId}:recognize?`);
  assert.equal(request?.body, {
    recognizeInputType: 'dtmf',
    playPrompt: {
      kind: 'text',
      playSourceCacheId: 'cache-1',
      text: { text: 'Press 1 if you can talk now.', voiceName: 'en-US-JennyNeural' },
    },
    interruptCallMediaOperation: true,
    recognizeOptions: {
      interruptPrompt: true,
      initialSilenceTimeoutInSeconds: 10,
      targetParticipant: { rawId: '4:+15550100', phoneNumber: { value: '+15550100', isAnonymous: false } },
      dtmfOptions: { interToneTimeoutInSeconds: 2, maxTonesToCollect: 1 },
    },
    operationContext: 'cmd-ask',
  });
});

test('a question that must not cut off what is playing says so', async ({ provider }) => {
  const { body } = COMMANDS.AskQuestion;
  await provider.telephony.send({ ...COMMANDS.AskQuestion, body: { ...body, interrupt: false } }, CALL);
  const sent = provider.seen[0]?.body as { interruptCallMediaOperation?: boolean } | undefined;
  assert.is(sent?.interruptCallMediaOperation, false);
});

test('a message is played to all, interrupting, in the voice of a locale when no voice is named', async ({
  provider,
}) => {
  const { body } = COMMANDS.SayMessage;
  const prompt = { ...body.prompt, voice: { locale: 'es-US' } };
  const outcome = await provider.telephony.send({ ...COMMANDS.SayMessage, body: { ...body, prompt } }, CALL);
  assert.equal(outcome, { type: 'Accepted' });
  assert.match(provider.seen[0]?.url ?? '', `${CALL.callConnectionId}:play?`);
  assert.equal(provider.seen[0]?.body, {
    playSources: [
      {
        kind: 'text',
        playSourceCacheId: 'cache-1',
        text: { text: 'Press 1 if you can talk now.', sourceLocale: 'es-US' },
      },
    ],
    playTo: [],
    interruptCallMediaOperation: true,
    playOptions: { loop: false },
    operationContext: 'cmd-say',
  });
});

test('hanging up ends the call for everyone and is the same request when sent again', async ({ provider }) => {
  provider.answerWith((response) => response.writeHead(204).end());
  assert.equal(await provider.telephony.send(COMMANDS.HangUp, CALL), { type: 'Accepted' });
  await provider.telephony.send(COMMANDS.HangUp, CALL);
  await provider.telephony.send({ ...COMMANDS.HangUp, id: 'another' }, CALL);
  const ids = provider.seen.map(({ headers }) => String(headers['repeatability-request-id']));
  assert.match(provider.seen[0]?.url ?? '', 'leg-2:terminate?');
  assert.match(ids[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.is(ids[1], ids[0]);
  assert.is.not(ids[2], ids[0]);
});

test('checking a call tells its state, and whether its callbacks come to this call', async ({ provider }) => {
  const own = CALL.callbackUri.replaceAll('&', '%26').replace('%26', '&');
  for (const [address, ours] of [
    [{ callbackUri: own }, true],
    [{ callbackUrl: own }, true],
    [{ callbackUri: 'https://public.example/api/calls/events?call=c-2&secret=s-2', callbackUrl: own }, false],
    [{ callbackUri: 7 }, false],
    [{}, false],
  ] as const) {
    provider.answerWith(json(200, { callConnectionId: 'leg-2', callConnectionState: 'connected', ...address }));
    const outcome = await provider.telephony.send(COMMANDS.CheckCall, CALL);
    assert.equal(outcome, { type: 'Accepted', callConnectionId: 'leg-2', callState: 'connected', ours });
  }
  assert.is(provider.seen[0]?.method, 'GET');
});

test('calls that are served at the same time do not get each other’s requests', async ({ provider }) => {
  const ids = Array.from({ length: 20 }, (_, index) => `leg-${index}`);
  await Promise.all(
    ids.map((id) => provider.telephony.send({ ...COMMANDS.SayMessage, id }, { ...CALL, callConnectionId: id })),
  );
  for (const { url, body } of provider.seen) {
    assert.match(url, `/${(body as { operationContext: string }).operationContext}:play`);
  }
  assert.is(provider.seen.length, 20);
});

test('every request is signed over its exact bytes', async ({ provider }) => {
  await provider.telephony.send(COMMANDS.AskQuestion, CALL);
  const [request] = provider.seen;
  const { host, authorization, 'x-ms-date': date, 'x-ms-content-sha256': hash } = request?.headers ?? {};
  assert.is(hash, sha256(JSON.stringify(request?.body), 'base64'));
  const text = `POST\n${request?.url}\n${date};${host};${hash}`;
  const signature = createHmac('sha256', Buffer.from(ACCESS_KEY, 'base64')).update(text).digest('base64');
  assert.ok(authorization?.endsWith(`&Signature=${signature}`));
});

test('connections are kept and used again', async ({ provider }) => {
  for (let index = 0; index < 5; index += 1) await provider.telephony.send(COMMANDS.AskQuestion, CALL);
  assert.is(provider.sockets.size, 1);
});

test('a question for a call that has no connection is refused as a mistake of ours', async ({ provider }) => {
  try {
    await provider.telephony.send(COMMANDS.AskQuestion, { ...CALL, callConnectionId: null });
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof TelephonyError);
    assert.is(error.code, 'TELEPHONY_NOT_CONNECTED');
  }
  assert.is(provider.seen.length, 0);
});

test.run();
