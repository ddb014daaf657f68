import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../support/loopback.ts';
import { namesOf, read, root } from './bicep.ts';

const dockerfile = read('Dockerfile');
const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
const last = stages.at(-1) ?? '';
const major = Number(/^ARG NODE=(\d+)$/m.exec(dockerfile)?.[1]);
const packageJson = JSON.parse(read('package.json'));

/** The command in a list, as in `CMD ["node", "x"]`, at the end of a line that begins with `before`. */
function commandAfter(before: RegExp): string[] {
  return JSON.parse(new RegExp(`${before.source}CMD (\\[.*\\])$`, 'm').exec(last)?.[1] ?? '[]');
}

test('what builds it is not in it', () => {
  assert.ok(stages.length > 1);
  assert.match(dockerfile, /^RUN npm ci --omit=dev/m);
  assert.not.match(last, /\bnpm\b|COPY src/);
});

test('every stage is the same Node, one that the package allows and that CI tests', () => {
  for (const stage of stages) assert.match(stage, /^FROM node:\$\{NODE\}-bookworm-slim/);
  assert.ok(major >= Number(/>=(\d+)/.exec(packageJson.engines.node)?.[1]));
  const tested = /node: \[([\d, ]+)\]/.exec(read('.github/workflows/ci.yml'))?.[1]?.split(',').map(Number) ?? [];
  assert.ok(tested.includes(major), `Node ${major}`);
  assert.is(major % 2, 0, 'odd releases get no long-term support');
});

test('it does not run as root', () => {
  assert.equal(namesOf(last, /^USER (\w+)$/gm), ['node']);
  assert.ok(last.indexOf('\nUSER node') < last.indexOf('\nCMD'));
});

test('it starts as npm start does', () => {
  assert.is(commandAfter(/^/).join(' '), packageJson.scripts.start);
});

test('what it copies exists and is let through, and nothing else is', () => {
  const rules = read('.dockerignore').trim().split('\n');
  assert.is(rules[0], '*');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  for (const name of copied) assert.ok(existsSync(join(root, name)), name);
  assert.equal(rules.slice(1).sort(), [...new Set(copied)].map((name) => `!${name}`).sort());
});

/** Exit code of the image's health check against a server that answers with `status`. */
async function checkAgainst(status: number): Promise<number> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  });
  const { port, close } = await listen(server);
  const [, ...args] = commandAfter(/^HEALTHCHECK .*\\\n\s+/);
  const check = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: 'ignore' });
  const [code] = await once(check, 'exit');
  await close();
  assert.equal(asked, ['/health/live']);
  return code;
}

test('its health check passes when the server answers that it lives', async () => {
  assert.is(await checkAgainst(200), 0);
});

test('its health check fails when the server answers anything else', async () => {
  assert.is(await checkAgainst(503), 1);
});

test.run();
