import { createServer } from 'node:net';
import pino, { type Logger } from 'pino';
import { type RunningCallApp, startCallApp } from '../app/call-app.ts';
import type { LogDisk } from '../app/ports.ts';
import type { Clock } from '../base/clock.ts';
import { type AcsConfig, acsIn } from '../config/acs.ts';
import { callbackKey } from '../config/callback-key.ts';
import type { Config } from '../config/config.ts';
import { scaleTiming, TIMING, type Timing } from '../domain/call/timing.ts';
import { assertBindAllowed, type HttpConfig } from '../http/config.ts';
import { buildServer } from '../http/server.ts';
import { type CallbackVerifier, createCallbackVerifier } from '../identity/acs-callbacks.ts';
import { type CallSecrets, createCallSecrets } from '../identity/call-secrets.ts';
import { freeBytes } from '../log/sqlite/disk.ts';
import { loadQuestionnaire } from '../questionnaires/load.ts';
import type { Simulator, SimulatorOptions } from '../simulator/simulator.ts';
import { randomIds } from './ids.ts';
import { migrateWhenReachable } from './late-migration.ts';
import { eventGridOf, openPublisher, openQueues, openTelemetry, openTelephony, staffOf } from './parts.ts';
import { providersAt } from './providers.ts';
import { checkLog } from './same-log.ts';
import { openStores, type Stores, storeFiles } from './stores.ts';
import { systemClock } from './system-clock.ts';

export type ServerOptions = {
  /** Of the simulator that runs inside the server when no ACS is set up. */
  readonly simulator?: SimulatorOptions;
  readonly clock?: Clock;
  readonly logger?: Logger;
};

export type RunningServer = {
  readonly url: string;
  readonly app: RunningCallApp;
  readonly stores: Stores;
  /** Null when the server talks to an ACS. */
  readonly simulator: Simulator | null;
  /** Answers what has arrived, writes what is under way, then lets go of everything. */
  close(): Promise<void>;
};

/**
 * The composition root: builds a server from its settings and starts it.
 * @throws ConfigError, HttpConfigError, QuestionnaireError, LogError (LOG_IN_USE: another server has the data directory)
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    return { ...(await build(config, options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  config: Config,
  options: ServerOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<RunningServer, 'close'>> {
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? pino({ level: config.logLevel });
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const publicBaseUrl = config.publicBaseUrl ?? `http://${urlHost(config.host)}:${port}`;
  const http = httpConfig(config, publicBaseUrl, clock);
  assertBindAllowed(config.host, http);
  const questionnaire = await loadQuestionnaire(config.questionnaireFile ?? undefined);

  const stores = await openStores(config);
  closers.push(() => stores.close());
  if (stores.sqlServer && config.sql?.migrate) {
    const stop = migrateWhenReachable(stores.sqlServer, clock, logger);
    closers.push(async () => stop());
  }
  const logChecked = checkLog(stores, clock, logger);
  // It is waited for below, beside what else takes time.
  logChecked.catch(() => {});
  const telemetry = await openTelemetry(config, stores.log, clock, logger);
  closers.push(() => telemetry.close());
  const simulator = config.acs ? null : await openSimulator(config, options);
  if (simulator) closers.push(() => simulator.close());
  const acs = config.acs ?? acsIn(simulator!.settings);
  const telephony = await openTelephony(acs);
  closers.push(() => telephony.close());
  const queues = config.queue && (await openQueues(config.queue, config.dial, clock, logger));
  if (queues) closers.push(() => queues.close());
  const noticePublisher = config.topic && (await openPublisher(config.topic));
  const logFinding = await logChecked;
  if (logFinding !== null) logger.error({ code: 'LOG_BEHIND' }, logFinding);
  const app = await startCallApp({
    log: stores.log,
    logFinding,
    ...logDiskOf(config),
    readStore: stores.readStore,
    members: stores.members,
    telephony,
    providers: providersAt(config.timeScale),
    secrets: secretsOf(config),
    clock,
    ids: randomIds,
    dialPolicy: config.dial,
    journal: logger,
    timing: timingOf(config),
    questionnaire,
    callerId: config.callerId,
    callbackUrl: `${publicBaseUrl}/api/calls/events`,
    observe: telemetry.observe,
    ...(queues && { permits: queues.permits, wakeUps: queues.wakeUps }),
    ...(noticePublisher && { noticePublisher }),
  });
  closers.push(() => app.close());
  telemetry.watchHealth(app.health);
  const server = buildServer({ app, config: http, callbackVerifier: verifierOf(acs, clock), logger });
  closers.push(() => server.close());
  await server.listen({ host: config.host, port });
  const { calls, open, projected } = app.caughtUp;
  logger.info({ calls, open, projected, simulator: simulator?.url }, `listening on ${publicBaseUrl}`);
  return { url: publicBaseUrl, app, stores, simulator };
}

function timingOf({ timeScale, queueMs }: Config): Timing {
  const timing = timeScale === 1 ? TIMING : scaleTiming(TIMING, timeScale);
  return { ...timing, queueMs };
}

/** Only a log in a file fills a disk of ours. */
function logDiskOf({ tables, diskReserve, dataDir }: Config): { readonly logDisk?: LogDisk } {
  if (tables || diskReserve === 0) return {};
  return { logDisk: { reserveBytes: diskReserve, freeBytes: () => freeBytes(dataDir) } };
}

async function openSimulator({ timeScale }: Config, options: ServerOptions): Promise<Simulator> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  return startSimulator({ timeScale, ...options.simulator });
}

function httpConfig(config: Config, publicBaseUrl: string, clock: Clock): HttpConfig {
  const eventGrid = eventGridOf(config, clock);
  const staff = staffOf(config, clock);
  return { publicBaseUrl, callbackUrlAllow: config.callbackUrlAllow, staff, ...(eventGrid && { eventGrid }) };
}

function verifierOf(acs: AcsConfig, clock: Clock): CallbackVerifier {
  return createCallbackVerifier({
    issuer: acs.tokenIssuer,
    audience: acs.resourceId,
    jwksUrl: acs.jwksUri,
    clockToleranceSeconds: 300,
    clock,
  });
}

function secretsOf({ callbackSecretKey, callbackSecretKeyBefore, dataDir }: Config): CallSecrets {
  const before = callbackSecretKeyBefore === null ? undefined : Buffer.from(callbackSecretKeyBefore);
  return createCallSecrets(callbackKey(callbackSecretKey, storeFiles(dataDir).callbackKey), before);
}

/** The callback URL is recorded with every call, so the port must be known before the server is built. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new TypeError('no port')),
      );
    });
  });
}

function urlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
