import type { Locator, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initiate, type Rig, startRig, untilEnded } from '../e2e/rig.ts';
import { until } from '../support/until.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { type Line, lineTo } from './line.ts';

const browser = await openBrowser();
const test = suite<{ rig: Rig; line: Line; browser: OpenBrowser }>('lists that are left open, and keys, in a browser');
const inBrowser = browser ? test : test.skip;

test.before(async (context) => {
  if (!browser) return;
  context.browser = browser;
  const people = Array.from({ length: 4 }, () => ({ behaviour: 'keeps-ringing' }) as const);
  context.rig = await startRig({ people, env: { TIME_SCALE: '1' } });
  context.line = await lineTo(context.rig.url);
});
test.after(async ({ rig, line }) => {
  await browser?.close();
  await line?.close();
  await rig?.close();
});

const NEW = '[data-show-new]';

/** Afterwards nothing of it changes any more. */
async function cancel({ url, server }: Rig, callSessionId: string): Promise<void> {
  const answer = await fetch(`${url}/api/calls/${callSessionId}/cancel`, { method: 'POST' });
  assert.is(answer.status, 202);
  await untilEnded(url, callSessionId);
  await server.app.idle();
}

/** Time passes as long as it takes. */
function later(page: Page, shown: Locator): Promise<void> {
  const holds = async (): Promise<boolean> => {
    await page.clock.runFor(100);
    return shown.isVisible();
  };
  return until('what is live', holds, 100);
}

/** Notes when whoever hears the page is told something, and what. */
const NOTING_WHEN = `
  window.heard = [];
  new MutationObserver(() => window.heard.push([performance.now(), document.querySelector('[data-announcer]').textContent]))
    .observe(document.querySelector('[data-announcer]'), { childList: true });
`;

function focused(page: Page): Promise<string | null> {
  return page.evaluate('document.activeElement.id || document.activeElement.closest("tr")?.id || null');
}

inBrowser(
  'what is new waits to be asked for, and what is shown changes in place, under a word half typed',
  async (context) => {
    const { url } = context.rig;
    const { page, complaints } = await context.browser.page();
    await page.goto(`${url}/console/calls`);
    await page.locator('.empty').waitFor();
    const first = await initiate(url, 'M-1');
    const row = page.locator(`#call-${first}`);
    await row.waitFor();
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.evaluate(NOTING_WHEN);
    await page.focus('input[name=memberId]');
    await page.keyboard.type('M-');
    const second = await initiate(url, 'M-2');
    await later(page, page.locator(NEW, { hasText: '1 new call' }));
    await cancel(context.rig, first);
    await later(page, row.locator('.tone-not-reached'));
    const third = await initiate(url, 'M-3');
    await later(page, page.locator(NEW, { hasText: '2 new calls' }));
    await page.keyboard.type('1');
    assert.is(await page.inputValue('input[name=memberId]'), 'M-1');
    await page.clock.runFor(10_000);
    await page.click(NEW);
    await later(page, page.locator(`#call-${second}`));
    assert.match((await focused(page)) ?? '', /^call-/);
    assert.equal([await page.locator('tbody tr').count(), await page.inputValue('input[name=memberId]')], [3, 'M-1']);
    const heard = await page.evaluate<[ms: number, words: string][]>('window.heard');
    assert.match(heard.map(([, words]) => words).join(), /1 new call.*2 new calls/);
    for (const [index, [ms]] of heard.entries()) assert.ok(index === 0 || ms - heard[index - 1]![0] >= 10_000);
    for (const call of [second, third]) await cancel(context.rig, call);
    assert.equal(complaints, []);
  },
);

inBrowser(
  'a connection that breaks is said to be broken, keeps what is typed, and comes back by itself',
  async (context) => {
    const { line, rig } = context;
    const { page } = await context.browser.page();
    const call = await initiate(rig.url, 'M-1');
    await until('the call is in the list', async () =>
      (await (await fetch(`${rig.url}/api/calls`)).text()).includes(call),
    );
    // What changed while the page was loaded is fetched as soon as the stream is there: from then on nothing is due.
    const fetched = page.waitForResponse((answer) => answer.request().headers()['x-callistra-live'] === '1');
    await page.goto(`${line.url}/console/calls`);
    await fetched;
    const state = page.locator('[data-live-state]');
    await page.locator(`#call-${call}`).waitFor();
    await page.clock.install();
    line.cut();
    await state.filter({ hasText: /^Not live since \d\d:\d\d$/ }).waitFor();
    await page.fill('input[name=memberId]', 'M-2');
    await page.click('.filter button');
    await page.locator('[data-unsent]', { hasText: 'What you typed is still here' }).waitFor();
    assert.is(await page.inputValue('input[name=memberId]'), 'M-2');
    await cancel(rig, call);
    line.mend();
    await page.clock.fastForward(60_000);
    await page.locator(`#call-${call} .tone-not-reached`).waitFor();
    await state.filter({ hasText: /^Live$/ }).waitFor();
  },
);

