import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type RunningCallApp, startCallApp } from '../app/call-app.ts';
import type { LogDisk } from '../app/ports.ts';
import type { Clock } from '../base/clock.ts';
import { inTime } from '../base/time-limit.ts';
import { type AcsConfig, acsIn } from '../config/acs.ts';
import type { Config } from '../config/config.ts';
import { assertCaller, isSimulated, simulatedDoubt } from '../config/simulated.ts';
import { readStaffNames } from '../config/staff-names.ts';
import { scaleTiming, TIMING, type Timing } from '../domain/call/timing.ts';
import { wideFiles } from '../files/wide.ts';
import { type Closing, createClosing } from '../http/closing.ts';
import { assertBindAllowed, type HttpConfig } from '../http/config.ts';
import type { HttpLimits } from '../http/limits.ts';
import { buildServer } from '../http/server.ts';
import { createCallbackVerifier } from '../identity/acs-callbacks.ts';
import { freeBytes } from '../log/sqlite/disk.ts';
import { createMemberDesk } from '../members/desk.ts';
import { loadQuestionnaire } from '../questionnaires/load.ts';
import type { Simulator, SimulatorOptions } from '../simulator/simulator.ts';
import { aboutOf } from './about.ts';
import { apiKeysOf } from './api-keys.ts';
import { openAudit } from './audit.ts';
import { callSecretsOf } from './callback-keys.ts';
import { type Closer, closeAll } from './closers.ts';
import { freePort } from './free-port.ts';
import { randomIds } from './ids.ts';
import { migrateWhenReachable } from './late-migration.ts';
import { jsonLogger } from './logger.ts';
import { pagesOf } from './pages.ts';
import { eventGridOf, openPlaces, openPublisher, openQueues, openTelemetry, openTelephony, staffOf } from './parts.ts';
import { providersAt } from './providers.ts';
import { publicUrlOf } from './public-url.ts';
import { keepFilled } from './refill.ts';
import { checkLog } from './same-log.ts';
import { openWhenUsable, type Parts } from './sealed-stores.ts';
import { signingKeysOf } from './signing-keys.ts';
import { timeOf } from './store-clock.ts';
import { type OpenStores, placesOf, type Stores } from './stores.ts';
import { verifiedBy } from './verification.ts';
import { VERSION } from './version.ts';

export type ServerOptions = {
  /** Of the simulator that runs inside the server, where the settings say so. */
  readonly simulator?: SimulatorOptions;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Bounds of what the process takes on; absent: the defaults. */
  readonly limits?: Partial<HttpLimits>;
};

export type RunningServer = {
  readonly url: string;
  readonly app: RunningCallApp;
  readonly stores: Stores;
  /** Null when the server talks to an ACS. */
  readonly simulator: Simulator | null;
  /**
   * Dials nobody and takes no new work from now on, keeps taking callbacks while calls stand, then answers what has arrived,
   * writes what is under way and lets go of everything.
   */
  close(limits?: ClosingLimits): Promise<void>;
};

export type ClosingLimits = {
  /** How long calls that stand may go on; default 0. */
  readonly callsMs?: number;
  /** When everything is let go of at the latest; default half a minute. */
  readonly limitMs?: number;
};

const CLOSE_MS = 30_000;

/** Of the time that the calls' part has: what is being sent may take so much, the rest is for rows and notices. */
const SENDING_SHARE = 0.75;

/**
 * The composition root: builds a server from its settings and starts it.
 * @throws ConfigError, HttpConfigError, QuestionnaireError, LogError (LOG_IN_USE: another server has the data directory)
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const logger = options.logger ?? jsonLogger(config.logLevel);
  const closers: Closer[] = [];
  const closing = createClosing();
  assertCaller(config);
  try {
    const running = await build(config, { ...options, logger }, { closers, closing });
    return { ...running, close: (limits) => close(running.app, { closers, closing, logger }, limits) };
  } catch (error) {
    await closeAll(closers, CLOSE_MS, logger).catch(() => {});
    throw error;
  }
}

/** What closing takes. */
type Ends = { readonly closers: Closer[]; readonly closing: Closing; readonly logger: Logger };

