import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveWorker } from '../serve-worker.ts';

/** Somebody's browser: the key it signs in with, the clock it reads, and the page it has open; `{call}` is the newest call. */
export type LiveBrowser = { readonly key: string; readonly zone: string; readonly path: string };

/** What all browsers did together. */
export type Seen = {
  /** How often one was told that something has changed. */
  readonly heard: number;
  readonly fetched: number;
  readonly bytes: number;
  /** In milliseconds, of every fetch. */
  readonly took: readonly number[];
};

type Open = LiveBrowser & {
  readonly agent: http.Agent;
  readonly headers: Record<string, string>;
  path: string;
  stream: http.ClientRequest | null;
  isFetching: boolean;
  isDue: boolean;
};

/** As `live.js` does. */
const PAUSE_MS = 1_000;
const AT_ONCE = 8;

let url = '';
let failure: Error | null = null;
const browsers: Open[] = [];
let seen = { heard: 0, fetched: 0, bytes: 0, took: [] as number[] };

/** Signs in, opens the page and listens, a few at a time: calls go on meanwhile, so that not all have the same before them. */
async function open(at: string, all: readonly LiveBrowser[]): Promise<void> {
  url = at;
  const left = [...all];
  const work = async (): Promise<void> => {
    for (let each = left.shift(); each; each = left.shift()) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const browser: Open = { ...each, agent, headers: {}, stream: null, isFetching: false, isDue: false };
      await signIn(browser);
      browsers.push(browser);
      await listen(browser);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function signIn(browser: Open): Promise<void> {
  const form = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
  const signedIn = await ask(browser, '/console/sign-in', form, new URLSearchParams({ key: browser.key }).toString());
  const cookie = String(signedIn.headers['set-cookie']?.[0]).split(';', 1)[0];
  browser.headers['cookie'] = `${cookie}; callistra-zone=${browser.zone}`;
  if (browser.path.includes('{call}')) {
    const list = await ask(browser, '/console/calls');
    browser.path = browser.path.replace('{call}', /data-newest="([^"]+)"/.exec(list.text)?.[1] ?? 'none');
  }
  const page = await ask(browser, browser.path);
  if (page.status !== 200) throw new Error(`${browser.path}: ${page.status}`);
  browser.headers['x-callistra-live'] = '1';
  const newest = /data-newest="([^"]+)"/.exec(page.text)?.[1];
  if (newest) browser.headers['x-callistra-newest'] = newest;
}

function listen(browser: Open): Promise<void> {
  return new Promise((resolve, reject) => {
    const { headers } = browser;
    browser.stream = http.get(`${url}/console/live`, { agent: false, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`a stream is answered ${response.statusCode}`));
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (text.includes('event: changed')) isTold(browser);
      });
      response.on('error', () => undefined);
      resolve();
    });
    browser.stream.on('error', reject);
  });
}

function isTold(browser: Open): void {
  seen.heard += 1;
  browser.isDue = true;
  if (!browser.isFetching) void bringUpToDate(browser);
}

async function bringUpToDate(browser: Open): Promise<void> {
  browser.isFetching = true;
  while (browser.isDue && browser.stream) {
    browser.isDue = false;
    const startMs = performance.now();
    try {
      const { status, text } = await ask(browser, browser.path);
      if (status !== 200) throw new Error(`${browser.path}: ${status}`);
      seen.bytes += text.length;
    } catch (error) {
      failure ??= error as Error;
    }
    seen.fetched += 1;
    seen.took.push(performance.now() - startMs);
    await sleep(PAUSE_MS);
  }
  browser.isFetching = false;
}

type Answer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly text: string };

function ask({ agent, headers }: Open, path: string, more: Record<string, string> = {}, body?: string) {
  return new Promise<Answer>((resolve, reject) => {
    const options = { agent, method: body === undefined ? 'GET' : 'POST', headers: { ...headers, ...more } };
    const request = http.request(`${url}${path}`, options, (response) => {
      let text = '';
      response.setEncoding('latin1');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** What has been done since the last time. @throws the first fetch that failed */
function whatWasSeen(): Seen {
  if (failure) throw failure;
  const all = seen;
  seen = { heard: 0, fetched: 0, bytes: 0, took: [] };
  return all;
}

function close(): void {
  for (const browser of browsers.splice(0)) {
    browser.stream?.destroy();
    browser.stream = null;
    browser.agent.destroy();
  }
}

const handlers = { open, whatWasSeen, close };

export type LiveBrowsersWorker = typeof handlers;

serveWorker(handlers);
