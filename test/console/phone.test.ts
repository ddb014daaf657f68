import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Rig, startRig } from '../e2e/rig.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';

const browser = await openBrowser();
const test = suite<{ rig: Rig; browser: OpenBrowser }>('a telephone in the browser');
const inBrowser = browser ? test : test.skip;

test.before(async (context) => {
  if (!browser) return;
  context.browser = browser;
  // As slow as people are: whoever is at the telephone has ten seconds for a key.
  context.rig = await startRig({ people: [{ behaviour: 'busy' }], env: { TIME_SCALE: '1' } });
});
test.after(async ({ rig }) => {
  await browser?.close();
  await rig?.close();
});

const ENDED = '.outcome .tone:not(.tone-going-on)';

inBrowser(
  'somebody is the member on the telephone: it rings, speaks, and what is pressed are the answers',
  async (context) => {
    const { url } = context.rig;
    const { page: phone, complaints } = await context.browser.page();
    await phone.goto(`${url}/console/members/M-1`);
    await phone.click('text=Be this member');
    await phone.click('text=Take it up');
    await phone.waitForSelector('text=Waiting for a call');
    const { page } = await context.browser.page();
    await page.goto(`${url}/console/members/M-1`);
    await page.click('button.primary');
    await phone.click('[data-deed=answer]');
    for (const words of [/available to talk/, /medication/, /appointment/, /care team/]) {
      await phone.locator('[data-heard=said]', { hasText: words }).first().waitFor();
      await phone.click('.keypad button[value="1"]');
    }
    await page.waitForSelector('.answers tbody tr:nth-child(3)');
    await page.waitForSelector(ENDED);
    assert.match(await textOf(page, '.outcome'), /Completed/);
    assert.equal(complaints, []);
  },
);

inBrowser(
  'a call that is declined on the telephone is told as declined, and the member can be given back',
  async (context) => {
    const { url } = context.rig;
    const { page: phone } = await context.browser.page();
    await phone.goto(`${url}/console/members/M-1/phone`);
    const { page } = await context.browser.page();
    await page.goto(`${url}/console/members/M-1`);
    await page.click('button.primary');
    await phone.click('[data-deed=decline]');
    await page.waitForSelector(ENDED);
    assert.match(await textOf(page, '.outcome'), /Declined/);
    await phone.click('text=Give it back');
    await phone.waitForSelector('text=are answered by a virtual member');
  },
);

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? '';
}

test.run();
