import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rawConnection } from '../support/raw-connection.ts';
import { pause } from '../support/until.ts';
import { EVENTS_URL, event } from './samples.ts';

const PROCESS = fileURLToPath(new URL('freezing-process.ts', import.meta.url));
/** Twice what the loop may be late. */
const FROZEN_MS = 2_800;
const WAITING = 40;

test('callbacks that waited in the sockets of a suspended process are taken when it goes on, and so is what staff asks', async () => {
  const child = fork(PROCESS, { execArgv: ['--import', 'tsx'] });
  try {
    const { port, token } = await new Promise<{ port: number; token: string }>((resolve) => {
      // Others speak over the same channel, such as the loader.
      child.on('message', (news: { port?: number; token?: string }) => {
        if (news.port !== undefined && news.token !== undefined) resolve({ port: news.port, token: news.token });
      });
    });
    const body = JSON.stringify(event());
    const head = `POST ${EVENTS_URL} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n`;
    const callback = `${head}authorization: Bearer ${token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const look = 'GET /api/calls HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    const ask = () =>
      Promise.all(Array.from({ length: WAITING }, (_, index) => rawConnection(port, index % 10 ? callback : look)));
    // The first of all are slow, which is another matter.
    await Promise.all((await ask()).map(({ ended }) => ended));
    child.kill('SIGSTOP');
    const clients = await ask();
    await pause(FROZEN_MS);
    child.kill('SIGCONT');
    const answers = await Promise.all(clients.map(({ ended }) => ended));
    const statuses = new Set(answers.map((answer) => answer.slice(0, 'HTTP/1.1 200'.length)));
    assert.equal([...statuses], ['HTTP/1.1 200']);
  } finally {
    child.kill('SIGKILL');
  }
});

test.run();
