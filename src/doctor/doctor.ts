import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Journal } from '../app/ports.ts';
import { withIdentity } from '../azure/credential.ts';
import { openPublisher, openQueues, openTelephony } from '../composition/parts.ts';
import { openSql } from '../composition/stores.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { AcsConfig } from '../config/acs.ts';
import type { Config } from '../config/config.ts';
import type { SqlConfig, StorageConfig } from '../config/stores.ts';
import { loadQuestionnaire } from '../questionnaires/load.ts';
import { checkAcs } from './acs.ts';
import { type Check, type Finding, failed, ok, warning } from './check.ts';
import { identityChecks } from './identity.ts';
import { checkStaff } from './staff.ts';
import { checkCallbackUrl, checkKeys } from './web.ts';

/** Everything that a server with these settings needs, each as one check. Nobody is called and no entry is written. */
export function checksOf(config: Config): readonly Check[] {
  const { acs, tables, sql, queue, topic, entra, eventGrid, publicBaseUrl } = config;
  return [
    { name: 'questionnaire', run: () => questionnaire(config) },
    checkStaff(config),
    ...identityChecks(config),
    tables ? tablesCheck(tables) : { name: 'data directory', run: async () => directory(config.dataDir) },
    ...(sql ? [{ name: 'SQL', run: () => database(sql) }] : []),
    ...(queue ? [{ name: 'queues', run: () => queues(config) }] : []),
    ...(acs ? acsChecks(config, acs) : [{ name: 'ACS', run: async () => warning('a simulator: nobody is called') }]),
    ...(publicBaseUrl ? [checkCallbackUrl(publicBaseUrl)] : []),
    ...(entra ? [checkKeys('Entra ID keys', entra.jwksUri, systemClock.now)] : []),
    ...(eventGrid?.auth.mode === 'entra'
      ? [checkKeys('Event Grid keys', eventGrid.auth.entra.jwksUri, systemClock.now)]
      : []),
    ...(topic ? [{ name: 'Event Grid topic', run: () => topicCheck(config) }] : []),
  ];
}

async function questionnaire({ questionnaireFile }: Config): Promise<Finding> {
  const { id, version } = await loadQuestionnaire(questionnaireFile ?? undefined);
  return ok(`${id}@${version}; nothing about care is said before a person is proven`);
}

function directory(dataDir: string): Finding {
  mkdirSync(dataDir, { recursive: true });
  accessSync(dataDir, constants.R_OK | constants.W_OK);
  return ok(`${dataDir} can be written`);
}

function tablesCheck({ access, prefix }: StorageConfig): Check {
  return {
    name: 'tables',
    async run() {
      const { checkTables } = await import('../adapters/storage-rights/tables.ts');
      return checkTables(await withIdentity(access), prefix);
    },
  };
}

async function database(config: SqlConfig): Promise<Finding> {
  const sqlServer = await openSql(config);
  try {
    const { version, pending, canWrite, readCommittedSnapshot } = await sqlServer.check();
    if (pending.length > 0) return failed(`${version}; not migrated: ${pending.join(', ')}; run "callistra migrate"`);
    if (!canWrite) return failed(`${version}; this login may not write the read models`);
    await sqlServer.members.list({ limit: 1 });
    if (!readCommittedSnapshot) return warning(`${version}; READ_COMMITTED_SNAPSHOT is off: readers wait for writers`);
    return ok(`${version}; migrated, may be written, members can be read`);
  } finally {
    await sqlServer.close();
  }
}

/** What the parts have to say beside the finding. */
const SILENT: Journal = { info: () => {}, warn: () => {}, error: () => {} };

async function queues(config: Config): Promise<Finding> {
  const opened = await openQueues(config, systemClock, SILENT);
  if (!opened) return ok('in this process');
  try {
    const found = await opened.check();
    const bad = found.filter(({ problem }) => problem !== null);
    if (bad.length > 0) return failed(bad.map(({ queue, problem }) => `${queue}: ${problem}`).join(', '));
    return ok(`${found.map(({ queue }) => queue).join(', ')} may be read and written`);
  } finally {
    await opened.close();
  }
}

function acsChecks(config: Config, acs: AcsConfig): Check[] {
  const signed: Check = {
    name: 'ACS',
    async run() {
      const telephony = await openTelephony(acs);
      try {
        return await checkAcs(telephony, config.callerId);
      } finally {
        await telephony.close();
      }
    },
  };
  return [signed, checkKeys('ACS keys', acs.jwksUri, systemClock.now)];
}

async function topicCheck(config: Config): Promise<Finding> {
  const publisher = await openPublisher(config);
  await publisher?.check();
  return ok('lets us publish');
}
