import { pino } from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildServer } from '../../src/http/server.ts';
import { fakeApp } from '../http/fake-app.ts';
import { memoryAudit } from '../support/memory-audit.ts';
import { NO_DESK } from '../support/no-desk.ts';
import { codeIn, paper, rowsUnder } from './markdown.ts';

/** Every route that the server registers, as `GET /api/calls/status/{id}`. */
async function registered(): Promise<string[]> {
  const routes = new Set<string>();
  const server = buildServer({
    app: fakeApp().app,
    audit: memoryAudit(),
    desk: NO_DESK,
    config: { publicBaseUrl: 'https://calls.example', callbackUrlAllow: [], staff: { mode: 'loopback' } },
    callbackVerifier: { verify: async () => 'invalid' },
    logger: pino({ level: 'silent' }),
    version: 'test',
  });
  // Routes are registered when the server becomes ready.
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.add(`${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
  await server.ready();
  await server.close();
  // Fastify makes a HEAD of every GET.
  return [...routes].filter((route) => !route.startsWith('HEAD '));
}

const listed = rowsUnder(paper('src/http/README.md').text, 'route').flatMap(([first = '']) => codeIn(first));

/** What the page of the description needs beside itself. */
const isOfTheDocs = (route: string): boolean => /^GET \/docs\/(?!json$)/.test(route);

test('every route that the server has is in the table', async () => {
  const routes = await registered();
  assert.ok(routes.length > 12);
  assert.equal(
    routes.filter((route) => !listed.includes(route) && !isOfTheDocs(route)),
    [],
  );
});

test('every route in the table is one that the server has', async () => {
  const routes = await registered();
  assert.equal(
    listed.filter((route) => !routes.includes(route)),
    [],
  );
});

test('every route says who may use it', () => {
  const rows = rowsUnder(paper('src/http/README.md').text, 'route');
  assert.equal(
    rows.filter(([, who = '']) => who === ''),
    [],
  );
});

test.run();
