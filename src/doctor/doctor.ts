import type { Config } from '../config/config.ts';
import { NOBODY_CALLS, simulatedDoubt } from '../config/simulated.ts';
import { checkAcs } from './acs.ts';
import { type Check, type Finding, failed, ok, warning } from './check.ts';
import { checkCheckpoints } from './checkpoints.ts';
import { identityChecks } from './identity.ts';
import type { Openers, Topic } from './openers.ts';
import { checkStaff } from './staff.ts';
import { checkDatabase, checkDirectory, checkQueues, checkTables } from './stores.ts';
import { checkCallbackUrl, checkKeys } from './web.ts';

/** Everything that a server with these settings needs, each as one check. Nobody is called and no entry is written. */
export function checksOf(config: Config, open: Openers): readonly Check[] {
  const { dataDir, tables, sql, queue, topic, entra, eventGrid, publicBaseUrl } = config;
  const keysOf = (name: string, jwksUrl: string): Check => checkKeys(name, jwksUrl, open.now);
  return [
    { name: 'questionnaire', run: () => checkQuestionnaire(config, open) },
    checkStaff(config, open.apiKeys),
    ...settingsChecks(config, open),
    ...identityChecks(config, open.credential),
    tables
      ? { name: 'tables', run: async () => checkTables(await open.tables(tables), open.now) }
      : { name: 'data directory', run: async () => checkDirectory(dataDir) },
    ...filesChecks(open.wideFiles(config)),
    { name: 'checkpoints', run: async () => checkCheckpoints(await open.checkpoints(config)) },
    ...(sql ? [checkOpened('SQL', () => open.sql(sql), checkDatabase)] : []),
    ...(queue ? [checkOpened('queues', () => open.queues(queue), checkQueues)] : []),
    ...acsChecks(config, open),
    ...(publicBaseUrl ? [checkCallbackUrl(publicBaseUrl)] : []),
    ...(entra ? [keysOf('Entra ID keys', entra.jwksUri)] : []),
    ...(eventGrid?.auth.mode === 'entra' ? [keysOf('Event Grid keys', eventGrid.auth.entra.jwksUri)] : []),
    ...(topic ? [{ name: 'Event Grid topic', run: async () => checkTopic(await open.topic(topic)) }] : []),
  ];
}

/** A check of a part that is closed again, whatever is found. */
function checkOpened<Part extends { close(): Promise<void> }>(
  name: string,
  open: () => Promise<Part>,
  check: (part: Part) => Promise<Finding>,
): Check {
  return {
    name,
    async run() {
      const part = await open();
      try {
        return await check(part);
      } finally {
        await part.close();
      }
    },
  };
}

async function checkQuestionnaire({ questionnaireFile }: Config, open: Openers): Promise<Finding> {
  const { id, version } = await open.questionnaire(questionnaireFile);
  return ok(`${id}@${version}; nothing about care is said before a person is proven`);
}

/** What of the settings, and of the files that they name, no other check looks at. */
function settingsChecks(config: Config, open: Openers): readonly Check[] {
  const { warnings, staffNamesFile, callbackSecretKey } = config;
  const names = async (file: string) => ok(`${open.staffNames(file).size} names`);
  const keys = async () => ok(open.callbackKey(config) === 0 ? 'is made at the first start' : 'in the data directory');
  return [
    ...(warnings.length > 0 ? [{ name: 'settings', run: async () => warning(warnings.join('; ')) }] : []),
    ...(staffNamesFile ? [{ name: 'staff names', run: () => names(staffNamesFile) }] : []),
    ...(callbackSecretKey === null ? [{ name: 'callback key', run: keys }] : []),
  ];
}

/** @param wide what others may use, in words */
function filesChecks(wide: string | null): readonly Check[] {
  return wide === null ? [] : [{ name: 'files', run: async () => warning(wide) }];
}

function acsChecks(config: Config, open: Openers): readonly Check[] {
  const { acs, line } = config;
  if (!acs) return [{ name: 'ACS', run: async () => checkNoAcs(config) }];
  return [
    checkOpened(
      'ACS',
      () => open.telephony(acs),
      (telephony) => checkAcs(telephony, open.refusal, line),
    ),
    checkKeys('ACS keys', acs.jwksUri, open.now),
  ];
}

function checkNoAcs(config: Config): Finding {
  if (!config.simulator) return failed(NOBODY_CALLS);
  return warning(simulatedDoubt(config) ?? 'a simulator: nobody is called');
}

async function checkTopic(topic: Topic): Promise<Finding> {
  await topic.check();
  return ok('lets us publish');
}
