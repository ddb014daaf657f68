import type { Page } from 'playwright-core';
import { renderToString } from 'preact-render-to-string';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Phone } from '../../src/console/pages/phone.tsx';
import { type Rig, startRig } from '../e2e/rig.ts';
import { eventually } from '../support/until.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';

const browser = await openBrowser();
const test = suite<{ rig: Rig; browser: OpenBrowser }>('a telephone in the browser');
const inBrowser = browser ? test : test.skip;

test.before(async (context) => {
  // As slow as people are: whoever is at the telephone has ten seconds for a key.
  const people = [{ behaviour: 'busy' }, { behaviour: 'busy' }, { behaviour: 'busy' }] as const;
  context.rig = await startRig({ people, env: { TIME_SCALE: '1' } });
  if (browser) context.browser = browser;
});
test.after(async ({ rig }) => {
  await browser?.close();
  await rig.close();
});

const ENDED = '.outcome .tone:not(.tone-going-on)';

/** Headless browsers have no voices: these write down what they are told, one of them on another machine. */
const VOICES = `
  window.told = [];
  const voices = [{ name: 'Far', lang: 'en-US', localService: false }, { name: 'Here', lang: 'en-GB', localService: true }];
  const speechSynthesis = {
    getVoices: () => voices,
    speak: ({ text, voice }) => told.push(voice.name + ': ' + text),
    cancel: () => told.push('hush'),
  };
  Object.defineProperty(window, 'speechSynthesis', { value: speechSynthesis });
  window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
`;

inBrowser(
  'somebody is the member by keyboard: it rings, a voice of this machine speaks, keys are the answers',
  async ({ browser: { page: open }, rig: { url } }) => {
    const { page, complaints } = await open();
    await page.addInitScript(VOICES);
    await page.goto(`${url}/console/members/M-1`);
    await page.click('text=Be this member');
    await page.click('text=Take it up');
    await page.click('text=Call now');
    await page.waitForSelector('[data-deed=answer]:focus');
    assert.match(await page.title(), /^It rings/);
    await page.keyboard.press('Enter');
    for (const words of [/available to talk/, /medication/, /appointment/, /care team/]) {
      await page.locator('[data-heard=said]', { hasText: words }).first().waitFor();
      await page.keyboard.press('1');
    }
    await page.waitForSelector('[data-state=disconnected]');
    const told = ((await page.evaluate('told')) as string[]).filter((line, index, all) => line !== all[index - 1]);
    const lines = told.filter((line) => line !== 'hush');
    assert.is(lines.length, 5);
    assert.ok(lines.every((line) => line.startsWith('Here: ')));
    // Each was cut off by the key that answered it, before the next was spoken.
    for (const line of lines) assert.is(told[told.indexOf(line) - 1], 'hush');
    assert.equal(complaints, []);
  },
);

inBrowser(
  'two phones ring at once, each for its member: one declines, one is hung up, and both are given back',
  async ({ browser: { page: open }, rig: { url } }) => {
    const phones = await Promise.all(
      ['M-2', 'M-3'].map(async (member) => {
        const { page } = await open({ width: 320 });
        await page.goto(`${url}/console/members/${member}/phone`);
        await page.click('text=Take it up');
        await page.click('text=Call now');
        return page;
      }),
    );
    const [one, other] = phones as [Page, Page];
    await Promise.all(phones.map((page) => page.waitForSelector('[data-state=connecting]')));
    await one.click('[data-deed=decline]');
    await other.click('[data-deed=answer]');
    await one.waitForSelector('[data-state=disconnected]');
    await other.click('[data-deed=hang-up]');
    await other.waitForSelector('text=You hang up.');
    for (const [page, words] of [
      [one, /Declined/],
      [other, /Hung up/],
    ] as const) {
      assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 320);
      await page.click('text=Give it back');
      await page.waitForSelector('text=are answered by a virtual member');
      await page.click('main a');
      await page.waitForSelector('tbody tr .tone:not(.tone-going-on)');
      assert.match((await page.textContent('tbody .tone')) ?? '', words);
    }
  },
);

