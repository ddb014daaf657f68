import { statSync } from 'node:fs';
import type { Journal } from '../app/ports.ts';
import type { Clock } from '../base/clock.ts';
import { type CallbackKey, callbackKeysIn, callbackKeysMadeIn, isHonoured } from '../config/callback-key.ts';
import type { Config } from '../config/config.ts';
import { type CallSecrets, createCallSecrets } from '../identity/call-secrets.ts';
import { storeFiles } from './stores.ts';

/** How often the file of keys is looked at, while callbacks come and calls are placed. */
const LOOK_MS = 1_000;

/**
 * The secrets of calls by these settings. The file in the data directory may be given another key while a server runs: it places
 * calls by the new one within a second, and takes callbacks by the old one while calls are open.
 * @throws ConfigError
 */
export function callSecretsOf(
  config: Pick<Config, 'callbackSecretKey' | 'callbackSecretKeyBefore' | 'dataDir'>,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
  journal: Journal,
): CallSecrets {
  const before = config.callbackSecretKeyBefore === null ? [] : [Buffer.from(config.callbackSecretKeyBefore)];
  if (config.callbackSecretKey !== null) return createCallSecrets(Buffer.from(config.callbackSecretKey), ...before);
  const keys = watchedKeys(storeFiles(config.dataDir).callbackKey, clock, journal);
  const secrets = (): CallSecrets => {
    const [inForce, ...replaced] = keys().filter(({ replacedAtMs }) => isHonoured(replacedAtMs, clock.now()));
    return createCallSecrets(inForce!.key, ...replaced.map(({ key }) => key), ...before);
  };
  return {
    of: (callSessionId) => secrets().of(callSessionId),
    matches: (callSessionId, secret) => secrets().matches(callSessionId, secret),
  };
}

function watchedKeys(path: string, clock: Pick<Clock, 'monotonicMs'>, journal: Journal): () => readonly CallbackKey[] {
  let keys = callbackKeysMadeIn(path);
  let mark = markOf(path);
  let lookedMs = clock.monotonicMs();
  return () => {
    if (clock.monotonicMs() - lookedMs < LOOK_MS) return keys;
    lookedMs = clock.monotonicMs();
    const found = markOf(path);
    if (found === mark) return keys;
    mark = found;
    try {
      keys = callbackKeysIn(path);
      journal.info({ keys: keys.length }, 'the callback key was rotated; the one before it is honoured for two days');
    } catch {
      journal.error({ code: 'CALLBACK_KEY' }, `${path} is gone or damaged: the keys that were in it stay in force`);
    }
    return keys;
  };
}

/** Changes with whatever is put in the file's place. */
function markOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${ino} ${mtimeMs} ${size}`;
}
