import { DIAL_POLICY, type DialPolicy } from './app/dial-queue.ts';

/** The settings of a server, checked and frozen. The README's table of settings lists what each one means. */
export type Config = {
  readonly host: string;
  readonly port: number;
  /** Where ACS and people reach this server, without a trailing slash; null: the address it listens on. */
  readonly publicBaseUrl: string | null;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** Null: the ACS simulator runs inside the server. */
  readonly acs: AcsConfig | null;
  readonly callerId: string;
  /** Origins (`https://host`) that an initiate may name as its callback URL. */
  readonly callbackUrlAllow: readonly string[];
  readonly apiKeysFile: string | null;
  readonly questionnaireFile: string | null;
  /** At least 32 bytes; null: kept in a file of the data directory. */
  readonly callbackSecretKey: string | null;
  readonly dial: DialPolicy;
  /** How many times faster than the wall clock calls go; other than 1 only against a simulator. */
  readonly timeScale: number;
};

export type AcsConfig = {
  readonly connectionString: string;
  readonly resourceId: string;
  readonly cognitiveServicesEndpoint: string;
  readonly tokenIssuer: string;
  readonly jwksUri: string;
};

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings cannot be used. `problems` names every one that is wrong, so that one run shows them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'BAD_SETTINGS';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`these settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Call Automation signs callbacks as this issuer in all public regions (Call Automation security documentation). */
const ACS_ISSUER = 'https://acscallautomation.communication.azure.com';
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads the settings.
 * @throws ConfigError
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const value = (name: string): string | null => env[name]?.trim() || null;
  const acs = readAcs(value, problems);
  const config: Config = {
    host: value('HOST') ?? '127.0.0.1',
    port: readNumber(value, 'PORT', 8080, { least: 0, most: 65_535 }, problems),
    publicBaseUrl: readBaseUrl(value, acs !== null, problems),
    dataDir: value('DATA_DIR') ?? 'data',
    logLevel: readLogLevel(value, problems),
    acs,
    callerId: readCallerId(value, acs !== null, problems),
    callbackUrlAllow: readOrigins(value, problems),
    apiKeysFile: value('API_KEYS_FILE'),
    questionnaireFile: value('QUESTIONNAIRE_FILE'),
    callbackSecretKey: readSecretKey(value, problems),
    dial: {
      concurrentCalls: readNumber(
        value,
        'CONCURRENT_CALLS',
        DIAL_POLICY.concurrentCalls,
        { least: 1, most: 100_000 },
        problems,
      ),
      callsPerSecond: readNumber(
        value,
        'CALLS_PER_SECOND',
        DIAL_POLICY.callsPerSecond,
        { least: 0.01, most: 10_000 },
        problems,
      ),
    },
    timeScale: readNumber(value, 'TIME_SCALE', 1, { least: 1, most: 1_000 }, problems),
  };
  if (config.timeScale !== 1 && acs && !isLoopbackEndpoint(acs.connectionString)) {
    problems.push('TIME_SCALE: only a simulator on this machine has time that can run faster');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

type Value = (name: string) => string | null;

/** Half of a group is worse than none: the server would start and fail at the first call. */
function readAcs(value: Value, problems: string[]): AcsConfig | null {
  const group = ['ACS_CONNECTION_STRING', 'ACS_RESOURCE_ID', 'COGNITIVE_SERVICES_ENDPOINT', 'ACS_CALLER_ID'];
  const missing = group.filter((name) => value(name) === null);
  if (missing.length === group.length || (missing.length === group.length - 1 && value('ACS_CALLER_ID'))) return null;
  if (missing.length > 0) {
    problems.push(`ACS is set up in part; missing: ${missing.join(', ')}`);
    return null;
  }
  return {
    connectionString: value('ACS_CONNECTION_STRING')!,
    resourceId: value('ACS_RESOURCE_ID')!,
    cognitiveServicesEndpoint: value('COGNITIVE_SERVICES_ENDPOINT')!,
    tokenIssuer: value('ACS_TOKEN_ISSUER') ?? ACS_ISSUER,
    jwksUri: value('ACS_JWKS_URI') ?? `${ACS_ISSUER}/calling/keys`,
  };
}

function readBaseUrl(value: Value, hasAcs: boolean, problems: string[]): string | null {
  const text = value('PUBLIC_BASE_URL');
  if (text === null) {
    if (hasAcs) problems.push('PUBLIC_BASE_URL: missing; ACS must know where to post callbacks');
    return null;
  }
  const url = parseUrl(text);
  if (!url || url.search || url.hash || url.pathname !== '/') {
    problems.push('PUBLIC_BASE_URL: must be a URL without path, such as https://calls.example.org');
    return null;
  }
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    problems.push('PUBLIC_BASE_URL: must be https; callbacks carry a secret');
  }
  return url.origin;
}

/** Numbers from 555-0100 on are reserved for fiction: the simulator's caller is nobody. */
function readCallerId(value: Value, hasAcs: boolean, problems: string[]): string {
  const callerId = value('ACS_CALLER_ID') ?? '+15550100000';
  if (hasAcs && !E164.test(callerId))
    problems.push('ACS_CALLER_ID: must be a number in E.164 form, such as +15550100000');
  return callerId;
}

function readOrigins(value: Value, problems: string[]): string[] {
  const items = (value('CALLBACK_URL_ALLOW') ?? '').split(',').map((item) => item.trim());
  return items.filter(Boolean).flatMap((item) => {
    const url = parseUrl(item);
    if (url) return [url.origin];
    problems.push(`CALLBACK_URL_ALLOW: "${item}" is not a URL`);
    return [];
  });
}

function readLogLevel(value: Value, problems: string[]): LogLevel {
  const text = value('LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (!level) problems.push(`LOG_LEVEL: must be one of ${LOG_LEVELS.join(', ')}`);
  return level ?? 'info';
}

function readSecretKey(value: Value, problems: string[]): string | null {
  const key = value('CALLBACK_SECRET_KEY');
  if (key !== null && Buffer.byteLength(key) < 32) problems.push('CALLBACK_SECRET_KEY: must have at least 32 bytes');
  return key;
}

function readNumber(
  value: Value,
  name: string,
  fallback: number,
  range: { readonly least: number; readonly most: number },
  problems: string[],
): number {
  const text = value(name);
  if (text === null) return fallback;
  const number = Number(text);
  if (Number.isFinite(number) && number >= range.least && number <= range.most) return number;
  problems.push(`${name}: must be a number from ${range.least} to ${range.most}`);
  return fallback;
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function isLoopbackEndpoint(connectionString: string): boolean {
  const endpoint = /endpoint=([^;]*)/i.exec(connectionString)?.[1];
  const url = endpoint ? parseUrl(endpoint) : null;
  return url !== null && isLoopback(url.hostname);
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
