import { isLocalAcs } from '../config/acs.ts';
import type { Config } from '../config/config.ts';
import { teamsAccountOf } from '../domain/call/line.ts';
import { apiKeysFileOf } from './stores.ts';

function telephonyOf({ acs, simulator, line }: Config): string {
  const provider = acs ? (isLocalAcs(acs) ? 'a simulator elsewhere' : 'ACS') : simulator ? 'simulator' : 'none';
  return teamsAccountOf(line) === null ? provider : `${provider}, Teams Phone`;
}

/**
 * What of the settings may stand in the log for years: each is named here, so that a setting that is added is secret until
 * somebody says that it is none. No key, secret, signature or connection string is among them, and nobody's telephone number.
 */
export function shownSettings(config: Config): Readonly<Record<string, string | number | boolean>> {
  const { tables, sql, queue, entra, eventGrid, topic, checkpoints } = config;
  return {
    host: config.host,
    port: config.port,
    ...(config.publicBaseUrl !== null && { publicBaseUrl: config.publicBaseUrl }),
    trustedHops: config.trustedHops,
    telephony: telephonyOf(config),
    log: tables ? `tables ${tables.prefix}` : 'file',
    readModels: sql ? 'SQL Server' : 'file',
    queue: queue ? `queue ${queue.prefix}` : 'process',
    staff: [entra && 'Entra ID', apiKeysFileOf(config) && 'API keys'].filter(Boolean).join(', ') || 'loopback',
    sessionIdleMs: config.sessions.idleMs,
    eventGrid: eventGrid ? eventGrid.auth.mode : 'none',
    notices: topic !== null,
    telemetry: config.applicationInsights !== null,
    questionnaire: config.questionnaireFile ?? 'default',
    concurrentCalls: config.dial.concurrentCalls,
    callsPerSecond: config.dial.callsPerSecond,
    queueMs: config.queueMs,
    timeScale: config.timeScale,
    shutdownSeconds: config.shutdownSeconds,
    checkpoints: checkpoints.containerUrl ? 'container' : 'folder',
    checkpointEveryMs: checkpoints.everyMs,
    witnesses: checkpoints.witnesses.map(({ verifierKey }) => verifierKey.split('+')[0]).join(', '),
  };
}
