import http from 'node:http';
import { serveWorker } from '../serve-worker.ts';

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const streams: http.ClientRequest[] = [];
let heard = 0;

/** Asks for a page so often, one request after the other. @returns how long each answer took, in milliseconds */
async function timePage(url: string, times: number, role: string): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startMs = performance.now();
    await page(url, role);
    took.push(performance.now() - startMs);
  }
  return took;
}

function page(url: string, role: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers: { cookie: `callistra-seen-as=${role}` } }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    });
    request.on('error', reject);
  });
}

/** Opens streams of news as so many browsers do; resolves when all are open. */
async function openStreams(url: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => openStream(url)));
}

function openStream(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/console/live`, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`a stream is answered ${response.statusCode}`));
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (text.includes('event: changed')) heard += 1;
      });
      response.on('error', () => undefined);
      resolve();
    });
    request.on('error', reject);
    streams.push(request);
  });
}

/** Closes them. @returns how often all of them together heard that something has changed */
function closeStreams(): number {
  for (const stream of streams.splice(0)) stream.destroy();
  const all = heard;
  heard = 0;
  return all;
}

const handlers = { timePage, openStreams, closeStreams };

export type BrowsersWorker = typeof handlers;

serveWorker(handlers);
