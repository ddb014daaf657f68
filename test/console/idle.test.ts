import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf } from '../http/keys.ts';
import { until } from '../support/until.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { signInRig } from './sign-in-rig.ts';

const browser = await openBrowser();
const test = suite<{ browser: OpenBrowser; url: string; rig: ReturnType<typeof signInRig> }>(
  'nobody there, in a browser',
);
// Without a browser that starts they are counted as skipped: what they show can only be seen in one.
const inBrowser = browser ? test : test.skip;

test.before(async (context) => {
  if (!browser) return;
  context.browser = browser;
  context.rig = signInRig();
  await context.rig.server.listen({ host: '127.0.0.1', port: 0 });
  context.url = `http://127.0.0.1:${(context.rig.server.server.address() as AddressInfo).port}`;
});
test.after(async ({ rig }) => {
  await browser?.close();
  await rig?.server.close();
});

const HIDDEN = 'html[data-away] .away';

/** Somebody has signed in, half typed a member, and gone. */
async function goneAway({ browser: one, url }: { browser: OpenBrowser; url: string }) {
  const { page, complaints } = await one.page();
  await page.clock.install();
  await page.goto(`${url}/console`);
  await signIn(page, 'anna');
  await page.waitForSelector('.who');
  // As a whole: a page that Turbo puts there is to be seen before it begins to count.
  await page.goto(`${url}/console`);
  await page.fill('input[name=memberId]', 'M-4');
  await page.clock.fastForward('14:30');
  await page.waitForSelector('.idle-warning');
  await page.clock.fastForward('00:31');
  await page.waitForSelector(HIDDEN);
  return { page, complaints };
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.fill('input[name=key]', keyOf(name));
  await page.click('button.primary');
}

async function signInBeside(page: Page, name: string): Promise<void> {
  const [second] = await Promise.all([page.context().waitForEvent('page'), page.click('.away a')]);
  await second.waitForSelector('input[name=key]');
  await signIn(second, name);
}

inBrowser('a page that nobody has a hand on is hidden, and its session ends', async (context) => {
  const { page, complaints } = await goneAway(context);
  assert.is(await page.isVisible('h1:has-text("Today")'), false);
  assert.is(await page.evaluate("document.querySelector('main').inert"), true);
  assert.is(await page.evaluate('document.activeElement.textContent'), 'Sign in again');
  const { violations } = await new AxeBuilder({ page }).include('.away').withTags(['wcag2a', 'wcag2aa']).analyze();
  assert.equal(
    violations.map(({ id }) => id),
    [],
  );
  const status = await page.evaluate("fetch('/console/session').then((answer) => answer.status)");
  assert.is(status, 401);
  assert.equal(complaints, []);
  await page.context().close();
});

inBrowser('the same person goes on with what was typed', async (context) => {
  const { page } = await goneAway(context);
  await signInBeside(page, 'anna');
  await page.waitForSelector('html:not([data-away]) h1:has-text("Today")');
  assert.is(await page.inputValue('input[name=memberId]'), 'M-4');
  assert.is(await page.evaluate("document.querySelector('main').inert"), false);
  await page.context().close();
});

inBrowser('another person starts afresh', async (context) => {
  const { page } = await goneAway(context);
  await signInBeside(page, 'coordinator');
  await page.waitForSelector('html:not([data-away]) .who:has-text("coordinator")');
  assert.is(await page.inputValue('input[name=memberId]'), '');
  await page.context().close();
});

const LISTEN = `
  window.hasHeard = false;
  new BroadcastChannel('callistra-session').addEventListener('message', () => { window.hasHeard = true; });
`;

inBrowser('whoever has a hand on the page stays, and so do their other tabs', async (context) => {
  const { page } = await context.browser.page();
  await page.clock.install();
  await page.goto(`${context.url}/console`);
  await signIn(page, 'anna');
  await page.waitForSelector('input[name=memberId]');
  const other = await page.context().newPage();
  await other.goto(`${context.url}/console`);
  for (let minutes = 0; minutes < 20; minutes += 10) {
    // Of all tabs of the browser.
    await page.clock.fastForward('10:00');
    await other.evaluate(LISTEN);
    await page.keyboard.press('Tab');
    await until('the other tab hears of it', () => other.evaluate('window.hasHeard'));
  }
  for (const each of [page, other]) assert.is(await each.isVisible('h1:has-text("Today")'), true);
  await page.context().close();
});

test.run();
