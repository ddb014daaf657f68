import type { Journal } from '../app/ports.ts';
import type { Clock } from '../base/clock.ts';
import { readApiKeys } from '../config/api-keys.ts';
import type { Config } from '../config/config.ts';
import type { ApiKey } from '../identity/staff.ts';
import { apiKeysFileOf } from './stores.ts';
import { type WatchedFile, watchFile } from './watched-file.ts';

/**
 * The keys of the staff by these settings; null: there is no file of them. A key that is added or removed counts within a second,
 * under a running server too. A file that is gone or damaged lets in whoever it let in before.
 * @throws ConfigError
 */
export function apiKeysOf(
  config: Pick<Config, 'apiKeysFile' | 'dataDir'>,
  clock: Pick<Clock, 'monotonicMs'>,
  journal: Journal,
): WatchedFile<readonly ApiKey[]> | null {
  const path = apiKeysFileOf(config);
  if (path === null) return null;
  const watched = watchFile({
    path,
    read: () => readApiKeys(path),
    clock,
    onChanged: (keys) => journal.info({ keys: keys.length }, 'the file of API keys was changed, and is in force'),
    onTrouble: (reason) => journal.error({ code: 'API_KEYS_DAMAGED', reason }, STAYS),
  });
  return {
    value: watched.value,
    trouble() {
      const reason = watched.trouble();
      return reason && `${STAYS}: ${reason}`;
    },
  };
}

const STAYS = 'the file of API keys cannot be used; the keys that were in it stay in force';
