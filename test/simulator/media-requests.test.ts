import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/until.ts';
import { operationPath, sendSigned } from './raw.ts';
import { ask, call, connectedCall, endOf, errorOf, MEMBER, SPEECH, text } from './rig.ts';
import { LASTING, rigTest } from './suite.ts';

const SILENT = { defaultMember: 'silent-mailbox' } as const;
const target = { rawId: `4:${MEMBER}`, phoneNumber: { value: MEMBER } };
const textBody = (words: string) => ({ kind: 'text', text: { text: words } });

const playBody = (change: object = {}) => ({ playSources: [textBody('Hello')], playTo: [], ...change });
const recognizeBody = (options: object = {}, dtmf: object = {}, change: object = {}) => ({
  recognizeInputType: 'dtmf',
  playPrompt: textBody('Press one'),
  recognizeOptions: { targetParticipant: target, dtmfOptions: { maxTonesToCollect: 1, ...dtmf }, ...options },
  ...change,
});

const refusals: Record<string, [verb: string, body: unknown, status: number, code: string]> = {
  'a play that is not JSON': ['play', '{', 400, '8523'],
  'a play without sources': ['play', playBody({ playSources: [] }), 400, '8523'],
  'a play of an unknown kind': ['play', playBody({ playSources: [{ kind: 'video' }] }), 400, '8523'],
  'a play of 4,001 characters': ['play', playBody({ playSources: [textBody('x'.repeat(4_001))] }), 400, '8523'],
  'a play of an empty text': ['play', playBody({ playSources: [textBody('')] }), 400, '8582'],
  'a play of an empty SSML': [
    'play',
    playBody({ playSources: [{ kind: 'ssml', ssml: { ssmlText: ' ' } }] }),
    400,
    '8582',
  ],
  'a play to somebody else': ['play', playBody({ playTo: [{ rawId: '4:+15550177' }] }), 400, '8523'],
  'a play with a relative callback': ['play', playBody({ operationCallbackUri: '/x' }), 400, '8523'],
  'a play with too long a context': ['play', playBody({ operationContext: 'x'.repeat(5_001) }), 400, '8523'],
  'a recognize without maxTonesToCollect': ['recognize', recognizeBody({ dtmfOptions: {} }), 400, '8523'],
  'a recognize without dtmfOptions': ['recognize', recognizeBody({ dtmfOptions: undefined }), 400, '8523'],
  'a recognize of 0 tones': ['recognize', recognizeBody({}, { maxTonesToCollect: 0 }), 400, '8523'],
  'a recognize with 301 s of silence': [
    'recognize',
    recognizeBody({ initialSilenceTimeoutInSeconds: 301 }),
    400,
    '8523',
  ],
  'a recognize with 61 s between tones': [
    'recognize',
    recognizeBody({}, { interToneTimeoutInSeconds: 61 }),
    400,
    '8523',
  ],
  'a recognize with 0.5 s between tones': [
    'recognize',
    recognizeBody({}, { interToneTimeoutInSeconds: 0.5 }),
    400,
    '8523',
  ],
  'a recognize with an unknown stop tone': ['recognize', recognizeBody({}, { stopTones: ['hash'] }), 400, '8523'],
  'a recognize of somebody else': ['recognize', recognizeBody({ targetParticipant: { rawId: '4:+1' } }), 400, '8523'],
  'a recognize with an empty prompt': ['recognize', recognizeBody({}, {}, { playPrompt: textBody('') }), 400, '8582'],
  'a recognize of speech': ['recognize', recognizeBody({}, {}, { recognizeInputType: 'speech' }), 501, '8520'],
};

