import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CallApp } from '../app/api.ts';
import type { Audit } from '../audit/api.ts';
import { hostName, isLoopbackHost } from '../base/loopback.ts';
import type { CallbackVerifier } from '../identity/acs-callbacks.ts';
import type { MemberDesk } from '../members/desk.ts';
import { knowAddresses } from './address.ts';
import { accessRoutes } from './api/access.ts';
import { proofRoutes } from './api/audit/proofs.ts';
import { auditRoutes } from './api/audit/routes.ts';
import { CANCEL_ROUTE, callRoutes } from './api/calls.ts';
import { memberRoutes } from './api/members.ts';
import { quarantineRoutes } from './api/quarantine.ts';
import { questionnaireRoutes } from './api/questionnaires.ts';
import { sessionRoutes } from './api/sessions.ts';
import { HELP_ROUTES, stuckRoutes } from './api/stuck.ts';
import { type Closing, createClosing } from './closing.ts';
import { assertConfig, type HttpConfig } from './config.ts';
import { hangDoor } from './door.ts';
import { takeEmptyForAbsent } from './empty-body.ts';
import { clientErrorHandler, errorHandler, frameworkErrors } from './errors.ts';
import { EVENTS_ROUTE, eventRoutes } from './events/route.ts';
import { defaultLimits, type HttpLimits } from './limits.ts';
import { guardLoad, type RouteKinds } from './load-guard.ts';
import { answerUnknownRoutes } from './not-found.ts';
import { answerOddRequests } from './odd-requests.ts';
import { describeRoutes, docsRoutes } from './operation/docs.ts';
import { createDoorMetrics } from './operation/door-metrics.ts';
import { HEALTH_ROUTES, healthRoutes } from './operation/health.ts';
import { createMetrics, measureRoutes, metricsRoute } from './operation/metrics.ts';
import { sendProblem } from './problem.ts';
import { isOfStaff, knowStaff, recordRefusals } from './refusals.ts';
import { requestIdOf, tellRequests } from './request-id.ts';
import { addSafeHeaders } from './safe-headers.ts';
import { dropSilentConnections } from './silent-connections.ts';
import { NOBODY } from './staff-auth.ts';

type ServerDeps = {
  readonly app: CallApp;
  readonly audit: Audit;
  readonly desk: MemberDesk;
  readonly config: HttpConfig;
  readonly callbackVerifier: CallbackVerifier;
  readonly logger: Logger;
  /** Pages for people, beside the routes of this room. */
  readonly pages?: (server: FastifyInstance) => void;
  /** Of this release. */
  readonly version: string;
  /** In the hands of who closes the server in more than one step. */
  readonly closing?: Closing;
  /** Milliseconds of a clock that nobody sets; absent: this process's. */
  readonly monotonicMs?: () => number;
};

const KINDS: RouteKinds = { probes: HEALTH_ROUTES, callbacks: [EVENTS_ROUTE], endings: [CANCEL_ROUTE, ...HELP_ROUTES] };

/** Longer ones could not be anybody's id; it is more than the ids' own limits, so that those are told by name. */
const MAX_PARAM_LENGTH = 512;

const STAFF_BODY_BYTES = 16 * 1024;

/**
 * The HTTP side of the application; the caller listens, after `assertBindAllowed`.
 * @throws HttpConfigError
 */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const nowMs = deps.monotonicMs ?? (() => performance.now());
  const { app, audit, desk, config, callbackVerifier, logger, version, closing = createClosing() } = deps;
  assertConfig(config);
  const limits = { ...defaultLimits(), ...config.limits };
  const server = createServer(limits);
  const metrics = createMetrics(version);
  addSafeHeaders(server);
  const { trustedHops = 0 } = config;
  knowAddresses(server, trustedHops);
  hangDoor(server, { limits, trustedHops, logger, nowMs, counts: createDoorMetrics(metrics.registry) });
  dropSilentConnections(server, limits, nowMs);
  knowStaff(server);
  tellRequests(server);
  recordRefusals(server, audit);
  server.setErrorHandler(errorHandler(logger));
  guardLoad(server, limits, KINDS, closing);
  answerOddRequests(server);
  measureRoutes(server, metrics, logger);
  answerUnknownRoutes(server);
  describeRoutes(server, { version, staff: config.staff });

  server.register(async (scope) => eventRoutes(scope, { app, callbackVerifier, eventGrid: config.eventGrid, metrics }));
  server.register(async (scope) => {
    takeEmptyForAbsent(scope);
    if (config.staff.mode === 'loopback') guardHost(scope, config);
    healthRoutes(scope, { app, staff: config.staff, version, isClosing: () => closing.stage() !== 'open' });
    metricsRoute(scope, { app, audit, metrics, staff: config.staff });
    scope.register(async (calls) => {
      callRoutes(calls, { app, audit, config });
      stuckRoutes(calls, { app, audit, config });
      sessionRoutes(calls, { audit, config });
      questionnaireRoutes(calls, { app, config });
      quarantineRoutes(calls, { app, audit, config });
      memberRoutes(calls, { app, audit, desk, config });
      accessRoutes(calls, { app, audit, config });
      auditRoutes(calls, { audit, config });
    });
    proofRoutes(scope, { ...audit, staff: config.staff });
    scope.register(docsRoutes);
    if (deps.pages) scope.register(async (pages) => deps.pages?.(pages));
  });
  return server;
}

/**
 * Without a logger of Fastify's own: its lines hold addresses with secrets and messages of errors, and it makes a child
 * logger for every request.
 */
function createServer(limits: HttpLimits): FastifyInstance {
  const server = Fastify({
    bodyLimit: STAFF_BODY_BYTES,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    connectionTimeout: limits.idleSocketTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Node looks for late requests only every half a minute by default.
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: 1_000,
      // Node's own answer is empty; answerOddRequests gives another.
      requireHostHeader: false,
    },
    forceCloseConnections: 'idle',
    // guardLoad answers with a problem instead.
    return503OnClosing: false,
    frameworkErrors,
    clientErrorHandler,
  });
  return server;
}

/** Refuses names that a foreign site has bound to this machine (DNS rebinding). */
function guardHost(server: FastifyInstance, { publicBaseUrl }: HttpConfig): void {
  const publicHost = new URL(publicBaseUrl).hostname;
  server.addHook('onRequest', (request, reply, done) => {
    const host = hostName(request.headers.host);
    if (isLoopbackHost(host) || host === publicHost) return done();
    if (!isOfStaff(request)) return void sendProblem(reply, 'FORBIDDEN');
    request.turnedAway = NOBODY;
    server.door.refuse(request, reply, { of: 'staff', reason: 'host', problem: 'FORBIDDEN' });
  });
}
