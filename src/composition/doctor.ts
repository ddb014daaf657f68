import { accessSync, constants, existsSync } from 'node:fs';
import { SECOND_READING } from '../adapters/telephony/reading/second.ts';
import { azureCredential, withIdentity } from '../azure/credential.ts';
import { readApiKeys } from '../config/api-keys.ts';
import { callbackKeysIn } from '../config/callback-key.ts';
import type { Config } from '../config/config.ts';
import { readStaffNames } from '../config/staff-names.ts';
import type { Check } from '../doctor/check.ts';
import { checksOf } from '../doctor/doctor.ts';
import type { CheckpointParts, Openers } from '../doctor/openers.ts';
import { wideFiles } from '../files/wide.ts';
import { loadQuestionnaire } from '../questionnaires/load.ts';
import { keysAt } from './checkpoint-keys.ts';
import { checkpointFolder, isOnDiskOfLog, missingIn, nearest, openContainer } from './checkpoint-place.ts';
import { openPublisher, openQueues, openTelephony } from './parts.ts';
import { apiKeysFileOf, openSql, placesOf, storeFiles } from './stores.ts';
import { systemClock } from './system-clock.ts';

/** The checks of a server with these settings, which open what a server opens. */
export function doctorChecks(config: Config): readonly Check[] {
  return checksOf(config, openersOf());
}

function openersOf(): Openers {
  return {
    now: systemClock.now,
    questionnaire: (file) => loadQuestionnaire(file ?? undefined),
    apiKeys(config) {
      const file = apiKeysFileOf(config);
      return file === null ? [] : readApiKeys(file);
    },
    staffNames: readStaffNames,
    callbackKey({ dataDir }) {
      const { callbackKey } = storeFiles(dataDir);
      return existsSync(callbackKey) ? callbackKeysIn(callbackKey).length : 0;
    },
    wideFiles: (config) => wideFiles(placesOf(config)),
    credential: azureCredential,
    async tables({ access, prefix }) {
      const { tableRights } = await import('../adapters/storage-rights/tables.ts');
      return tableRights(await withIdentity(access), prefix);
    },
    sql: openSql,
    queues: openQueues,
    telephony: openTelephony,
    refusal: SECOND_READING.refusal,
    topic: openPublisher,
    checkpoints: checkpointParts,
  };
}

async function checkpointParts(config: Config): Promise<CheckpointParts> {
  const { containerUrl } = config.checkpoints;
  const folder = checkpointFolder(config);
  const container = containerUrl === null ? null : await openContainer(containerUrl);
  return {
    missing: missingIn(config),
    place: container?.place ?? folder,
    signsAs:
      keysAt(config)
        .signers?.map(({ name }) => name)
        .join(', ') ?? null,
    async probe() {
      if (container) await container.read('batch/1');
      else accessSync(nearest(folder), constants.R_OK | constants.W_OK);
    },
    ...(container && { isLocked: container.isImmutable }),
    sharesDisk: isOnDiskOfLog(config),
  };
}