rigTest('media requests that are malformed or out of range are refused, and nothing is heard', SILENT, async (rig) => {
  const { id } = await connectedCall(rig);
  for (const [name, [verb, body, status, code]] of Object.entries(refusals)) {
    const answer = await sendSigned(rig.simulator.url, {
      method: 'POST',
      path: operationPath(`/${id}:${verb}`),
      body,
    });
    assert.is(answer.status, status, `${name}: ${answer.text}`);
    assert.is(answer.json.error.code, code, name);
  }
  assert.not(rig.simulator.calls()[0]?.transcript.some(({ kind }) => kind === 'said'));
});

rigTest('exactly 4,000 characters are spoken', SILENT, async (rig) => {
  const { media } = await connectedCall(rig);
  await media.playToAll([text('x'.repeat(4_000))], { operationContext: 'long' });
  await rig.receiver.event('PlayStarted');
});

rigTest('play answers 202 without a body, then PlayStarted, then PlayCompleted', SILENT, async (rig) => {
  const { id } = await connectedCall(rig);
  const request = { method: 'POST', path: operationPath(`/${id}:play`), body: playBody({ operationContext: 'p' }) };
  const answer = await sendSigned(rig.simulator.url, request);
  assert.is(answer.status, 202);
  assert.is(answer.text, '');
  assert.is(await endOf(rig, 'p'), 'PlayCompleted 200/0');
  assert.equal(rig.receiver.types().slice(2), ['PlayStarted', 'PlayCompleted']);
});

rigTest('several sources are spoken in order', SILENT, async (rig) => {
  const { media } = await connectedCall(rig);
  await ask(media, 'q', { playPrompt: undefined, playPrompts: [text('A'), text('B')] } as object);
  await endOf(rig, 'q');
  const said = rig.simulator.calls()[0]?.transcript.filter(({ kind }) => kind === 'said');
  assert.equal(
    said?.map((line) => line.text),
    ['A', 'B'],
  );
});

rigTest('a recognize has one terminal event and no PlayStarted, unless told to', SILENT, async (rig) => {
  const { media } = await connectedCall(rig);
  await ask(media, 'q');
  assert.is(await endOf(rig, 'q'), 'RecognizeFailed 400/8510');
  assert.equal(rig.receiver.types().slice(2), ['RecognizeFailed']);
  rig.simulator.setFaults({ playStartedForPrompts: true });
  await ask(media, 'r');
  await endOf(rig, 'r');
  assert.equal(rig.receiver.types().slice(3), ['PlayStarted', 'RecognizeFailed']);
});

rigTest('a recognize interrupts what runs unless it says otherwise', LASTING, async (rig) => {
  const { id, media } = await connectedCall(rig);
  await media.playToAll([text('x'.repeat(4_000))], { operationContext: 'long' });
  await ask(media, 'polite', { interruptCallMediaOperation: false });
  await ask(media, 'rude');
  assert.is(await endOf(rig, 'long'), 'PlayCanceled 400/8508');
  assert.is(await endOf(rig, 'polite'), 'RecognizeCanceled 400/8508');
  rig.simulator.press(id, ['one']);
  assert.is(await endOf(rig, 'rude'), 'RecognizeCompleted 200/8531 one');
});

rigTest('playToAll waits its turn, or interrupts when it says so', LASTING, async (rig) => {
  const { media } = await connectedCall(rig);
  await media.playToAll([text('x'.repeat(4_000))], { operationContext: 'a' });
  await media.playToAll([text('b')], { operationContext: 'b' });
  await media.playToAll([text('c')], { operationContext: 'c', interruptCallMediaOperation: true });
  assert.is(await endOf(rig, 'a'), 'PlayCanceled 400/8508');
  assert.is(await endOf(rig, 'b'), 'PlayCanceled 400/8508');
  assert.is(await endOf(rig, 'c'), 'PlayCompleted 200/0');
});

rigTest('a second play to one participant is refused with 412/8583', LASTING, async (rig) => {
  const { media } = await connectedCall(rig);
  await media.play([text('x'.repeat(4_000))], [{ phoneNumber: MEMBER }], { operationContext: 'a' });
  const error = await errorOf(media.play([text('b')], [{ phoneNumber: MEMBER }]));
  assert.is(error?.statusCode, 412);
  assert.is(error?.code, '8583');
});

