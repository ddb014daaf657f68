import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Rig, startRig } from '../e2e/rig.ts';
import { proveAndExport } from './audit-day.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';

const browser = await openBrowser();
const test = suite<{ rig: Rig; browser: OpenBrowser }>('a day in the console, in a browser');
// Without a browser that starts they are counted as skipped: what they show can only be seen in one.
const inBrowser = browser ? test : test.skip;

test.before(async (context) => {
  if (!browser) return;
  context.browser = browser;
  context.rig = await startRig({
    people: [{ behaviour: 'answers-all', name: 'Zerbinette Quacksalver' }, { behaviour: 'keeps-ringing' }],
    env: { TIME_SCALE: '20' },
  });
});
test.after(async ({ rig }) => {
  await browser?.close();
  await rig?.close();
});

const ENDED = '.outcome .tone:not(.tone-going-on)';

inBrowser(
  'a coordinator calls a member and sees the answers come in, without loading the page again',
  async (context) => {
    const { page, complaints } = await context.browser.page();
    await page.goto(context.rig.url);
    await page.fill('input[name=memberId]', 'M-1');
    await page.click('button.primary');
    await page.waitForURL(/\/console\/calls\/[0-9a-f-]{36}$/);
    await page.evaluate("document.querySelector('h1').dataset.kept = 'yes'");
    await page.waitForSelector(ENDED);
    await page.waitForSelector('.answers tbody tr:nth-child(3)');
    assert.match(await textOf(page, '.outcome'), /Completed/);
    assert.is(await page.getAttribute('h1', 'data-kept'), 'yes', 'the page is the same');
    assert.match(await textOf(page, '#steps'), /asked whether a person is there/);
    assert.equal(complaints, []);
  },
);

inBrowser('Compliance proves a call and gives it away, as one file that holds', async (context) => {
  const { page, complaints } = await context.browser.page();
  await proveAndExport(page, context.rig);
  assert.equal(complaints, []);
});

const PAGES = [
  '/console',
  '/console/calls',
  '/console/members',
  '/console/members/M-1',
  '/console/members/import',
  '/console/members/M-1/phone',
  '/console/calls/nobody',
];

inBrowser(
  'no page has anything serious against those who cannot see or use a mouse, light or dark',
  async (context) => {
    for (const dark of [false, true]) {
      const { page, complaints } = await context.browser.page({ dark });
      for (const path of [...PAGES, await pathOfACall(page, context.rig.url)]) {
        await page.goto(`${context.rig.url}${path}`);
        const axe = new AxeBuilder({ page });
        // In the dark only the colours are others.
        const rules = dark ? axe.withRules(['color-contrast']) : axe.withTags(['wcag2a', 'wcag2aa', 'wcag22aa']);
        const { violations } = await rules.analyze();
        assert.equal(
          violations.map(({ id, nodes }) => `${path}: ${id} ${nodes[0]?.html}`),
          [],
        );
      }
      assert.equal(complaints, []);
    }
  },
);

inBrowser('on a telephone of 320 px nothing is cut', async (context) => {
  const { page } = await context.browser.page({ width: 320, height: 700 });
  for (const path of [...PAGES, await pathOfACall(page, context.rig.url)]) {
    await page.goto(`${context.rig.url}${path}`);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.ok(Number(width) <= 320, `${path} is ${width} px wide`);
  }
});

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? '';
}

async function pathOfACall(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/console/calls?memberId=M-1`);
  return (await page.getAttribute('tbody a', 'href'))!;
}

test.run();
