import { isIP } from 'node:net';
import { TIMING } from '../domain/call/timing.ts';
import { DIAL_POLICY, type DialPolicy } from '../domain/dial-policy.ts';
import { proxyProblems, proxyWarnings } from '../net/proxy.ts';
import { type AcsConfig, isLocalAcs, lineWarnings, readAcs, readLine } from './acs.ts';
import { type CheckpointsConfig, readCheckpoints } from './checkpoints.ts';
import { isSafeAddress } from './connection-strings.ts';
import {
  type EntraConfig,
  type EventGridConfig,
  readEntra,
  readEventGrid,
  readTopic,
  type TopicConfig,
} from './identity.ts';
import { type InsightsConfig, readInsights } from './insights.ts';
import { readSessions, type SessionsConfig } from './sessions.ts';
import { checkSpelling } from './spelling.ts';
import { readQueue, readSql, readTables, type SqlConfig, type StorageConfig } from './stores.ts';
import { ConfigError, parseUrl, type Reading, readList, readNumber, readSwitch, readWhole } from './values.ts';

/** The settings of a server, checked and frozen. The README's table of settings lists what each one means. */
export type Config = {
  readonly host: string;
  readonly port: number;
  /** Where ACS and people reach this server, without a trailing slash; null: the address it listens on. */
  readonly publicBaseUrl: string | null;
  /** How many proxies stand before this server and write X-Forwarded-For. */
  readonly trustedHops: number;
  readonly dataDir: string;
  /** Bytes of the disk that a log in a file leaves to calls that are up; 0: none. */
  readonly diskReserve: number;
  readonly logLevel: LogLevel;
  /** How long calls that stand may go on after SIGTERM. */
  readonly shutdownSeconds: number;
  /** Null: nobody is called. */
  readonly acs: AcsConfig | null;
  /** Whether the ACS simulator runs inside the server; never beside an ACS. Without either a server does not start. */
  readonly simulator: boolean;
  /** What new calls are placed over: a number, E.164, or a Teams resource account (`domain/call/line.ts`). */
  readonly line: string;
  /** Null: the log is a file. */
  readonly tables: StorageConfig | null;
  /** Null: read models and members are files. */
  readonly sql: SqlConfig | null;
  /** Null: calls wait for their turn in this process. */
  readonly queue: StorageConfig | null;
  readonly checkpoints: CheckpointsConfig;
  /** Addresses under which an initiate's callback URL may lie: `https://host`, or up to a path segment. */
  readonly callbackUrlAllow: readonly string[];
  readonly apiKeysFile: string | null;
  /** Names of people by their ids; null: reports show ids. */
  readonly staffNamesFile: string | null;
  /** Null: no tokens of Entra ID are taken from staff. */
  readonly entra: EntraConfig | null;
  readonly sessions: SessionsConfig;
  /** Null: no deliveries of Event Grid are taken. */
  readonly eventGrid: EventGridConfig | null;
  /** Null: nothing is published. */
  readonly topic: TopicConfig | null;
  readonly questionnaireFile: string | null;
  /** At least 32 bytes; null: kept in a file of the data directory. */
  readonly callbackSecretKey: string | null;
  /** The key before that: calls that were open when it was replaced end with it. */
  readonly callbackSecretKeyBefore: string | null;
  readonly dial: DialPolicy;
  /** For how long a call may wait to be dialled, in milliseconds. */
  readonly queueMs: number;
  /** How many times faster than the wall clock calls go; other than 1 only against a simulator. */
  readonly timeScale: number;
  /** Null: traces and metrics stay here. */
  readonly applicationInsights: InsightsConfig | null;
  /** What of the settings is read by nobody, or works and should not stay so; in words. */
  readonly warnings: readonly string[];
};

