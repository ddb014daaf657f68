import type { Journal } from '../app/ports.ts';
import type { Clock } from '../base/clock.ts';
import { type CallbackKey, callbackKeysIn, callbackKeysMadeIn, isHonoured } from '../config/callback-key.ts';
import type { Config } from '../config/config.ts';
import { type CallSecrets, createCallSecrets } from '../identity/call-secrets.ts';
import { storeFiles } from './stores.ts';
import { watchFile } from './watched-file.ts';

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
  let current: { readonly honoured: readonly CallbackKey[]; readonly secrets: CallSecrets } | null = null;
  // Made anew only when keys come or go: they remember what they have derived, for each step of a call asks for it.
  const secrets = (): CallSecrets => {
    const honoured = keys().filter(({ replacedAtMs }) => isHonoured(replacedAtMs, clock.now()));
    if (current && isSame(current.honoured, honoured)) return current.secrets;
    const [inForce, ...replaced] = honoured;
    current = {
      honoured,
      secrets: createCallSecrets(inForce!.key, ...replaced.map(({ key }) => key), ...before),
    };
    return current.secrets;
  };
  return {
    of: (callSessionId) => secrets().of(callSessionId),
    matches: (callSessionId, secret) => secrets().matches(callSessionId, secret),
  };
}

function isSame(some: readonly CallbackKey[], others: readonly CallbackKey[]): boolean {
  return some.length === others.length && some.every((key, index) => key === others[index]);
}

function watchedKeys(path: string, clock: Pick<Clock, 'monotonicMs'>, journal: Journal): () => readonly CallbackKey[] {
  callbackKeysMadeIn(path);
  const { value } = watchFile({
    path,
    read: () => callbackKeysIn(path),
    clock,
    onChanged: (keys) =>
      journal.info({ keys: keys.length }, 'the callback key was rotated; the one before it is honoured for two days'),
    onTrouble: () =>
      journal.error({ code: 'CALLBACK_KEY' }, `${path} is gone or damaged: the keys that were in it stay in force`),
  });
  return value;
}