/** While the server listens: a callback that comes on a new connection is taken as long as its call stands. */
async function close(app: RunningCallApp, { closers, closing, logger }: Ends, limits: ClosingLimits = {}) {
  const { callsMs = 0, limitMs = CLOSE_MS } = limits;
  const beganMs = performance.now();
  closing.begin();
  app.stopDialling();
  if (callsMs > 0 && (await inTime(app.callsOver(), callsMs)) === 'late') {
    logger.warn('calls still stand; another instance, or the next start, goes on with them');
  }
  await closeAll(closers, limitMs - (performance.now() - beganMs), logger);
}

async function build(
  config: Config,
  options: ServerOptions & { readonly logger: Logger },
  { closers, closing }: Pick<Ends, 'closers' | 'closing'>,
): Promise<Omit<RunningServer, 'close'>> {
  const { logger, limits = {} } = options;
  const { clock, heardDate, clockOff } = timeOf(config, options.clock);
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const publicBaseUrl = publicUrlOf(config, port);
  const apiKeys = apiKeysOf(config, clock, logger);
  const http = httpConfig(config, { publicBaseUrl, apiKeys }, clock);
  assertBindAllowed(config.host, http);
  const staffNames = config.staffNamesFile ? readStaffNames(config.staffNamesFile) : new Map<string, string>();
  const questionnaire = await loadQuestionnaire(config.questionnaireFile ?? undefined);

  const parts = { clock, logger, publicBaseUrl, heardDate };
  const awaiting = { config, port, questionnaire, clock, heardDate, journal: logger };
  const { stores, checkpoints, verifications } = await openWhenUsable(awaiting, parts, closers);
  migrateBeside(config, stores, parts, closers);
  const logChecked = checkLog(stores, clock, logger);
  // It is waited for below, beside what else takes time.
  logChecked.catch(() => {});
  const telemetry = await openTelemetry(config, stores.log, clock, logger);
  closers.push({ what: 'telemetry', close: telemetry.close });
  warn(config, logger);
  const { simulator, acs, ...reached } = await openServices(config, { ...options, clock }, closers);
  const logFinding = await logChecked;
  if (logFinding !== null) logger.error({ code: 'LOG_BEHIND' }, logFinding);
  const callbackVerifier = verifierOf(acs, clock);
  const app = await startCallApp({
    log: stores.log,
    logFinding,
    findLogAgain: () => checkLog(stores, clock, logger),
    checkpoints: () => ({ ...checkpoints.health(), verified: verifiedBy(verifications) }),
    signingKeys: signingKeysOf(callbackVerifier, http),
    ...logDiskOf(config),
    readStore: stores.readStore,
    members: stores.members,
    ...reached,
    providers: providersAt(config.timeScale),
    secrets: callSecretsOf(config, clock, logger),
    clock,
    ids: randomIds,
    dialPolicy: config.dial,
    journal: logger,
    timing: timingOf(config),
    questionnaire,
    callerId: config.line,
    simulated: isSimulated(config),
    simulatedDoubt: simulatedDoubt(config),
    ...(apiKeys && { apiKeysTrouble: apiKeys.trouble }),
    ...(clockOff && { clockOff }),
    rowsShared: config.tables === null || config.sql !== null,
    callbackUrl: `${publicBaseUrl}/api/calls/events`,
    observe: telemetry.observe,
  });
  closers.push({ what: 'calls', close: (limitMs) => app.close(limitMs * SENDING_SHARE) });
  fillBeside(stores, parts, closers);
  telemetry.watchHealth(app.health);
  const trail = { ...stores, log: app.log, providers: providersAt(config.timeScale), hasRoom: app.hasRoom };
  const told = { ...trail, ...parts, staffNames, journal: logger };
  const { proofs, sealed, seals } = checkpoints;
  const audit = openAudit({ ...told, proofs, sealed, seals, verifications });
  closers.push({ what: 'who looked', close: audit.close });
  const desk = createMemberDesk(stores.members, () => nextTurn());
  const web = { app, audit, desk, config: { ...http, limits }, callbackVerifier, logger, closing, version: VERSION };
  const shown = { app, audit, clock, desk, staff: http.staff, simulator, about: aboutOf(config) };
  const pages = pagesOf({ ...shown, config, publicBaseUrl });
  const server = buildServer({ ...web, pages, monotonicMs: () => clock.monotonicMs() });
  closers.push({ what: 'connections', close: (limitMs) => closeInTime(server, closing, limitMs) });
  checkpoints.begin();
  await server.listen({ host: config.host, port });
  verifications.nightly();
  logger.info({ version: VERSION, ...app.caughtUp, simulator: simulator?.url }, `listening on ${publicBaseUrl}`);
  return { url: publicBaseUrl, app, stores, simulator };
}