inBrowser(
  'the seconds for a key run down by themselves, and a phone that is out of reach says so',
  async ({ browser: { page: open }, rig: { url } }) => {
    const { page } = await open();
    const assets = /href="(\/console\/assets\/\w+)\//.exec(await (await fetch(`${url}/console`)).text())![1]!;
    let looks = 0;
    await page.route('**/members/M-9/phone', (route) => {
      looks += 1;
      const body = `<!doctype html>${renderToString(phonePage(assets))}`;
      return looks === 1 ? route.fulfill({ contentType: 'text/html', body }) : route.fulfill({ status: 503 });
    });
    await page.goto(`${url}/console/members/M-9/phone`);
    await page.waitForSelector('text=/Press a key: [0-9]{2} s left/');
    await page.waitForSelector('text=cannot be reached at the moment');
    assert.ok(Number(await page.evaluate('document.querySelector("meter").value')) < 100_000);
  },
);

function phonePage(assets: string) {
  const visit = {
    role: 'Coordinator',
    actor: 'coordinator:local',
    roles: [],
    path: '',
    assets,
    zone: 'UTC',
    simulated: true,
  } as const;
  const call = {
    callConnectionId: 'c',
    state: 'connected',
    moment: { kind: 'listens', forMs: 100_000, leftMs: 100_000 },
    transcript: [],
  } as const;
  return Phone({ visit, memberId: 'M-9', isTakenUp: true, call, formKey: 'k' });
}

inBrowser(
  'a call is played: it waits as it did, a wait can be skipped, and the slider shows how it stood',
  async ({ browser: { page: open }, rig: { url } }) => {
    const { page, complaints } = await open();
    await page.goto(`${url}/console/calls?memberId=M-1`);
    await page.click('tbody a');
    await page.waitForSelector(ENDED);
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const shown = (): Promise<number> => page.locator('[data-step]:visible').count();
    const all = await shown();
    const lastWait = Number(
      await page.evaluate(
        '[...document.querySelectorAll("[data-step]")].findLastIndex(({ dataset }) => dataset.gap > 1500)',
      ),
    );
    await page.focus('[data-as-of]');
    await page.keyboard.press('Home');
    assert.is(await shown(), 1);
    assert.match((await page.textContent('[data-stood-then]')) ?? '', /Being called.*No answer so far/);
    await page.fill('[data-as-of]', String(lastWait));
    assert.match((await page.textContent('[data-stood-then]')) ?? '', /Answers: 1 yes, 2 yes, 3 yes/);
    await page.click('[data-play]');
    await page.clock.runFor(1_200);
    await page.waitForSelector('text=/waits 0:01 of/');
    await page.click('[data-play]:has-text("Pause")');
    assert.is(await shown(), lastWait);
    await page.click('[data-play]');
    await page.click('[data-skip]:enabled');
    assert.ok((await shown()) > lastWait);
    await page.clock.runFor(60_000);
    await page.waitForSelector('[data-play]:has-text("Play")');
    assert.is(await shown(), all);
    assert.equal(complaints, []);
  },
);

test('without a script the telephone is plain forms', async ({ rig: { url } }) => {
  const at = `${url}/console/members/M-1/phone`;
  const look = async () => (await fetch(at)).text();
  const send = async (path: string, body: Record<string, string>) => {
    const init = {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams(body),
    } as const;
    const { status, headers } = await fetch(`${url}${path}`, init);
    assert.equal([status, headers.get('location')], [303, '/console/members/M-1/phone'], path);
  };
  const phone = '/console/members/M-1/phone';
  await send(`${phone}/take-up`, {});
  await send('/console/call-now', { memberId: 'M-1', key: 'plain', back: 'phone' });
  const ringing = await eventually('a phone that rings', async () => {
    const text = await look();
    return text.includes('data-state="connecting"') ? text : null;
  });
  assert.match(ringing, /<noscript>.*Look again/s);
  const call = /name="call" value="([^"]+)"/.exec(ringing)![1]!;
  await send(`${phone}/answer`, { call });
  await eventually('a prompt', async () => ((await look()).includes('available to talk') ? true : null));
  await send(`${phone}/keys`, { call, keys: '1' });
  assert.match(await look(), /You press 1\./);
  await send(`${phone}/hang-up`, { call });
  assert.match(await look(), /You hang up\..*The call is over\./s);
  await send(`${phone}/put-down`, {});
});

test.run();
