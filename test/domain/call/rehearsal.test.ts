import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Deed, type RehearsalStep, rehearse } from '../../../src/domain/call/rehearsal.ts';
import { PROVIDER, SCRIPT } from './conversation.ts';

const trial = (...deeds: Deed[]) => rehearse(SCRIPT, PROVIDER, deeds);

/** What happens, in a word each. */
function told({ steps }: { readonly steps: readonly RehearsalStep[] }): string[] {
  return steps.map((one) => {
    if (one.kind === 'spoken') return one.because === 'wrong-key' ? `again ${one.step}` : one.step;
    if (one.kind === 'pressed') return `${one.key} ${one.value ?? one.result}`;
    return one.kind === 'ended' ? `ended by ${one.by}` : one.kind;
  });
}

test('a script that is tried is answered and asks whether a person is there, before anything is pressed', () => {
  const { awaits, disposition, status, ...begun } = trial();
  assert.equal(told(begun), ['person']);
  assert.equal([Object.keys(awaits!.keys), awaits!.silenceSeconds], [['1', '2'], 10]);
  assert.equal([status, disposition], ['Connected', null]);
});

test('whoever answers all of it has answered all of it', () => {
  const { answers, awaits, status, disposition, ...call } = trial('1', '1', '2', '1');
  const asked = ['person', '1 yes', 'question-1', '1 yes', 'question-2', '2 no', 'question-3', '1 yes'];
  assert.equal(told(call), [...asked, 'thank-you', 'ended by us']);
  assert.equal(
    answers.map(({ question, response }) => `${question}:${response}`),
    ['1:yes', '2:no', '3:yes'],
  );
  assert.equal([awaits, status, disposition], [null, 'Disconnected', 'completed']);
});

test('a wrong key is asked again twice and then is silence, as on the telephone', () => {
  const call = trial('5', '5', '5');
  const wrong = '5 wrong-key';
  assert.equal(told(call), [
    ...['person', wrong, 'again person', wrong, 'again person', wrong],
    ...['no-response', 'ended by us'],
  ]);
  assert.is(call.disposition, 'no-person');
});

test('the key that ends what is pressed is a wrong one where it is no choice', () => {
  assert.equal(told(trial('1', '#')).slice(2), ['question-1', '# wrong-key', 'again question-1']);
});

test('silence takes the seconds that the script gives', () => {
  const call = trial('1', 'silence');
  const at = call.steps.findIndex(({ kind }) => kind === 'silence');
  const [silence, next] = [call.steps[at]!, call.steps[at + 1]!];
  assert.ok(Math.abs(next.atSeconds - silence.atSeconds - SCRIPT.silenceSeconds) < 0.001);
  assert.equal([call.disposition, call.answers[0]?.response], ['no-response', 'timeout']);
});

test('whoever hangs up in the middle has answered a part', () => {
  assert.equal(
    [trial('1', '1', 'hang-up').disposition, trial('hang-up').disposition, trial('2').disposition],
    ['partial', 'hung-up', 'not-available'],
  );
});

test('what is done after the end is nothing', () => {
  assert.equal(trial('2', '1', '1'), trial('2'));
});

test('a prompt for a person is never spoken to an unproven line, whatever the script says', () => {
  const person = SCRIPT.steps['person']!;
  if (person.kind !== 'ask') throw new TypeError('it asks');
  const leaky = { ...SCRIPT, steps: { ...SCRIPT.steps, person: { ...person, silence: 'question-1' } } };
  const call = rehearse(leaky, PROVIDER, ['silence']);
  assert.equal(told(call), ['person', 'silence', 'ended by us']);
  assert.is(call.disposition, 'provider-failure');
});

test.run();
