import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createQuestionnaires } from '../../../src/app/recording/questionnaires.ts';
import { canonicalJson } from '../../../src/base/canonical-json.ts';
import type { AskQuestionBody } from '../../../src/domain/call/bodies.ts';
import type { Questionnaire } from '../../../src/domain/questionnaire/questionnaire.ts';
import { parseQuestionnaire } from '../../../src/questionnaires/load.ts';
import { QUESTIONNAIRE } from '../../support/application.ts';
import { callback } from '../../support/callbacks.ts';
import { allEntries } from '../../support/entries.ts';
import { until } from '../../support/until.ts';
import { openRig, type Rig } from '../rig.ts';

const AT = new Date('2026-03-02T15:00:00.000Z');
const CHANGED: Questionnaire = parseQuestionnaire(
  JSON.parse(JSON.stringify({ ...QUESTIONNAIRE, version: 2 }).replaceAll('Question two.', 'The second question.')),
  'test',
);

let rig: Rig;

test.before.each(async () => {
  rig = await openRig();
});
test.after.each(() => rig.close());

const published = async () => (await allEntries(rig.stores.log)).filter(({ type }) => type === 'PublishQuestionnaire');

test('the same content is one stream, however often it is published and however its file was laid out', async () => {
  const reordered = Object.fromEntries(Object.entries(QUESTIONNAIRE).reverse()) as Questionnaire;
  const hashes = await Promise.all(
    [QUESTIONNAIRE, reordered, QUESTIONNAIRE].map(
      async (questionnaire) => (await createQuestionnaires(rig.stores.log).publish(questionnaire, AT)).hash,
    ),
  );
  assert.is(new Set(hashes).size, 1);
  assert.is((await published()).length, 1);
  assert.is((await published())[0]?.stream, `questionnaire:${hashes[0]}`);
});

test('other content is another stream, and both are found by their hash', async () => {
  const questionnaires = createQuestionnaires(rig.stores.log);
  const [one, two] = [await questionnaires.publish(QUESTIONNAIRE, AT), await questionnaires.publish(CHANGED, AT)];
  assert.is.not(one.hash, two.hash);
  const reader = createQuestionnaires(rig.stores.log);
  assert.equal(await reader.find(one.hash), one);
  assert.equal(await reader.find(two.hash), two);
});

test('a hash that nobody published is not found, until somebody does', async () => {
  const reader = createQuestionnaires(rig.stores.log);
  const { hash } = await createQuestionnaires(rig.stores.log).publish(QUESTIONNAIRE, AT);
  const unknown = hash.replace(/./g, 'a');
  assert.is(await reader.find(unknown), null);
  assert.is((await reader.find(hash))?.hash, hash);
});

test('text is canonical whatever the order of keys, and lists keep theirs', () => {
  assert.is(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } }), '{"a":{"c":"x","d":null},"b":[2,1]}');
});

test('a call follows the script it began with, also when the server restarts with another one', async () => {
  const app = await rig.start();
  const first = await app.initiate({ memberId: 'M-1', actor: 'coordinator:ann' });
  assert.ok(first.ok);
  const id = first.callSessionId;
  await app.idle();
  const { callConnectionId } = rig.simulator.calls()[0]!;
  const hear = (on: typeof app, name: string, data = {}) =>
    on.recordCallbacks(id, [callback(name, { callConnectionId, ...data })]);
  await hear(app, 'CallConnected');
  await app.close();

  const next = await rig.start({ questionnaire: CHANGED });
  for (const step of ['person', 'question-1']) await pressOne(step, (data) => hear(next, 'RecognizeCompleted', data));
  const asked = await questions(id);
  assert.match(asked.at(-1)?.prompt.text ?? '', /^Question two\./);

  const second = await next.initiate({ memberId: 'M-2', actor: 'coordinator:ann' });
  assert.ok(second.ok);
  await next.idle();
  const rows = await Promise.all([id, second.callSessionId].map((each) => next.status(each)));
  assert.equal(
    rows.map((row) => row?.session.questionnaire),
    ['wellbeing-check@1', 'wellbeing-check@2'],
  );

  async function pressOne(step: string, send: (data: object) => Promise<unknown>): Promise<void> {
    await until(`${step} is asked`, async () => (await questions(id)).at(-1)?.step === step);
    const operationContext = (await questions(id)).at(-1)?.id;
    await send({ operationContext, dtmfResult: { tones: ['one'] }, resultInformation: { code: 200, subCode: 8531 } });
  }
});

async function questions(call: string): Promise<(AskQuestionBody & { id: string })[]> {
  const entries = (await rig.stream(call)).filter(({ type }) => type === 'AskQuestion');
  return entries.map(({ id, data }) => ({ id, ...(JSON.parse(data) as AskQuestionBody) }));
}

test.run();
