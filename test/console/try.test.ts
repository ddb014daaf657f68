import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fakeApp } from '../http/fake-app.ts';
import { HASH } from '../http/samples.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { type ConsoleRig, consoleOver } from './console-rig.ts';
import { CUT, SPACED } from './cut.ts';
import { fullRig } from './full-rig.ts';
import { PAGES, pathOf } from './table.ts';

const browser = await openBrowser();
const test = suite<{ rig: ConsoleRig; url: string; browser: OpenBrowser }>('a script that is tried in the browser');
const inBrowser = browser ? test : test.skip;

test.before(async (context) => {
  if (!browser) return;
  context.browser = browser;
  context.rig = consoleOver({ app: fakeApp().app });
  context.url = `${await context.rig.server.listen({ host: '127.0.0.1', port: 0 })}/console/scripts/${HASH}/try`;
});
test.after(async ({ rig }) => {
  await browser?.close();
  await rig?.server.close();
});

/** A voice of this machine, and one of the network, that remember what they are told to say and are done when asked. */
const VOICES = `
  window.spoken = [];
  window.SpeechSynthesisUtterance = class extends EventTarget {
    constructor(text) { super(); this.text = text; }
  };
  Object.defineProperty(window, 'speechSynthesis', { value: {
    pending: false,
    getVoices: () => [
      { lang: 'en-US', localService: false, name: 'network' },
      { lang: 'en-US', localService: true, name: 'here' },
    ],
    speak: (words) => { window.said = words; window.spoken.push(words.voice.name + ': ' + words.text.slice(0, 12)); },
    cancel: () => window.spoken.push('hush'),
  } });
`;
const SPOKEN = 'window.spoken.filter((words) => words !== "hush")';
const START = Date.parse('2026-03-02T15:00:00.000Z');
const DONE = 'window.said.dispatchEvent(new Event("end"))';

inBrowser(
  'it is spoken by a voice of this machine, takes keys of the keyboard unless they are off, and stays the same page',
  async (context) => {
    const { page, complaints } = await context.browser.page();
    await page.addInitScript(VOICES);
    await page.goto(context.url);
    await page.evaluate("document.querySelector('h1').dataset.kept = 'yes'");
    await page.keyboard.press('1');
    await page.waitForSelector('text=Question one');
    await page.evaluate('document.documentElement.dataset.shortcuts = "off"');
    await page.keyboard.press('2');
    await page.click('.keypad button[value="5"]');
    await page.waitForSelector('text=it is not offered');
    assert.is(await page.evaluate('document.activeElement.value'), '5', 'focus stays on the key');
    await page.waitForURL(/did=1%2C5$/);
    assert.equal(await page.evaluate(SPOKEN), ['here: Hello. This ', 'here: Thank you. Q', 'here: Thank you. Q']);
    await page.click('[data-deed=hang-up]');
    await page.waitForSelector('text=The call is over');
    assert.is(await page.evaluate('document.activeElement.textContent'), 'The call is over');
    assert.is(await page.getAttribute('h1', 'data-kept'), 'yes');
    assert.equal(complaints, []);
  },
);

inBrowser('the ten seconds run down when the voice is done, unless somebody has stopped them', async (context) => {
  const { page } = await context.browser.page();
  await page.clock.install({ time: START });
  await page.clock.pauseAt(START + 1_000);
  await page.addInitScript(VOICES);
  await page.goto(`${context.url}?did=1`);
  await page.uncheck('input[name=seconds]');
  await page.clock.runFor(30_000);
  assert.is(await page.locator('text=Question one').count(), 1, 'nothing runs');
  await page.check('input[name=seconds]');
  await page.evaluate(DONE);
  await page.clock.runFor(3_500);
  assert.match((await page.textContent('[data-left]')) ?? '', /^7 s left/);
  await page.clock.runFor(6_700);
  await page.waitForSelector('text=You say nothing for 10 s.');
  await page.waitForSelector('text=The call is over');
});

/** Each as the first of its roles, and the day as all. */
const SHOWN = PAGES.filter(({ method }) => method === 'GET').flatMap((row) =>
  row.roles.slice(0, row.route === '/console' ? undefined : 1).map((role) => ({ path: pathOf(row), role })),
);

inBrowser(
  'on no page is anything cut for who sets lines, letters and words wider apart, on 320 px',
  async (context) => {
    const { server } = fullRig();
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const { page } = await context.browser.page({ width: 320, height: 700 });
    const cut: string[] = [];
    for (const { path, role } of SHOWN) {
      await page.context().addCookies([{ name: 'callistra-seen-as', value: role, url }]);
      await page.goto(`${url}${path}`);
      await page.evaluate(SPACED);
      cut.push(...(await page.evaluate<string[]>(CUT)).map((what) => `${path} as ${role}: ${what}`));
    }
    await server.close();
    assert.equal(cut, []);
  },
);

test.run();