const HOUR_MS = 3_600_000;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Reads the settings.
 * @throws ConfigError
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const reading: Reading = { value: (name) => env[name]?.trim() || null, problems: [], warnings: [] };
  const { value, problems, warnings } = reading;
  checkSpelling(env, reading);
  problems.push(...proxyProblems(env));
  warnings.push(...proxyWarnings(env));
  const acs = readAcs(reading);
  const tables = readTables(reading);
  const entra = readEntra(reading);
  const config: Config = {
    host: readHost(reading),
    port: readWhole(reading, 'PORT', 8080, { least: 0, most: 65_535 }),
    publicBaseUrl: readBaseUrl(reading, acs !== null),
    trustedHops: readWhole(reading, 'TRUSTED_HOPS', 0, { least: 0, most: 9 }),
    dataDir: value('DATA_DIR') ?? 'data',
    diskReserve: readWhole(reading, 'DISK_RESERVE', 256 * 1024 ** 2, { least: 0, most: 2 ** 50 }),
    logLevel: readLogLevel(reading),
    // Ten minutes are the most that Container Apps grants.
    shutdownSeconds: readNumber(reading, 'SHUTDOWN_SECONDS', 25, { least: 0, most: 600 }),
    acs,
    simulator: readSimulator(reading, acs !== null),
    line: readLine(reading),
    tables,
    sql: readSql(reading),
    queue: readQueue(reading),
    checkpoints: readCheckpoints(reading),
    callbackUrlAllow: readCallbackUrls(reading),
    apiKeysFile: value('API_KEYS_FILE'),
    staffNamesFile: value('STAFF_NAMES_FILE'),
    entra,
    sessions: readSessions(reading, tables !== null && (entra !== null || value('API_KEYS_FILE') !== null)),
    eventGrid: readEventGrid(reading),
    topic: readTopic(reading),
    questionnaireFile: value('QUESTIONNAIRE_FILE'),
    callbackSecretKey: readSecretKey(reading, 'CALLBACK_SECRET_KEY', tables !== null),
    callbackSecretKeyBefore: readSecretKey(reading, 'CALLBACK_SECRET_KEY_BEFORE', false),
    dial: readDialPolicy(reading),
    queueMs: readNumber(reading, 'QUEUE_HOURS_MAX', TIMING.queueMs / HOUR_MS, { least: 0.01, most: 24 }) * HOUR_MS,
    timeScale: readNumber(reading, 'TIME_SCALE', 1, { least: 1, most: 1_000 }),
    applicationInsights: readInsights(reading),
    warnings,
  };
  if (config.timeScale !== 1 && acs && !isLocalAcs(acs)) {
    problems.push('TIME_SCALE: only a simulator on this machine has time that can run faster');
  }
  warnings.push(...lineWarnings(reading, config.line));
  if (config.callbackSecretKey !== null && config.callbackSecretKey === config.callbackSecretKeyBefore) {
    problems.push('CALLBACK_SECRET_KEY_BEFORE: must be the key that CALLBACK_SECRET_KEY has replaced, and is the same');
  }
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return Object.freeze(config);
}

/** Answers that nobody gave look like others: that they are made up is for somebody to say, and never a default. */
function readSimulator(reading: Reading, hasAcs: boolean): boolean {
  const isMeant = readSwitch(reading, 'SIMULATOR', false);
  if (isMeant && hasAcs)
    reading.problems.push('SIMULATOR and ACS_CONNECTION_STRING or ACS_ENDPOINT: set one of them; ACS calls people');
  return isMeant;
}

function readDialPolicy(reading: Reading): DialPolicy {
  const { concurrentCalls, callsPerSecond } = DIAL_POLICY;
  return {
    concurrentCalls: readWhole(reading, 'CONCURRENT_CALLS', concurrentCalls, { least: 1, most: 100_000 }),
    callsPerSecond: readNumber(reading, 'CALLS_PER_SECOND', callsPerSecond, { least: 0.01, most: 10_000 }),
  };
}

/** A name or an address; an IPv6 one may stand in brackets, which listening does not take. */
function readHost({ value, problems }: Reading): string {
  const host = value('HOST') ?? '127.0.0.1';
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  if (isIP(bare) === 0 && !/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(bare))
    problems.push('HOST: must be an address or a name to listen on, such as 0.0.0.0, without http:// or a port');
  return bare;
}

function readBaseUrl(reading: Reading, hasAcs: boolean): string | null {
  const { value, problems } = reading;
  const text = value('PUBLIC_BASE_URL');
  if (text === null) {
    if (hasAcs) problems.push('PUBLIC_BASE_URL: missing; ACS must know where to post callbacks');
    return null;
  }
  const url = parseUrl(text);
  if (!url || url.search || url.hash || url.pathname !== '/' || url.username || url.password) {
    problems.push('PUBLIC_BASE_URL: must be a URL without path, such as https://calls.example.org');
    return null;
  }
  if (!isSafeAddress(url.href)) {
    problems.push('PUBLIC_BASE_URL: must be https; callbacks carry a secret');
  }
  return url.origin;
}

/** Addresses up to a path segment. What else an address may hold, no callback URL under it could be compared with. */
function readCallbackUrls(reading: Reading): string[] {
  return readList(reading, 'CALLBACK_URL_ALLOW').flatMap((item, index) => {
    const url = parseUrl(item);
    if (url && isSafeAddress(url.href) && !url.search && !url.hash && !url.username && !url.password)
      return [url.pathname === '/' ? url.origin : url.href];
    reading.problems.push(
      `CALLBACK_URL_ALLOW, entry ${index + 1}: must be an https address, with a path or without, such as https://calls.example.org/acs`,
    );
    return [];
  });
}

function readLogLevel({ value, problems }: Reading): LogLevel {
  const text = value('LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (!level) problems.push(`LOG_LEVEL: must be one of ${LOG_LEVELS.join(', ')}`);
  return level ?? 'info';
}

/** A log that several instances share holds calls whose secrets all of them must know, also after the disk is gone. */
function readSecretKey({ value, problems }: Reading, name: string, isNeeded: boolean): string | null {
  const key = value(name);
  if (key === null && isNeeded) problems.push(`${name}: missing; every instance on these tables needs the same`);
  if (key !== null && Buffer.byteLength(key) < 32) problems.push(`${name}: must have at least 32 bytes`);
  return key;
}
