import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A browser, and what its pages complained of. */
export type OpenBrowser = {
  /** A page of its own session. `complaints`: errors of the console and of scripts, and requests to other hosts. */
  page(options?: PageOptions): Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
  close(): Promise<void>;
};

type PageOptions = { readonly width?: number; readonly height?: number; readonly dark?: boolean };

/** Where a browser may be installed; on Linux x64 one comes with the packages. */
const INSTALLED = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** How many times slower than this machine the pages' processor is to be: `BROWSER_SLOWNESS=10 npm test -- ^console` finds tests that hang on its speed. */
const SLOWNESS = Number(process.env['BROWSER_SLOWNESS'] ?? 1);

/** Null where there is none that starts: then its tests are counted as skipped. */
export async function openBrowser(): Promise<OpenBrowser | null> {
  // Unpacked into a folder of its own: another version's would be taken as it is.
  const home = await mkdtemp(join(tmpdir(), 'callistra-browser-'));
  const browser = (await fromPackage(home)) ?? (await installed());
  if (!browser) {
    await rm(home, { recursive: true, force: true });
    return null;
  }
  return {
    async page({ width = 1_200, height = 900, dark = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
      });
      const page = await context.newPage();
      if (SLOWNESS > 1) {
        const wire = await context.newCDPSession(page);
        await wire.send('Emulation.setCPUThrottlingRate', { rate: SLOWNESS });
      }
      return { page, complaints: complaintsOf(page) };
    },
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function fromPackage(home: string): Promise<Browser | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = home;
  try {
    return await launch(await sparticuz.executablePath());
  } catch {
    return null;
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

async function installed(): Promise<Browser | null> {
  for (const path of INSTALLED.filter((each) => existsSync(each))) {
    const browser = await launch(path).catch(() => null);
    if (browser) return browser;
  }
  return null;
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'], headless: true });
}

/** The browser itself writes a line for each answer of 4xx or 5xx, also for one that was asked for. */
const OF_STATUS = /^Failed to load resource: the server responded with a status of/;

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isOurs = message.type() === 'error' || message.type() === 'warning';
    if (isOurs && !OF_STATUS.test(message.text())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') complaints.push(`request to ${hostname}`);
  });
  return complaints;
}
