import { pino } from 'pino';
import { systemClock } from '../../src/composition/system-clock.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import type { HttpLimits } from '../../src/http/limits.ts';
import { buildServer } from '../../src/http/server.ts';
import { fakeApp } from '../http/fake-app.ts';
import { memoryAudit } from '../support/memory-audit.ts';

/** The console before an application and an audit that do as they are told, on loopback. */
export function toldConsole(limits: Partial<HttpLimits> = {}) {
  const fake = fakeApp();
  const { app, desk } = fake;
  const audit = memoryAudit();
  const staff = { mode: 'loopback' } as const;
  const server = buildServer({
    app,
    desk,
    audit,
    config: { publicBaseUrl: 'http://127.0.0.1', callbackUrlAllow: [], staff, limits },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    pages: (scope) =>
      consoleRoutes(scope, { app, audit, desk, staff, clock: systemClock, freshId: () => 'fresh', telephones: null }),
  });
  return { server, audit, fake };
}

export type ToldConsole = ReturnType<typeof toldConsole>;

/** Sends a form of the console's own. @param role as whom the console is seen; absent: a Coordinator */
export function send({ server }: ToldConsole, url: string, fields: Readonly<Record<string, string>>, role?: string) {
  return server.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      host: '127.0.0.1',
      origin: 'http://127.0.0.1',
      ...(role !== undefined && { cookie: `callistra-seen-as=${role}` }),
    },
    payload: `${new URLSearchParams(fields)}`,
  });
}