inBrowser(
  'what cannot be put down, or is removed, is said to be so, and what was shown stays',
  async ({ browser, rig: { url } }) => {
    const { page } = await browser.page();
    await page.goto(`${url}/console/members/M-3`);
    const state = page.locator('[data-live-state]', { hasText: 'Live' });
    await state.waitFor();
    const shown = await page.textContent('#calls');
    let refused = true;
    await page.route('**/console/members/M-3', (route) =>
      refused
        ? route.fulfill({ status: 503, contentType: 'text/html', body: '<section id="calls">other</section>' })
        : route.continue(),
    );
    await page.evaluate('document.dispatchEvent(new Event("callistra:ask"))');
    await page.locator('[data-live-state]', { hasText: /^Not live since/ }).waitFor();
    assert.is(await page.textContent('#calls'), shown);
    refused = false;
    const headers = { 'x-reason': 'left' };
    assert.is((await fetch(`${url}/api/members/M-3`, { method: 'DELETE', headers })).status, 200);
    await page.locator('[data-live-state]', { hasText: /^Not there any more/ }).waitFor();
    assert.is(await page.textContent('#calls'), shown);
  },
);

/** As another build would answer: the folder of its files has another name. */
const OTHER_RELEASE = '/console/assets/ffffffffffffffff/';

inBrowser(
  'a server that is upgraded under a half-filled form takes it, and each key still counts once',
  async ({ browser, rig: { url } }) => {
    const { page, complaints } = await browser.page();
    await page.goto(`${url}/console`);
    await page.fill('input[name=memberId]', 'M-404');
    await page.evaluate('window.isOld = true');
    const ran: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes(OTHER_RELEASE) && request.resourceType() === 'script') ran.push(request.url());
    });
    await page.route(/\/console(?!\/(?:assets|live))/, async (route) => {
      const answer = await route.fetch({ maxRedirects: 0 });
      const body = (await answer.text()).replaceAll(/\/console\/assets\/[0-9a-f]+\//g, OTHER_RELEASE);
      await route.fulfill({ response: answer, body });
    });
    await page.click('text=Call now');
    await page.locator('text=No member has this id').waitFor();
    assert.is(await page.evaluate('window.isOld'), true, 'nothing was loaded over what was wrong');
    assert.equal(ran, [], 'scripts of both releases would hear each key');
    await page.click('nav a[href="/console/calls"]');
    const isWhole = 'window.isOld === undefined && document.querySelector("[data-live-line]")?.hidden === false';
    // While it is loaded anew there is nothing to ask.
    await until(
      'the page is loaded as a whole',
      async () => (await page.evaluate(isWhole).catch(() => false)) === true,
      50,
    );
    const rows = await page.evaluate<string[]>('[...document.querySelectorAll("tbody tr")].map(({ id }) => id)');
    for (const key of 'jj') await page.keyboard.press(key);
    assert.is(await focused(page), rows[1]);
    assert.equal(complaints, []);
  },
);

inBrowser(
  'ten tabs share one stream, one that is paused waits, and another takes over from one that is closed',
  async (context) => {
    const { url } = context.rig;
    const { page: first } = await context.browser.page();
    const streams: string[] = [];
    first.context().on('request', (request) => {
      if (request.url().endsWith('/console/live')) streams.push(request.url());
    });
    const list = `${url}/console/calls?memberId=M-4`;
    await first.goto(list);
    const others: Page[] = [];
    for (let tab = 2; tab <= 10; tab += 1) {
      const page = await first.context().newPage();
      await page.goto(list);
      others.push(page);
    }
    const [paused, ...live] = others;
    await paused!.click('[data-pause]');
    const call = await initiate(url, 'M-4');
    await Promise.all([first, ...live].map((page) => page.locator(`#call-${call}`).waitFor()));
    assert.is(streams.length, 1);
    assert.is(await paused!.locator(`#call-${call}`).count(), 0);
    await paused!.click('[data-pause]');
    await first.close();
    await cancel(context.rig, call);
    await Promise.all(others.map((page) => page.locator(`#call-${call} .tone-not-reached`).waitFor()));
    assert.is(streams.length, 2);
  },
);

inBrowser(
  'keys go to pages and through rows, and do nothing in a field or when they are switched off',
  async (context) => {
    const { page } = await context.browser.page();
    await page.goto(`${context.rig.url}/console/members`);
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    // The address is there before the page.
    await page.locator('h1', { hasText: 'Calls' }).waitFor();
    const rows = await page.evaluate<string[]>('[...document.querySelectorAll("tbody tr")].map(({ id }) => id)');
    for (const key of 'jjjk') await page.keyboard.press(key);
    assert.is(await focused(page), rows[1]);
    await page.keyboard.press('?');
    await page.locator('dialog#keys[open]').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('Escape');
    assert.is(await focused(page), rows[1]);
    await page.keyboard.press('/');
    await page.keyboard.type('gm/?j');
    assert.is(await page.inputValue('[data-search]'), 'gm/?j');
    assert.is(await page.locator('dialog#keys[open]').count(), 0);
    await page.locator('tbody a').first().focus();
    await page.evaluate('document.documentElement.dataset.shortcuts = "off"');
    for (const key of 'j?') await page.keyboard.press(key);
    assert.equal([await focused(page), await page.locator('dialog#keys[open]').count()], [rows[0], 0]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/calls\/[0-9a-f-]{36}$/);
  },
);

test.run();
