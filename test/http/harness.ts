import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { pino } from 'pino';
import type { CallRows } from '../../projections/ports.ts';
import type {
  AppHealth,
  CallApp,
  CallbackResult,
  CancelResult,
  GridResult,
  InitiateResult,
  ReleaseResult,
} from '../../src/app/api.ts';
import type { QuarantineItem } from '../../src/domain/inbox/quarantine.ts';
import type { HttpConfig } from '../../src/http/config.ts';
import { buildServer } from '../../src/http/server.ts';
import { type CallbackVerifierOptions, createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';

export const CALL = '019ab000-0000-7000-8000-000000000001';
export const SECRET = 'the-secret-of-the-call';
export const ISSUER = 'https://issuer.example';
export const AUDIENCE = '5f6f0000-0000-4000-8000-000000000001';
export const NOW = Date.parse('2026-03-01T10:00:00Z');
export const EVENTS_URL = `/api/calls/events?call=${CALL}&secret=${SECRET}`;

/** Text that must not be found in any log line or error body. */
export const CANARIES = ['+15550142', 'Canary Person', 'canary-answer', SECRET];

export const ROWS: CallRows = {
  session: {
    callSessionId: CALL,
    memberId: 'M-1',
    callConnectionId: 'leg-1',
    correlationId: null,
    serverCallId: null,
    status: 'Disconnected',
    disposition: 'partial',
    questionnaire: 'outreach@1',
    createdAt: '2026-03-01T09:00:00.000Z',
    updatedAt: '2026-03-01T09:02:00.000Z',
    version: 12,
  },
  responses: [
    {
      responseId: `${CALL}-1`,
      callSessionId: CALL,
      questionNumber: 1,
      response: 'yes',
      recordedAt: '2026-03-01T09:01:00.000Z',
    },
  ],
};

const HEALTHY: AppHealth = {
  ready: true,
  projectionLagMs: 0,
  openCalls: 3,
  dispatching: 1,
  dialling: { waiting: 0, active: 1, limit: 2, paused: null },
  parked: [],
  quarantined: 0,
  problems: [],
};

type Asked = { [K in keyof CallApp]: Parameters<CallApp[K]>[] };

/** An application that records what reached it and answers as told. */
export type FakeApp = {
  readonly app: CallApp;
  readonly asked: Asked;
  initiated: InitiateResult;
  recorded: CallbackResult | Error;
  /** What becomes of every event of Event Grid. */
  grid: GridResult | Error;
  cancelled: CancelResult;
  rows: CallRows | null;
  listed: readonly CallRows['session'][];
  appHealth: AppHealth;
  waiting: readonly QuarantineItem[];
  release: ReleaseResult;
  /** Awaited before callbacks are recorded. */
  gate: Promise<unknown>;
};

export function fakeApp(): FakeApp {
  const asked: Asked = {
    initiate: [],
    recordCallbacks: [],
    recordGridEvents: [],
    cancel: [],
    status: [],
    list: [],
    isCallSecret: [],
    quarantined: [],
    releaseQuarantined: [],
    discardQuarantined: [],
    health: [],
  };
  const fake: FakeApp = {
    asked,
    initiated: { ok: true, callSessionId: CALL, replayed: false },
    recorded: 'recorded',
    grid: 'recorded',
    cancelled: 'cancelling',
    rows: ROWS,
    listed: [ROWS.session],
    appHealth: HEALTHY,
    waiting: [],
    release: 'released',
    gate: Promise.resolve(),
    app: {
      async initiate(request) {
        asked.initiate.push([request]);
        return fake.initiated;
      },
      async recordCallbacks(call, callbacks) {
        asked.recordCallbacks.push([call, callbacks]);
        await fake.gate;
        if (fake.recorded instanceof Error) throw fake.recorded;
        return fake.recorded;
      },
      async recordGridEvents(events) {
        asked.recordGridEvents.push([events]);
        const { grid } = fake;
        if (grid instanceof Error) throw grid;
        return events.map(() => grid);
      },
      async cancel(...args) {
        asked.cancel.push(args);
        return fake.cancelled;
      },
      async status(id) {
        asked.status.push([id]);
        return fake.rows;
      },
      async list(page) {
        asked.list.push([page]);
        return fake.listed.slice(0, page.limit);
      },
      isCallSecret(call, secret) {
        asked.isCallSecret.push([call, secret]);
        return call === CALL && secret === SECRET;
      },
      async quarantined() {
        return fake.waiting;
      },
      async releaseQuarantined(...args) {
        asked.releaseQuarantined.push(args);
        return fake.release;
      },
      async discardQuarantined(...args) {
        asked.discardQuarantined.push(args);
        return fake.waiting.some((item) => item.id === args[0]);
      },
      health: () => fake.appHealth,
    },
  };
  return fake;
}

/** The provider's side of tokens: keys, a key server over real HTTP, and a pen. */
export type Issuer = {
  readonly jwksUrl: string;
  readonly fetches: () => number;
  /** New keys from now on; the old ones are no longer published. */
  rotate(): Promise<void>;
  /** Makes the key server answer 500. */
  breakDown(broken: boolean): void;
  sign(claims?: JWTPayload, header?: { alg?: string; kid?: string; key?: CryptoKey | Uint8Array }): Promise<string>;
  publicJwk(): object;
  close(): Promise<void>;
};

// Making a key takes longer than most tests.
const firstKeys = generateKeyPair('RS256', { extractable: true });

export async function startIssuer(): Promise<Issuer> {
  let serial = 0;
  let fetches = 0;
  let broken = false;
  let pair = await firstKeys;
  let jwk = await published();
  async function published() {
    serial += 1;
    return { ...(await exportJWK(pair.publicKey)), kid: `key-${serial}`, alg: 'RS256', use: 'sig' };
  }
  const server = createServer((_request, response) => {
    fetches += 1;
    response.writeHead(broken ? 500 : 200, { 'content-type': 'application/json' });
    response.end(broken ? '' : JSON.stringify({ keys: [jwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    fetches: () => fetches,
    async rotate() {
      pair = await generateKeyPair('RS256', { extractable: true });
      jwk = await published();
    },
    breakDown: (value) => {
      broken = value;
    },
    sign: (claims = {}, { alg = 'RS256', kid = jwk.kid, key = pair.privateKey } = {}) =>
      new SignJWT({ iss: ISSUER, aud: AUDIENCE, nbf: NOW / 1000 - 60, exp: NOW / 1000 + 240, ...claims })
        .setProtectedHeader({ alg, kid })
        .sign(key),
    publicJwk: () => jwk,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function verifierFor(issuer: Issuer, options: Partial<CallbackVerifierOptions> = {}) {
  const { jwksUrl } = issuer;
  const defaults = { issuer: ISSUER, audience: AUDIENCE, jwksUrl, clockToleranceSeconds: 300, now: () => NOW };
  return createCallbackVerifier({ ...defaults, ...options });
}

export type Harness = {
  readonly server: FastifyInstance;
  readonly fake: FakeApp;
  readonly issuer: Issuer;
  readonly logLines: string[];
  close(): Promise<void>;
};

export type HarnessOptions = Partial<HttpConfig> & { readonly now?: () => number; readonly refetchCooldownMs?: number };

export async function startHarness({ now, refetchCooldownMs, ...config }: HarnessOptions = {}): Promise<Harness> {
  const issuer = await startIssuer();
  const fake = fakeApp();
  const logLines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => logLines.push(line) });
  const callbackVerifier = verifierFor(issuer, {
    ...(now !== undefined && { now }),
    ...(refetchCooldownMs !== undefined && { refetchCooldownMs }),
  });
  const server = buildServer({
    app: fake.app,
    config: {
      publicBaseUrl: 'https://calls.example',
      callbackUrlAllow: ['https://hooks.example/acs'],
      staff: { mode: 'loopback' },
      ...config,
    },
    callbackVerifier,
    logger,
  });
  await server.ready();
  return {
    server,
    fake,
    issuer,
    logLines,
    async close() {
      await server.close();
      await issuer.close();
    },
  };
}

export function event(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'event-1',
    source: 'calling/callConnections/leg-1',
    type: 'Microsoft.Communication.CallConnected',
    data: { callConnectionId: 'leg-1', operationContext: 'ctx-1' },
    ...changes,
  };
}

/** Delivers `body` as ACS would, with a good token and the call's secret unless told otherwise. */
export async function deliver(
  { server, issuer }: Harness,
  body: string | Buffer,
  { url = EVENTS_URL, headers = {}, token }: { url?: string; headers?: Record<string, string>; token?: string } = {},
) {
  const authorization = `Bearer ${token ?? (await issuer.sign())}`;
  return server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', authorization, ...headers },
    payload: body,
  });
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