/** What must not be overlooked among the first lines. */
function warn(config: Config, logger: Logger): void {
  for (const words of config.warnings) logger.warn({ code: 'SETTING' }, words);
  const wide = wideFiles(placesOf(config));
  if (wide !== null) logger.warn({ code: 'FILES_WIDE' }, wide);
  const doubt = simulatedDoubt(config);
  if (doubt !== null) logger.warn({ code: 'CALLS_SIMULATED' }, doubt);
}

/** Where this server may change the database's tables, it does so as soon as the database answers. */
function migrateBeside({ sql }: Config, { sqlServer }: OpenStores, { clock, logger }: Parts, closers: Closer[]): void {
  if (!sqlServer || !sql?.migrate) return;
  closers.push({ what: 'migration', close: migrateWhenReachable(sqlServer, clock, logger) });
}

/** Read models that were begun anew are filled while the server works. */
function fillBeside({ log, mending }: OpenStores, { clock, logger }: Parts, closers: Closer[]): void {
  if (!mending) return;
  const filling = keepFilled({ log, readStore: mending, clock, journal: logger });
  closers.push({ what: 'read models', close: filling.close });
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

/** Answers what has arrived; who has not sent all of a request by then is cut off. */
async function closeInTime(server: { close(): Promise<unknown> }, closing: Closing, limitMs: number): Promise<void> {
  const closed = server.close();
  if ((await inTime(closed, limitMs)) === 'late') closing.cut();
  await closed;
}

/** What calls are placed by, and what else is told of them. The simulator is null where calls are real. */
async function openServices(
  config: Config,
  options: ServerOptions & { readonly clock: Clock; readonly logger: Logger },
  closers: Closer[],
) {
  const { clock } = options;
  const simulator = config.acs ? null : await openSimulator(config, options);
  if (simulator) closers.push({ what: 'simulator', close: simulator.close });
  const acs = config.acs ?? acsIn(simulator!.settings);
  const telephony = await openTelephony(acs);
  closers.push({ what: 'telephony', close: telephony.close });
  const queues = config.queue && (await openQueues(config.queue));
  const places = await openPlaces(config, clock);
  closers.push({ what: 'places', close: places.close });
  const noticePublisher = config.topic && (await openPublisher(config.topic));
  return {
    simulator,
    acs,
    telephony,
    places,
    ...(queues && { wakeUps: queues.wakeUps }),
    ...(noticePublisher && { noticePublisher }),
  };
}

async function openSimulator({ timeScale }: Config, options: ServerOptions): Promise<Simulator> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  return startSimulator({ timeScale, ...options.simulator });
}

type Known = { readonly publicBaseUrl: string; readonly apiKeys: ReturnType<typeof apiKeysOf> };

function httpConfig(config: Config, { publicBaseUrl, apiKeys }: Known, clock: Clock): HttpConfig {
  const eventGrid = eventGridOf(config, clock);
  const staff = staffOf(config, apiKeys, clock);
  const { callbackUrlAllow, trustedHops } = config;
  return { publicBaseUrl, callbackUrlAllow, trustedHops, staff, ...(eventGrid && { eventGrid }) };
}

function verifierOf(acs: AcsConfig, clock: Clock) {
  return createCallbackVerifier({
    issuer: acs.tokenIssuer,
    audience: acs.resourceId,
    jwksUrl: acs.jwksUri,
    clockToleranceSeconds: 300,
    clock,
  });
}
