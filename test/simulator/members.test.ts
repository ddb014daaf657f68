import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { answerOf, PRESET_NAMES, parseScript, reactionTo } from '../../src/simulator/members/members.ts';
import { ask, call, connectedCall, endOf, MEMBER, text } from './rig.ts';
import { clockTest, connectedAt, rigTest } from './suite.ts';

const ONE = 'RecognizeCompleted 200/8531 one';
const SILENCE = 'RecognizeFailed 400/8510';

const conversations = {
  'answers-all': [ONE, ONE, ONE, ONE],
  'says-no': ['RecognizeCompleted 200/8531 two'],
  'silent-mailbox': [SILENCE],
  'answers-person-then-silent': [ONE, SILENCE],
  'wrong-key-then-right': [ONE, 'RecognizeCompleted 200/8531 nine', ONE, ONE],
  'always-wrong-key': [ONE, 'RecognizeCompleted 200/8531 nine', 'RecognizeCompleted 200/8531 nine'],
  'barges-in': [ONE, ONE],
  'presses-twice': [ONE, ONE],
  'prompt-fails': ['RecognizeFailed 500/8511', 'RecognizeFailed 500/8511'],
  'prompt-fails-once': ['RecognizeFailed 500/8511', ONE],
} as const;

for (const [preset, ends] of Object.entries(conversations)) {
  rigTest(
    `${preset} ends its questions in ${ends.join(', ')}`,
    { defaultMember: { preset: preset as 'says-no' } },
    async (rig) => {
      const { media } = await connectedCall(rig);
      for (const [index, expected] of ends.entries()) {
        await ask(media, `q-${index}`);
        assert.is(await endOf(rig, `q-${index}`), expected);
      }
    },
  );
}

const failures = {
  busy: [486, 560486, 486],
  'rings-out': [480, 560480, 480],
  'bad-number': [404, 560404, 404],
  declines: [603, 560603, 603],
  'declines-without-sip-details': [603, 560603, undefined],
  unreachable: [503, 560503, 503],
  'keeps-ringing': [408, 560408, undefined],
} as const;

for (const [preset, [code, subCode, sipCode]] of Object.entries(failures)) {
  rigTest(`${preset} fails the call with ${code}/${subCode} and tells nothing else`, {}, async (rig) => {
    rig.simulator.setMember(MEMBER, preset as 'busy');
    await call(rig);
    const { data } = await rig.receiver.event('CreateCallFailed');
    const { sipDetails, ...result } = data.resultInformation;
    assert.is(result.code, code);
    assert.is(result.subCode, subCode);
    assert.is((sipDetails as { code: number } | undefined)?.code, sipCode);
    assert.is(data.operationContext, 'call-1');
    assert.equal(rig.receiver.types(), ['CreateCallFailed']);
  });
}

rigTest('a phone that is busy or unknown does not ring, one that is declined or rings out does', {}, async (rig) => {
  const presets = ['busy', 'bad-number', 'declines', 'rings-out'] as const;
  for (const [index, preset] of presets.entries()) {
    const number = `+1555010${index}`;
    rig.simulator.setMember(number, preset);
    await call(rig, number);
    await rig.receiver.event('CreateCallFailed', () => rig.receiver.events().length > index);
  }
  assert.equal(rig.simulator.stats().ringsByNumber, { '+15550102': 1, '+15550103': 1 });
  assert.is(rig.simulator.stats().dials, 4);
});

for (const [preset, answered] of [
  ['hangs-up-on-person-prompt', 0],
  ['hangs-up-during-question-2', 2],
] as const) {
  rigTest(
    `${preset}: the open question is cancelled, then CallDisconnected 200/560000`,
    { defaultMember: preset },
    async (rig) => {
      const { media } = await connectedCall(rig);
      for (let index = 0; index < answered; index++) {
        await ask(media, `q-${index}`);
        assert.is(await endOf(rig, `q-${index}`), ONE);
      }
      await ask(media, 'last');
      const ended = await rig.receiver.event('CallDisconnected');
      assert.is(ended.data.resultInformation.subCode, 560000);
      assert.is(await endOf(rig, 'last'), 'RecognizeCanceled 400/8508');
      assert.is(rig.receiver.types().at(-1), 'CallDisconnected');
    },
  );
}

