import type { Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { verifyExport } from '../../src/cli/commands/verify-export.ts';
import type { Output } from '../../src/cli/output.ts';
import type { Rig } from '../e2e/rig.ts';

const SILENT: Output = { line() {}, note() {}, json() {}, progress() {} };

/** The log is verified while somebody looks on, a call of M-1 is found and proven, and exported as one file that holds. */
export async function proveAndExport(page: Page, { url, server }: Rig): Promise<void> {
  await page.context().addCookies([{ name: 'callistra-seen-as', value: 'Compliance', url }]);
  await page.goto(`${url}/console/audit/verify`);
  await page.click('text=Make a checkpoint now');
  await page.waitForSelector('text=The newest covers');
  await page.click('text=Verify now');
  await page.waitForSelector('#progress >> text=Nothing was altered');

  await page.click('main >> text=Search');
  await page.fill('input[name=memberId]', 'M-1');
  await page.click('button.primary');
  await page.click('tbody a');
  await page.waitForSelector('#badge >> text=Whole');
  const [proof] = await Promise.all([page.waitForEvent('download'), page.click('text=Download its proof')]);
  assert.match(proof.suggestedFilename(), /^[0-9a-f-]{36}\.tlog-proof$/);

  await page.click('text=Export the call');
  await page.fill('input[name=name]', 'Court of Example');
  await page.selectOption('select[name=purpose]', 'HLEGAL');
  await page.click('text=Make the export');
  await page.waitForSelector('text=Not whole');
  await page.evaluate("document.querySelector('h1').dataset.kept = 'yes'");
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Download the file')]);
  await page.waitForSelector('#state >> text=The file has left, all of it');
  assert.is(await page.getAttribute('h1', 'data-kept'), 'yes', 'the page is the same');
  const records = await server.stores.log.read('checkpoints');
  const { verifierKey } = JSON.parse(records[0]!.data) as { verifierKey: string };
  assert.is(await verifyExport({ export: await download.path(), key: verifierKey, json: false }, SILENT), 0);
}
