import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createSessions } from '../../src/audit/sessions/sessions.ts';
import { consoleRoutes } from '../../src/console/console.ts';
import type { SignIn } from '../../src/console/deps.ts';
import { buildServer } from '../../src/http/server.ts';
import { createSeal } from '../../src/identity/seal.ts';
import type { ApiKey, StaffConfig } from '../../src/identity/staff.ts';
import type { CallEventLog } from '../../src/log/port.ts';
import { fakeApp } from '../http/fake-app.ts';
import { KEYS } from '../http/keys.ts';
import { UNHURRIED } from '../support/application.ts';
import { type MemoryAudit, memoryAudit } from '../support/memory-audit.ts';
import { memoryLog } from '../support/memory-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';

export const PUBLIC = 'https://calls.example';
export const MINUTE = 60_000;

type Answer = {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
};

type Asked = { readonly form?: Readonly<Record<string, string>>; readonly headers?: Readonly<Record<string, string>> };

type RigOptions = {
  readonly entra?: SignIn['entra'];
  readonly clock?: ReturnType<typeof virtualClock>;
  readonly maxFailures?: number;
  readonly secrets?: readonly string[];
  readonly audit?: MemoryAudit;
};

export const sealsOf = (secrets: readonly string[]): SignIn['seals'] => {
  const keys = secrets.map((secret) => Buffer.from(secret));
  return { session: createSeal(keys, 'session'), flow: createSeal(keys, 'flow') };
};

/**
 * A console that people sign in to, with time that stands still. `keys` may be replaced; `sessionsAgain`: what another process knows
 * by the same log.
 */
export function signInRig(options: RigOptions = {}) {
  const { entra = null, clock = virtualClock(), maxFailures = 0, secrets = ['s'.repeat(32)] } = options;
  const log = memoryLog();
  const trouble: { error: Error | null } = { error: null };
  const read: CallEventLog['read'] = async (...asked) => {
    if (trouble.error) throw trouble.error;
    return log.read(...asked);
  };
  const sessionsAgain = () => createSessions({ log: { ...log, read }, clock, freshId: randomUUID });
  const audit = options.audit ?? { ...memoryAudit(), sessions: sessionsAgain() };
  const { app, desk } = fakeApp();
  const held: { keys: readonly ApiKey[] } = { keys: KEYS.mode === 'api-keys' ? KEYS.keys : [] };
  const staff: StaffConfig = {
    mode: 'api-keys',
    get keys() {
      return held.keys;
    },
  };
  const signIn = { publicBaseUrl: PUBLIC, idleMs: 15 * MINUTE, seals: sealsOf(secrets), entra };
  const server = buildServer({
    app,
    desk,
    audit,
    config: { publicBaseUrl: PUBLIC, callbackUrlAllow: [], staff, limits: { ...UNHURRIED, maxFailures } },
    callbackVerifier: { verify: async () => 'ok' },
    logger: pino({ level: 'silent' }),
    version: 'test',
    monotonicMs: clock.monotonicMs,
    pages: (scope) =>
      consoleRoutes(scope, { app, audit, desk, staff, clock, freshId: () => 'fresh', telephones: null, signIn }),
  });
  const failLog = (error: Error | null): void => {
    trouble.error = error;
  };
  return {
    server,
    audit,
    clock,
    held,
    sessionsAgain,
    failLog,
    browser: (cookies?: ReadonlyMap<string, string>) => browserOf(server, cookies),
  };
}

/** Somebody's browser: it keeps cookies, and says of a form which page it is from. */
function browserOf(server: ReturnType<typeof buildServer>, before: ReadonlyMap<string, string> = new Map()) {
  const cookies = new Map(before);
  const ask = async (method: 'GET' | 'POST', url: string, { form, headers = {} }: Asked = {}): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await server.inject({
      method,
      url,
      headers: {
        host: 'calls.example',
        ...(cookie !== '' && { cookie }),
        ...(method === 'POST' && { origin: PUBLIC, 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(form && { payload: new URLSearchParams(form).toString() }),
    });
    for (const { name, value, maxAge, expires } of response.cookies as Cookie[]) {
      if (value === '' || maxAge === 0 || (expires && expires.getTime() === 0)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const { statusCode: status, body: text } = response;
    return { status, text, location: response.headers.location, headers: response.headers };
  };
  return {
    cookies,
    get: (url: string, asked?: Asked) => ask('GET', url, asked),
    post: (url: string, form: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}) =>
      ask('POST', url, { form, headers }),
  };
}

type Cookie = { readonly name: string; readonly value: string; readonly maxAge?: number; readonly expires?: Date };

/** A stream over a real connection, as far as its head; `ended`: when the server lets go of it. */
export async function streamOf({ server }: ReturnType<typeof buildServer>, cookies: ReadonlyMap<string, string>) {
  const { port } = server.address() as AddressInfo;
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const asked = request({
    port,
    path: '/console/live',
    headers: { host: 'calls.example', cookie },
    agent: false,
  }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const ended = once(response.resume(), 'end');
  return { status: response.statusCode, ended };
}
