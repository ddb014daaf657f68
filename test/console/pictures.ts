// Makes the pictures of the papers anew, from the demonstration's data: `npm run pictures`.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { runDemo } from '../../src/cli/demo/run.ts';
import { openBrowser } from './browser.ts';

const FOLDER = fileURLToPath(new URL('../../.github/pictures/', import.meta.url));
const SIZE = { width: 1_100, height: 720 };

/** What is done on the way to a picture, from a page that is there. */
type Picture = {
  readonly name: string;
  readonly dark: boolean;
  readonly take: (page: Page, url: string) => Promise<void>;
};

const PICTURES: readonly Picture[] = [
  { name: 'today', dark: false, take: async (page, url) => void (await page.goto(`${url}/console`)) },
  { name: 'call', dark: false, take: showFilm },
  { name: 'call-dark', dark: true, take: showFilm },
  { name: 'phone', dark: false, take: showPhone },
];

/** Of the member who presses a wrong key once: in the middle of its questions. */
async function showFilm(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console/calls?memberId=M-1005`);
  await page.click('tbody a');
  await page.fill('[data-as-of]', '16');
}

/** A call that has been picked up, and waits for the second key. */
async function showPhone(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console/members/M-1001/phone`);
  await page.click('text=Take it up');
  await page.click('text=Call now');
  await page.click('[data-deed=answer]');
  await page.waitForSelector('[data-heard=said]');
  await page.keyboard.press('1');
  await page.waitForSelector('[data-heard=said] >> text=Question one');
  await page.waitForSelector('[data-phone-left]');
}

const quiet = { line: () => {}, note: () => {}, json: () => {}, progress: () => {} };
const browser = await openBrowser();
if (!browser) throw new Error('pictures need a browser, and none starts');
const demo = await runDemo({ timeScale: 20, seed: 1 }, quiet);
const { url, close } = await demo.goOn();
mkdirSync(FOLDER, { recursive: true });
for (const { name, dark, take } of PICTURES) {
  const { page } = await browser.page({ ...SIZE, dark });
  await take(page, url);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
}
await browser.close();
await close();
await demo.cleanUp();
