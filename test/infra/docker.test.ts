import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listen } from '../support/loopback.ts';
import { namesOf, read, root } from './files.ts';

const dockerfile = read('Dockerfile');
const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
const last = stages.at(-1) ?? '';
const major = Number(/^FROM node:(\d+)/m.exec(dockerfile)?.[1]);
const ci = read('.github/workflows/ci.yml');
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

test('every stage is one Node, pinned by its digest, that the package allows and that CI tests', () => {
  const images = namesOf(dockerfile, /^FROM (\S+)/gm);
  assert.match(images[0]!, /^node:\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
  assert.equal(new Set(images.slice(1)), new Set(['base']));
  assert.ok(major >= Number(/>=(\d+)/.exec(packageJson.engines.node)?.[1]));
  const tested = /node: \[([\d, ]+)\]/.exec(ci)?.[1]?.split(',').map(Number) ?? [];
  assert.ok(tested.includes(major), `Node ${major}`);
  assert.is(major % 2, 0, 'odd releases get no long-term support');
});

test('the digest is kept by the bot that looks after the Dockerfile, and moves to no other major', () => {
  const [, bot = ''] = /package-ecosystem: docker\n([\s\S]*?)(?:\n {2}- |$)/.exec(read('.github/dependabot.yml')) ?? [];
  assert.match(bot, /directory: \/\n/);
  assert.match(bot, /dependency-name: node\n\s+update-types: \['version-update:semver-major'\]/);
});

test('it listens where a published port leads, and keeps its files in a folder of its user', () => {
  assert.match(last, /^ENV NODE_ENV=production HOST=0\.0\.0\.0 PORT=8080 DATA_DIR=\/data$/m);
  assert.match(last, /^RUN install -d -m 0700 -o node -g node \/data$/m);
  assert.match(last, /^EXPOSE 8080$/m);
});

test('the lines of the README are those that CI runs', () => {
  const lines = namesOf(read('README.md'), /^(docker .+)$/gm);
  assert.is(lines.length, 3);
  assert.match(lines.join('\n'), / -p 8080:8080 -v callistra:\/data -e SIMULATOR=true callistra$/);
  for (const line of lines) assert.match(ci, new RegExp(`^ +(?:- run: )?${literally(line)}(?: >.*)?$`, 'm'));
});

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

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
