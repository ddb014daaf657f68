import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { createMemoryPlaces } from '../../src/adapters/places/memory.ts';
import type { CallApp } from '../../src/app/api.ts';
import type { CallAppDeps } from '../../src/app/call-app.ts';
import type { Audit } from '../../src/audit/api.ts';
import { randomIds } from '../../src/composition/ids.ts';
import { PROVIDERS, providersAt } from '../../src/composition/providers.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { scaleTiming, TIMING, type Timing } from '../../src/domain/call/timing.ts';
import type { DialPolicy } from '../../src/domain/dial-policy.ts';
import type { HttpConfig } from '../../src/http/config.ts';
import type { HttpLimits } from '../../src/http/limits.ts';
import { buildServer } from '../../src/http/server.ts';
import { type CallbackVerifier, createCallbackVerifier } from '../../src/identity/acs-callbacks.ts';
import { createCallSecrets } from '../../src/identity/call-secrets.ts';
import { loadQuestionnaire } from '../../src/questionnaires/load.ts';
import { memoryAudit } from './memory-audit.ts';
import { NO_DESK } from './no-desk.ts';

export const QUESTIONNAIRE = await loadQuestionnaire();
export const SECRETS = createCallSecrets(Buffer.alloc(32, 7));
export const CALLER_ID = '+15550100000';
/** Nobody listens there: for tests that hand callbacks to the application themselves. */
export const NOBODY_URL = 'http://127.0.0.1:9/api/calls/events';
/** For tests that are not about pacing. */
export const UNPACED: DialPolicy = { concurrentCalls: 10_000, callsPerSecond: 10_000 };

const SILENT = pino({ level: 'silent' });

/** Limits of time so short that a test can wait for them, for calls that are `IMPATIENT_SCALE` times as fast. */
export const IMPATIENT_SCALE = 50;
export const IMPATIENT: Timing = {
  ...scaleTiming(TIMING, IMPATIENT_SCALE),
  answerMs: 2_500,
  ringMs: 5_000,
  mediaMarginMs: 500,
  hangUpMs: 400,
  retryMs: 50,
  retryMaxMs: 400,
};
/** The provider, for calls that are so fast. */
export const IMPATIENT_PROVIDERS = providersAt(IMPATIENT_SCALE);
/** When a request to the provider is given up, where limits are so short. */
export const IMPATIENT_REQUEST_MS = 1_500;

type Special = Pick<CallAppDeps, 'log' | 'readStore' | 'members' | 'telephony'> & Partial<CallAppDeps>;

/** What the application is started with, wherever a test puts it together itself: who does says what is special about it. */
export function appDeps(special: Special): CallAppDeps {
  const { clock = systemClock } = special;
  return {
    places: createMemoryPlaces(clock),
    secrets: SECRETS,
    clock: systemClock,
    ids: randomIds,
    dialPolicy: UNPACED,
    journal: SILENT,
    timing: TIMING,
    providers: PROVIDERS,
    questionnaire: QUESTIONNAIRE,
    callerId: CALLER_ID,
    callbackUrl: NOBODY_URL,
    ...special,
  };
}

export type ServeOptions = Pick<HttpConfig, 'publicBaseUrl'> &
  Partial<HttpConfig> & {
    readonly app: CallApp;
    readonly callbackVerifier: CallbackVerifier;
    readonly logger?: pino.Logger;
    /** Absent: looks are remembered, not logged. */
    readonly audit?: Audit;
    /** Absent: one that is free. */
    readonly port?: number;
  };

/** How fast this machine is, and how much other suites have left in memory, must not decide what a test finds. */
export const UNHURRIED: Partial<HttpLimits> = { maxEventLoopDelayMs: 0, maxHeapBytes: 0 };

export type ServedApp = { readonly url: string; readonly server: FastifyInstance };

/** The HTTP side over an application, listening on this machine, where the whole staff may come from. */
export async function serveApp({ app, callbackVerifier, ...options }: ServeOptions): Promise<ServedApp> {
  const { logger = SILENT, port = 0, audit = memoryAudit(), ...special } = options;
  const config: HttpConfig = {
    callbackUrlAllow: [],
    staff: { mode: 'loopback' },
    limits: UNHURRIED,
    ...special,
  };
  const server = buildServer({ app, audit, desk: NO_DESK, config, callbackVerifier, logger, version: 'test' });
  const url = await server.listen({ host: '127.0.0.1', port });
  return { url, server };
}

/** Who signs callbacks, for which resource, and where the keys are. */
type Signer = { readonly issuer: string; readonly resourceId: string; readonly jwksUrl: string };

/** Believes the callbacks that a provider signs. */
export function verifierOf({ issuer, resourceId, jwksUrl }: Signer): CallbackVerifier {
  return createCallbackVerifier({
    issuer,
    audience: resourceId,
    jwksUrl,
    clockToleranceSeconds: 300,
    clock: systemClock,
  });
}