rigTest('prompt-fails fails plays, too', { defaultMember: 'prompt-fails' }, async (rig) => {
  const { media } = await connectedCall(rig);
  await media.playToAll([text('Sorry')], { operationContext: 'sorry' });
  assert.is(await endOf(rig, 'sorry'), 'PlayFailed 500/9999');
});

rigTest('a member hangs up some time after answering, if the script says so', {}, async (rig) => {
  rig.simulator.setMember(MEMBER, { preset: 'answers-all', hangsUpAfterMs: 1_000 });
  await connectedCall(rig);
  const ended = await rig.receiver.event('CallDisconnected');
  assert.is(ended.data.resultInformation.subCode, 560000);
});

clockTest('a key that comes after its question meets the next one', {}, async (rig, clock) => {
  rig.simulator.setMember(MEMBER, { reactions: [{ press: ['nine'], afterMs: 14_000 }] });
  const { media } = await connectedAt(rig, clock);
  await ask(media, 'q-1', { playPrompt: undefined } as object);
  clock.advance(10_000);
  assert.is(await endOf(rig, 'q-1'), SILENCE);
  await ask(media, 'q-2');
  clock.advance(4_000);
  assert.is(await endOf(rig, 'q-2'), 'RecognizeCompleted 200/8531 nine');
});

clockTest('nobody presses a key on a call that is over', {}, async (rig, clock) => {
  rig.simulator.setMember(MEMBER, { otherwise: { press: ['one', 'one'], afterMs: 1_000, betweenMs: 4_000 } });
  const { id, media } = await connectedAt(rig, clock);
  await ask(media, 'q-1', { playPrompt: undefined } as object);
  clock.advance(1_000);
  assert.ok(rig.simulator.hangUp(id));
  clock.advance(60_000);
  const pressed = rig.simulator.calls()[0]?.transcript.filter(({ kind }) => kind === 'pressed');
  assert.is(pressed?.length, 1);
});

rigTest('several keys are pressed one after the other', {}, async (rig) => {
  rig.simulator.setMember(MEMBER, { otherwise: { press: ['one', 'two', 'pound'], afterMs: 100, betweenMs: 100 } });
  const { media } = await connectedCall(rig);
  await ask(media, 'q', { maxTonesToCollect: 8, stopDtmfTones: ['pound'] } as object);
  assert.is(await endOf(rig, 'q'), 'RecognizeCompleted 200/8514 one,two');
});

test('every preset is a valid script', () => {
  for (const preset of PRESET_NAMES) assert.ok(parseScript(preset).ok, preset);
});

test('a script may take a preset and replace parts of it', () => {
  const parsed = parseScript({ preset: 'says-no', ringMs: 10 });
  assert.ok(parsed.ok);
  assert.equal(parsed.behaviour, { reactions: [{ press: ['two'], afterMs: 1_500 }], ringMs: 10 });
});

test('reactions count from the first recognize; beyond them comes the general one, else silence', () => {
  const behaviour = { reactions: ['hang-up'], otherwise: 'prompt-fails' } as const;
  assert.is(reactionTo(behaviour, 1), 'hang-up');
  assert.is(reactionTo(behaviour, 2), 'prompt-fails');
  assert.is(reactionTo({}, 1), 'silent');
});

test('a failure of one’s own is reported as given', () => {
  const answer = { code: 500, subCode: 560503, sipDetails: { code: 486, message: 'Busy Here' } };
  assert.equal(answerOf({ answer }), {
    code: 500,
    subCode: 560503,
    message: '',
    sipDetails: { code: 486, message: 'Busy Here' },
  });
});

test('a script that is no script is refused with a code', () => {
  const bad: unknown[] = [
    undefined,
    null,
    7,
    'sleeps',
    { preset: 'sleeps' },
    { ringMs: -1 },
    { answer: 'maybe' },
    { otherwise: { press: [] } },
    { otherwise: { press: ['1'] } },
    { reactions: 'silent' },
    { unknown: true },
  ];
  for (const script of bad) {
    const parsed = parseScript(script);
    assert.not(parsed.ok, JSON.stringify(script));
    assert.is(!parsed.ok && parsed.code, 'INVALID_MEMBER_SCRIPT');
  }
});

test.run();
