import http from 'node:http';
import { serveWorker } from '../serve-worker.ts';

/** What is known of the calls of a run. */
export type Outcome = {
  /** Calls of which all three answers are shown. */
  readonly completed: number;
  /** Disposition and number of responses of the others, for the message. */
  readonly others: readonly string[];
};

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
const ids: string[] = [];

/**
 * Starts the calls of members `from` to `to` over HTTP, sixteen at a time.
 * @param key of staff, where they need one
 * @returns their ids, when all were accepted
 */
async function initiate(url: string, from: number, to: number, key?: string): Promise<string[]> {
  const before = ids.length;
  let next = from;
  const work = async (): Promise<void> => {
    for (let n = next++; n <= to; n = next++) {
      const { callSessionId } = await ask<{ callSessionId: string }>(
        'POST',
        `${url}/api/calls/initiate/M-${n}`,
        202,
        key,
      );
      ids.push(callSessionId);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return ids.slice(before);
}

/** Reads the status of every call that was started. */
async function outcome(url: string): Promise<Outcome> {
  let completed = 0;
  const others: string[] = [];
  for (const id of ids) {
    const call = await ask<{ disposition: string; responses: unknown[] }>('GET', `${url}/api/calls/status/${id}`, 200);
    if (call.disposition === 'completed' && call.responses.length === 3) completed += 1;
    else others.push(`${call.disposition} ${call.responses.length}`);
  }
  return { completed, others };
}

function ask<T>(method: string, url: string, expected: number, key?: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const request = http.request(url, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === expected) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject);
    request.end();
  });
}

const handlers = { initiate, outcome };

export type DriverWorker = typeof handlers;

serveWorker(handlers);
