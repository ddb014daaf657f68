import http from 'node:http';
import { serveWorker } from '../serve-worker.ts';

/** A page somebody asks for; with a form it is sent. */
export type PageAsked = {
  readonly path: string;
  readonly role?: string;
  readonly form?: Readonly<Record<string, string>>;
};

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Asks for a page so often, one request after the other. @returns how long each answer took, in milliseconds */
async function timePage(url: string, asked: PageAsked, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startMs = performance.now();
    await page(url, asked);
    took.push(performance.now() - startMs);
  }
  return took;
}

function page(url: string, { path, role = 'Coordinator', form }: PageAsked): Promise<void> {
  const headers = {
    cookie: `callistra-seen-as=${role}`,
    ...(form && { origin: url, 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}${path}`, { agent, headers, method: form ? 'POST' : 'GET' }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${response.statusCode}`)),
      );
    });
    request.on('error', reject);
    request.end(form && new URLSearchParams(form).toString());
  });
}

const handlers = { timePage };

export type BrowsersWorker = typeof handlers;

serveWorker(handlers);