rigTest(
  'a play to one participant puts the other side on hold and back, in participant snapshots',
  SILENT,
  async (rig) => {
    const { media } = await connectedCall(rig);
    await media.play([text('b')], [{ phoneNumber: MEMBER }], { operationContext: 'a' });
    await endOf(rig, 'a');
    const snapshots = () => rig.receiver.events().filter(({ type }) => type.endsWith('ParticipantsUpdated'));
    await until('three snapshots', () => snapshots().length === 3);
    assert.equal(
      snapshots().map(({ data }) => data['sequenceNumber']),
      [1, 3, 5],
    );
    const onHold = snapshots().map(({ data }) =>
      (data['participants'] as { isOnHold: boolean }[]).map((who) => who.isOnHold),
    );
    assert.equal(onHold, [
      [false, false],
      [true, false],
      [false, false],
    ]);
  },
);

rigTest('cancelAllOperations cancels what runs and what waits', LASTING, async (rig) => {
  const { media } = await connectedCall(rig);
  await ask(media, 'q');
  await media.playToAll([text('b')], { operationContext: 'b' });
  await media.cancelAllOperations();
  assert.is(await endOf(rig, 'q'), 'RecognizeCanceled 400/8508');
  assert.is(await endOf(rig, 'b'), 'PlayCanceled 400/8508');
});

rigTest(
  'a media operation before the answer is refused with 400/8501 when told to',
  { timeScale: 1, faults: { mediaBeforeConnect: 'refuse' } },
  async (rig) => {
    rig.simulator.setMember(MEMBER, 'keeps-ringing');
    const { callConnection } = await call(rig);
    const error = await errorOf(ask(callConnection.getCallMedia(), 'q'));
    assert.is(error?.statusCode, 400);
    assert.is(error?.code, '8501');
  },
);

rigTest('every operation on an ended call is refused with 404/8522', SILENT, async (rig) => {
  const { connection, media } = await connectedCall(rig);
  await connection.hangUp(true);
  await rig.receiver.event('CallDisconnected');
  const errors = await Promise.all([
    errorOf(ask(media, 'q')),
    errorOf(media.playToAll([text('x')])),
    errorOf(media.cancelAllOperations()),
    errorOf(connection.hangUp(true)),
    errorOf(connection.hangUp(false)),
    errorOf(connection.listParticipants()),
  ]);
  for (const error of errors) assert.equal([error?.statusCode, error?.code], [404, '8522']);
});

rigTest('texts need the endpoint that createCall names; files do not', SILENT, async (rig) => {
  const { media } = await connectedCall(rig, MEMBER, { callIntelligenceOptions: {} });
  const error = await errorOf(media.playToAll([text('x')]));
  assert.equal([error?.statusCode, error?.code], [400, '8567']);
  assert.equal((await errorOf(ask(media, 'q')))?.code, '8567');
  await media.playToAll([{ kind: 'fileSource', url: `${SPEECH}a.wav` }], { operationContext: 'file' });
  assert.is(await endOf(rig, 'file'), 'PlayCompleted 200/0');
});

for (const code of [401, 429] as const) {
  rigTest(
    `speech synthesis can fail with ${code}/8565`,
    { ...SILENT, faults: { speechFailureRate: 1, speechFailureCode: code } },
    async (rig) => {
      const { media } = await connectedCall(rig);
      await media.playToAll([text('x')], { operationContext: 'p' });
      assert.is(await endOf(rig, 'p'), `PlayFailed ${code}/8565`);
      const failed = await rig.receiver.event('PlayFailed');
      assert.is(failed.data['failedPlaySourceIndex'], 0);
      await ask(media, 'q');
      assert.is(await endOf(rig, 'q'), `RecognizeFailed ${code}/8565`);
    },
  );
}

test.run();
