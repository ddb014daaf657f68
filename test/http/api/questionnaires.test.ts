import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SCRIPT } from '../fake-app.ts';
import { type Rig, startRig } from '../rig.ts';
import { HASH } from '../samples.ts';

const test = suite<Rig>('questionnaires');
test.before(async (context) => {
  Object.assign(context, await startRig());
});
test.after((context) => context.close());

const URL = `/api/questionnaires/${HASH}`;

test('the list names each script by its hash, and looks of nobody are recorded', async ({ server, audit }) => {
  const { questionnaires, isWhole } = (await server.inject('/api/questionnaires')).json();
  const { publishedAt } = SCRIPT;
  assert.equal(questionnaires, [{ hash: HASH, id: 'wellbeing-check', version: 1, publishedAt, isInForce: true }]);
  assert.equal([isWhole, audit.seen.length], [true, 0]);
});

test('a script is shown step by step, with what was found in it', async ({ server, fake }) => {
  const steps = { ...SCRIPT.questionnaire.steps, lost: SCRIPT.questionnaire.steps['thank-you']! };
  fake.scripts = [{ ...SCRIPT, questionnaire: { ...SCRIPT.questionnaire, silenceSeconds: 2, steps } }];
  const script = (await server.inject(URL)).json();
  fake.scripts = [SCRIPT];
  assert.equal(script.steps[1].keys[0], { key: '1', value: 'yes', next: 'question-2' });
  assert.ok(script.steps[0].seconds > 5 && script.steps[0].seconds < 12);
  assert.equal(
    script.findings.map(({ code, forbids }: { code: string; forbids: boolean }) => [code, forbids]),
    [
      ['UNREACHABLE_STEP', true],
      ['SHORT_SILENCE', false],
    ],
  );
});

test('a script is gone through without a call', async ({ server, fake }) => {
  const { steps, awaits, answers, disposition } = (await server.inject(`${URL}/rehearsal?did=1,1,%23,silence`)).json();
  assert.equal(
    steps.flatMap(({ kind, key }: { kind: string; key?: string }) => (kind === 'pressed' ? [key] : [])),
    ['1', '1', '#'],
  );
  assert.equal(
    [awaits, answers, disposition],
    [
      [],
      [
        { question: 1, response: 'yes' },
        { question: 2, response: 'timeout' },
      ],
      'partial',
    ],
  );
  assert.equal((await server.inject(`${URL}/rehearsal`)).json().awaits, ['1', '2']);
  assert.is(fake.asked.initiate.length, 0);
});

test('what is no deed, and a hash of no script, are problems', async ({ server }) => {
  for (const did of ['7a', '1,,1', '12', Array(501).fill('1').join()]) {
    assert.is((await server.inject(`${URL}/rehearsal?did=${did}`)).statusCode, 400, did.slice(0, 9));
  }
  for (const path of ['', '/rehearsal']) {
    const response = await server.inject(`/api/questionnaires/${'b'.repeat(64)}${path}`);
    assert.equal([response.statusCode, response.json().code], [404, 'QUESTIONNAIRE_NOT_FOUND']);
  }
  assert.is((await server.inject('/api/questionnaires/ABC')).statusCode, 400);
});

test.run();
