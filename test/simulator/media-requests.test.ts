import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, call, connectedCall, endOf, errorOf, MEMBER, SPEECH, text } from './support/bench.ts';
import { operationPath, sendSigned } from './support/raw.ts';
import { benchTest, LASTING, until } from './support/suite.ts';

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

benchTest(
  'media requests that are malformed or out of range are refused, and nothing is heard',
  SILENT,
  async (bench) => {
    const { id } = await connectedCall(bench);
    for (const [name, [verb, body, status, code]] of Object.entries(refusals)) {
      const answer = await sendSigned(bench.simulator.url, {
        method: 'POST',
        path: operationPath(`/${id}:${verb}`),
        body,
      });
      assert.is(answer.status, status, `${name}: ${answer.text}`);
      assert.is(answer.json.error.code, code, name);
    }
    assert.not(bench.simulator.calls()[0]?.transcript.some(({ kind }) => kind === 'said'));
  },
);

benchTest('exactly 4,000 characters are spoken', SILENT, async (bench) => {
  const { media } = await connectedCall(bench);
  await media.playToAll([text('x'.repeat(4_000))], { operationContext: 'long' });
  await bench.receiver.event('PlayStarted');
});

benchTest('play answers 202 without a body, then PlayStarted, then PlayCompleted', SILENT, async (bench) => {
  const { id } = await connectedCall(bench);
  const request = { method: 'POST', path: operationPath(`/${id}:play`), body: playBody({ operationContext: 'p' }) };
  const answer = await sendSigned(bench.simulator.url, request);
  assert.is(answer.status, 202);
  assert.is(answer.text, '');
  assert.is(await endOf(bench, 'p'), 'PlayCompleted 200/0');
  assert.equal(bench.receiver.types().slice(2), ['PlayStarted', 'PlayCompleted']);
});

benchTest('several sources are spoken in order', SILENT, async (bench) => {
  const { media } = await connectedCall(bench);
  await ask(media, 'q', { playPrompt: undefined, playPrompts: [text('A'), text('B')] } as object);
  await endOf(bench, 'q');
  const said = bench.simulator.calls()[0]?.transcript.filter(({ kind }) => kind === 'said');
  assert.equal(
    said?.map((line) => line.text),
    ['A', 'B'],
  );
});

benchTest('a recognize has one terminal event and no PlayStarted, unless told to', SILENT, async (bench) => {
  const { media } = await connectedCall(bench);
  await ask(media, 'q');
  assert.is(await endOf(bench, 'q'), 'RecognizeFailed 400/8510');
  assert.equal(bench.receiver.types().slice(2), ['RecognizeFailed']);
  bench.simulator.setFaults({ playStartedForPrompts: true });
  await ask(media, 'r');
  await endOf(bench, 'r');
  assert.equal(bench.receiver.types().slice(3), ['PlayStarted', 'RecognizeFailed']);
});

benchTest('a recognize interrupts what runs unless it says otherwise', LASTING, async (bench) => {
  const { id, media } = await connectedCall(bench);
  await media.playToAll([text('x'.repeat(4_000))], { operationContext: 'long' });
  await ask(media, 'polite', { interruptCallMediaOperation: false });
  await ask(media, 'rude');
  assert.is(await endOf(bench, 'long'), 'PlayCanceled 400/8508');
  assert.is(await endOf(bench, 'polite'), 'RecognizeCanceled 400/8508');
  bench.simulator.press(id, ['one']);
  assert.is(await endOf(bench, 'rude'), 'RecognizeCompleted 200/8531 one');
});

benchTest('playToAll waits its turn, or interrupts when it says so', LASTING, async (bench) => {
  const { media } = await connectedCall(bench);
  await media.playToAll([text('x'.repeat(4_000))], { operationContext: 'a' });
  await media.playToAll([text('b')], { operationContext: 'b' });
  await media.playToAll([text('c')], { operationContext: 'c', interruptCallMediaOperation: true });
  assert.is(await endOf(bench, 'a'), 'PlayCanceled 400/8508');
  assert.is(await endOf(bench, 'b'), 'PlayCanceled 400/8508');
  assert.is(await endOf(bench, 'c'), 'PlayCompleted 200/0');
});

benchTest('a second play to one participant is refused with 412/8583', LASTING, async (bench) => {
  const { media } = await connectedCall(bench);
  await media.play([text('x'.repeat(4_000))], [{ phoneNumber: MEMBER }], { operationContext: 'a' });
  const error = await errorOf(media.play([text('b')], [{ phoneNumber: MEMBER }]));
  assert.is(error?.statusCode, 412);
  assert.is(error?.code, '8583');
});

benchTest(
  'a play to one participant puts the other side on hold and back, in participant snapshots',
  SILENT,
  async (bench) => {
    const { media } = await connectedCall(bench);
    await media.play([text('b')], [{ phoneNumber: MEMBER }], { operationContext: 'a' });
    await endOf(bench, 'a');
    const snapshots = () => bench.receiver.events().filter(({ type }) => type.endsWith('ParticipantsUpdated'));
    await until(() => snapshots().length === 3, 'three snapshots');
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

benchTest('cancelAllOperations cancels what runs and what waits', LASTING, async (bench) => {
  const { media } = await connectedCall(bench);
  await ask(media, 'q');
  await media.playToAll([text('b')], { operationContext: 'b' });
  await media.cancelAllOperations();
  assert.is(await endOf(bench, 'q'), 'RecognizeCanceled 400/8508');
  assert.is(await endOf(bench, 'b'), 'PlayCanceled 400/8508');
});

benchTest(
  'a media operation before the answer is refused with 400/8501 when told to',
  { timeScale: 1, faults: { mediaBeforeConnect: 'refuse' } },
  async (bench) => {
    bench.simulator.setMember(MEMBER, 'keeps-ringing');
    const { callConnection } = await call(bench);
    const error = await errorOf(ask(callConnection.getCallMedia(), 'q'));
    assert.is(error?.statusCode, 400);
    assert.is(error?.code, '8501');
  },
);

benchTest('every operation on an ended call is refused with 404/8522', SILENT, async (bench) => {
  const { connection, media } = await connectedCall(bench);
  await connection.hangUp(true);
  await bench.receiver.event('CallDisconnected');
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

benchTest('texts need the endpoint that createCall names; files do not', SILENT, async (bench) => {
  const { media } = await connectedCall(bench, MEMBER, { callIntelligenceOptions: {} });
  const error = await errorOf(media.playToAll([text('x')]));
  assert.equal([error?.statusCode, error?.code], [400, '8567']);
  assert.equal((await errorOf(ask(media, 'q')))?.code, '8567');
  await media.playToAll([{ kind: 'fileSource', url: `${SPEECH}a.wav` }], { operationContext: 'file' });
  assert.is(await endOf(bench, 'file'), 'PlayCompleted 200/0');
});

for (const code of [401, 429] as const) {
  benchTest(
    `speech synthesis can fail with ${code}/8565`,
    { ...SILENT, faults: { speechFailureRate: 1, speechFailureCode: code } },
    async (bench) => {
      const { media } = await connectedCall(bench);
      await media.playToAll([text('x')], { operationContext: 'p' });
      assert.is(await endOf(bench, 'p'), `PlayFailed ${code}/8565`);
      const failed = await bench.receiver.event('PlayFailed');
      assert.is(failed.data['failedPlaySourceIndex'], 0);
      await ask(media, 'q');
      assert.is(await endOf(bench, 'q'), `RecognizeFailed ${code}/8565`);
    },
  );
}

test.run();
