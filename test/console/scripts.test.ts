import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROLES } from '../../src/identity/staff.ts';
import { type FakeApp, fakeApp, SCRIPT } from '../http/fake-app.ts';
import { HASH } from '../http/samples.ts';
import { type MemoryAudit, memoryAudit } from '../support/memory-audit.ts';
import { type ConsoleRig, consoleOver } from './console-rig.ts';

const test = suite<{ rig: ConsoleRig; fake: FakeApp; audit: MemoryAudit }>('scripts in the console');

test.before(async (context) => {
  context.fake = fakeApp();
  context.audit = memoryAudit();
  context.rig = consoleOver({ app: context.fake.app, audit: context.audit });
});
test.after(({ rig }) => rig.server.close());
test.after.each(({ fake }) => {
  fake.scripts = [SCRIPT];
});

const PAGE = `/console/scripts/${HASH}`;
const TRY = `${PAGE}/try`;
const did = (deeds: string) => `${TRY}?did=${encodeURIComponent(deeds)}`;

test('everybody sees the scripts, one of them, and tries it; no look is recorded, as they are of nobody', async ({
  rig,
  audit,
}) => {
  for (const role of ROLES) {
    for (const path of ['/console/scripts', PAGE, TRY]) {
      const { status, text } = await rig.get(path, role);
      assert.is(status, 200, `${path} as ${role}`);
      assert.match(text, /wellbeing-check/);
    }
  }
  assert.is(audit.seen.length, 0);
});

test('the list says which script new calls begin with', async ({ rig, fake }) => {
  const older = { ...SCRIPT, hash: 'b'.repeat(64), isInForce: false };
  fake.scripts = [SCRIPT, older];
  const { text } = await rig.get('/console/scripts');
  const [, first = '', second = ''] = text.split(/<tr>/).slice(1);
  assert.ok(first.includes(HASH) && first.includes('In force'));
  assert.ok(second.includes(older.hash) && second.includes('Not in force here'));
});

test('a script is shown prompt by prompt, in its language, with what every key leads to', async ({ rig }) => {
  const { text } = await rig.get(PAGE);
  assert.match(text, /<blockquote lang="en-US"><bdi>Thank you\. Question one\./);
  assert.match(text, /id="step-question-1"[\s\S]*about 9 s[\s\S]*<kbd>1<\/kbd>[\s\S]*href="#step-question-2"/);
  assert.match(text, /Nothing to find/);
});

test('what is wrong with a script, or should be looked at, is said at its step', async ({ rig, fake }) => {
  const thanks = { ...SCRIPT.questionnaire.steps['thank-you']!, text: 'x'.repeat(300) };
  const steps = { ...SCRIPT.questionnaire.steps, 'thank-you': thanks, lost: thanks };
  fake.scripts = [{ ...SCRIPT, questionnaire: { ...SCRIPT.questionnaire, steps } }];
  const { text } = await rig.get(PAGE);
  assert.match(text, /Forbids its use[\s\S]*#step-lost[\s\S]*no path leads here/);
  assert.match(text, /Look again[\s\S]*#step-thank-you[\s\S]*more than 20/);
});

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '\u202Etxet',
  '</q><turbo-stream action="remove">',
  'javascript:alert(1)',
  '😀'.repeat(150),
];

test('texts of scripts are shown as text, whatever they hold', async ({ rig, fake }) => {
  for (const words of HOSTILE) {
    const person = SCRIPT.questionnaire.steps['person']!;
    if (person.kind !== 'ask') throw new TypeError('it asks');
    const keys = { '1': { value: words, next: 'question-1', proves: 'person' } } as const;
    const steps = { ...SCRIPT.questionnaire.steps, person: { ...person, text: words, keys } };
    fake.scripts = [{ ...SCRIPT, questionnaire: { ...SCRIPT.questionnaire, id: words, steps } }];
    const shown = `<bdi>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</bdi>`;
    for (const path of [PAGE, did('1'), '/console/scripts']) {
      const { text } = await rig.get(path);
      assert.ok(text.includes(shown), `${path} ${words}`);
      assert.not.match(text, /<img|<turbo-stream|href="javascript/);
    }
  }
});

test('a script is tried key by key without a script of the page: each key is an address of its own', async ({
  rig,
}) => {
  const { text } = await rig.get(TRY);
  assert.match(text, /<form class="keypad" method="get"/);
  assert.match(text, /<input type="hidden" name="did" value(="")?/);
  let path = TRY;
  for (const key of ['1', '5', '*', '1']) {
    const before = new URL(path, 'http://x').searchParams.get('did') ?? '';
    const { status, location } = await rig.get(`${TRY}?${new URLSearchParams({ did: before, next: key })}`);
    assert.is(status, 303);
    path = location!;
  }
  assert.is(new URL(path, 'http://x').searchParams.get('did'), '1,5,*,1');
  const asked = (await rig.get(path)).text;
  assert.match(asked, /You press 5: it is not offered\.[\s\S]*Once more: [\s\S]*Question two/);
  assert.match(asked, /name="did" value="1,5,\*,1"/);
});

test('at the end stand the answers and what came of it, and nothing was kept anywhere', async ({
  rig,
  fake,
  audit,
}) => {
  const { text } = await rig.get(did('1,1,2,silence'));
  assert.match(text, /Some questions|Partial/i);
  assert.match(text, /<tr><td>2<\/td><td><bdi>no<\/bdi>[\s\S]*<tr><td>3<\/td><td><bdi>none in time/);
  assert.match(text, /You say nothing for 10 s\.[\s\S]*It hangs up\./);
  assert.not.match(text, /class="keypad"/);
  assert.match(text, /did=1%2C1%2C2"/);
  assert.equal([fake.asked.initiate.length, fake.asked.recordCallbacks.length, audit.seen.length], [0, 0, 0]);
});

test('whoever hangs up is told what a call would be', async ({ rig }) => {
  assert.match((await rig.get(did('hang-up'))).text, /You hang up\./);
});

test('what is no script and what is no key is said in words', async ({ rig }) => {
  for (const path of [
    '/console/scripts/abc',
    `/console/scripts/${'c'.repeat(64)}`,
    `/console/scripts/${'c'.repeat(64)}/try`,
  ]) {
    const { status, text } = await rig.get(path);
    assert.is(status, 404, path);
    assert.match(text, /No script was ever published under this hash/);
  }
  for (const deeds of ['<b>', '1,,2', Array(501).fill('1').join()]) {
    const { status, text } = await rig.get(did(deeds));
    assert.is(status, 400);
    assert.match(text, /no key of a telephone/);
  }
  assert.is((await rig.get(`${TRY}?did=1&did=2`)).status, 400);
});

test('while older scripts are looked for the page says so', async ({ rig, fake }) => {
  const { scripts } = fake.app;
  fake.app.scripts = async () => ({ scripts: fake.scripts, isWhole: false });
  const { text } = await rig.get('/console/scripts');
  fake.app.scripts = scripts;
  assert.match(text, /still being looked for/);
});

test.run();
