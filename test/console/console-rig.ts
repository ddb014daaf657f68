import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import type { CallApp } from '../../src/app/api.ts';
import type { Audit } from '../../src/audit/api.ts';
import type { Clock } from '../../src/base/clock.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import type { About } from '../../src/console/deps.ts';
import { buildServer } from '../../src/http/server.ts';
import type { Role } from '../../src/identity/staff.ts';
import { UNHURRIED } from '../support/application.ts';
import { memoryAudit } from '../support/memory-audit.ts';
import { NO_DESK } from '../support/no-desk.ts';

const HOST = '127.0.0.1';

/** Pages over an application, without a network. */
export type ConsoleRig = {
  readonly server: FastifyInstance;
  /** A page as somebody of this role sees it. */
  get(path: string, role?: Role): Promise<Answer>;
  /** A form of ours, sent. */
  post(path: string, fields: Readonly<Record<string, string>>, role?: Role): Promise<Answer>;
};

type Answer = { readonly status: number; readonly text: string; readonly location: string | undefined };

export type ConsoleRigOptions = {
  readonly app: CallApp;
  readonly audit?: Audit;
  readonly clock?: Clock;
  readonly about?: About;
};

export function consoleOver({ app, audit = memoryAudit(), clock = systemClock, about }: ConsoleRigOptions): ConsoleRig {
  const staff = { mode: 'loopback' } as const;
  let keys = 0;
  const freshId = () => `key-${++keys}`;
  const shown = { app, audit, desk: NO_DESK, staff, clock, freshId, telephones: null, ...(about && { about }) };
  const server = buildServer({
    app,
    audit,
    desk: NO_DESK,
    config: { publicBaseUrl: `http://${HOST}`, callbackUrlAllow: [], staff, limits: UNHURRIED },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    pages: (scope) => consoleRoutes(scope, shown),
  });
  const ask = async (options: InjectOptions, role: Role): Promise<Answer> => {
    const headers = { host: HOST, cookie: `callistra-seen-as=${role}`, ...options.headers };
    const response = await server.inject({ ...options, headers });
    return { status: response.statusCode, text: response.body, location: response.headers.location };
  };
  return {
    server,
    get: (url, role = 'Operator') => ask({ url }, role),
    post: (url, fields, role = 'Operator') =>
      ask(
        {
          method: 'POST',
          url,
          payload: String(new URLSearchParams(fields)),
          headers: { origin: `http://${HOST}`, 'content-type': 'application/x-www-form-urlencoded' },
        },
        role,
      ),
  };
}
