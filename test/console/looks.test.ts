import { pino } from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../src/composition/system-clock.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import { buildServer } from '../../src/http/server.ts';
import { LogError } from '../../src/log/port.ts';
import { fakeApp } from '../http/fake-app.ts';
import { CALL } from '../http/samples.ts';
import { memoryAudit } from '../support/memory-audit.ts';

const REPLAY = { callSessionId: CALL, memberId: 'M-1', phoneNumber: '+*******2001', steps: [], flaws: [], entries: [] };

function rig() {
  const { app, desk } = fakeApp();
  const audit = memoryAudit();
  audit.knows = { call: async () => REPLAY };
  const staff = { mode: 'loopback' } as const;
  const server = buildServer({
    app,
    desk,
    audit,
    config: { publicBaseUrl: 'http://127.0.0.1', callbackUrlAllow: [], staff },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    pages: (scope) =>
      consoleRoutes(scope, { app, audit, staff, clock: systemClock, freshId: () => 'fresh', telephones: null }),
  });
  return { server, audit };
}

/** Somebody waits at it from `reached` on, until it is opened. */
function gateOf() {
  let [open, arrive]: (() => void)[] = [];
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const gate = {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited, and tells of it
    then(...handlers: Parameters<Promise<void>['then']>) {
      arrive?.();
      return opened.then(...handlers);
    },
  };
  return { gate: gate as Promise<void>, reached, open: () => open?.() };
}

const SHOWING = ['/console', '/console/calls', `/console/calls/${CALL}`, '/console/members', '/console/members/M-1'];

test('a look that cannot be put down shows nothing of anybody, and says so', async () => {
  const { server, audit } = rig();
  audit.failure = new LogError('LOG_UNAVAILABLE', 'away');
  for (const url of SHOWING) {
    const { statusCode, body, headers } = await server.inject({ url });
    assert.equal([statusCode, headers['retry-after']], [503, '5'], url);
    assert.match(body, /nothing is shown|Nothing is lost/);
    // The page's own address, to try again.
    assert.not.match(body.replaceAll(url, ''), /M-1|2001|Canary/);
  }
  await server.close();
});

test('every page that shows somebody has one look that names who was shown, and waits for it', async () => {
  const { server, audit } = rig();
  for (const url of SHOWING) {
    audit.seen.length = 0;
    const { gate, reached, open } = gateOf();
    audit.gate = gate;
    let isAnswered = false;
    const answer = server.inject({ url }).then((response) => {
      isAnswered = true;
      return response;
    });
    await reached;
    assert.is(isAnswered, false, url);
    open();
    assert.is((await answer).statusCode, 200, url);
    assert.equal(
      audit.seen.map(({ members, actor }) => [members, actor]),
      [[['M-1'], 'coordinator:local']],
      url,
    );
  }
  await server.close();
});

test.run();
