import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { storeFiles } from '../../composition/stores.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { hashOf, KEY_NAME, readApiKeys } from '../../config/api-keys.ts';
import { rotateCallbackKey } from '../../config/callback-key.ts';
import type { Config } from '../../config/config.ts';
import { changePrivateFile } from '../../config/private-file.ts';
import { makeFolder, writeNew } from '../../files/private.ts';
import { type ApiKey, ROLES, type Role } from '../../identity/staff.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Output, table } from '../output.ts';

type Added = { readonly name: string; readonly roles: readonly string[]; readonly json: boolean };

/** Makes an API key, prints it once, and puts its hash into the file of keys, which it makes if there is none. @throws ConfigError */
export function addKey(config: KeysConfig, asked: Added, output: Output): ExitCode {
  const { name, json } = asked;
  const roles = [...new Set(asked.roles)];
  const flaw = flawOf(name, roles);
  if (flaw !== null) return refused(flaw, output);
  const file = fileOf(config);
  const key = randomBytes(32).toString('base64url');
  makeFolder(dirname(file));
  let isTaken = false;
  changePrivateFile(file, () => {
    const keys: readonly ApiKey[] = existsSync(file) ? readApiKeys(file, FILE_WORDS) : [];
    isTaken = keys.some((other) => other.name === name);
    return textOf(isTaken ? keys : [...keys, { name, sha256: hashOf(key), roles: roles as Role[] }]);
  });
  if (isTaken) return refused(`${file} has a key of the name ${name} already`, output);
  if (json) output.json({ name, roles, key, file });
  else output.line(key);
  output.note(`This is the key of ${name} (${roles.join(', ')}); it is shown this once. ${file} holds its hash.`);
  output.note('Commands send it when CALLISTRA_API_KEY is set to it, other tools as "Authorization: Bearer KEY".');
  output.note('A server takes it within a second; one that had no keys when it was started, at its next start.');
  return EXIT.ok;
}

/** Lets in nobody with this key any more. The last one stays: without any the file would be none. @throws ConfigError */
export function removeKey(config: KeysConfig, name: string, output: Output): ExitCode {
  const file = fileOf(config);
  const known = (): readonly ApiKey[] => readApiKeys(file, FILE_WORDS);
  const flaw = removalFlaw(known(), name, file);
  if (flaw !== null) return refused(flaw, output);
  changePrivateFile(file, () => {
    const keys = known();
    return textOf(removalFlaw(keys, name, file) === null ? keys.filter((key) => key.name !== name) : keys);
  });
  output.line(`the key of ${name} is removed`);
  output.note('A running server lets nobody in with it from the next second on.');
  return EXIT.ok;
}

function removalFlaw(keys: readonly ApiKey[], name: string, file: string): string | null {
  if (!keys.some((key) => key.name === name)) return `${file} has no key of the name ${name}`;
  if (keys.length > 1) return null;
  return `${name} has the last key of ${file}: add another first, or stop the server and remove the file`;
}

/** Lists whose keys there are, and what each may do. @throws ConfigError */
export function listKeys(config: KeysConfig, { json }: { readonly json: boolean }, output: Output): ExitCode {
  const keys = readApiKeys(fileOf(config), FILE_WORDS).map(({ name, roles }) => ({ name, roles }));
  if (json) output.json(keys);
  else
    output.line(
      table(
        ['name', 'roles'],
        keys.map(({ name, roles }) => [name, roles.join(', ')]),
      ),
    );
  return EXIT.ok;
}

type KeysConfig = Pick<Config, 'dataDir' | 'apiKeysFile'>;

const FILE_WORDS = 'the file of API keys';

function fileOf({ apiKeysFile, dataDir }: KeysConfig): string {
  return apiKeysFile ?? storeFiles(dataDir).apiKeys;
}

function flawOf(name: string, roles: readonly string[]): string | null {
  if (!KEY_NAME.test(name)) return 'NAME must have 1 to 64 of A-Z a-z 0-9 . _ -';
  const known: readonly string[] = ROLES;
  return roles.every((role) => known.includes(role)) ? null : `ROLE must be one of ${ROLES.join(', ')}`;
}

function textOf(keys: readonly ApiKey[]): string {
  return `[\n${keys.map((key) => `  ${JSON.stringify(key)}`).join(',\n')}\n]\n`;
}

type RotateConfig = Pick<Config, 'dataDir' | 'callbackSecretKey'>;

/** Puts a new callback key in force. @throws ConfigError @param out a new file for the settings, where the key is one */
export function rotateKey(
  { dataDir, callbackSecretKey }: RotateConfig,
  { out }: { readonly out?: string },
  output: Output,
): ExitCode {
  const file = storeFiles(dataDir).callbackKey;
  if (callbackSecretKey === null) {
    rotateCallbackKey(file, systemClock.now());
    output.line(`${file} holds a new key`);
    output.note('A running server places calls by it within a second; the one before it is honoured for two days.');
    return EXIT.ok;
  }
  if (out === undefined)
    return refused(
      'CALLBACK_SECRET_KEY is set, and a secret is not printed: name a new file for its next value with --out',
      output,
    );
  const next = randomBytes(32).toString('hex');
  const text = `CALLBACK_SECRET_KEY=${next}\nCALLBACK_SECRET_KEY_BEFORE=${callbackSecretKey}\n`;
  writeNew(out, text);
  output.line(`${out} holds the next settings`);
  output.note('1. Set both on every instance, and restart all of them together.');
  output.note(`2. After two days take CALLBACK_SECRET_KEY_BEFORE away. 3. Remove ${out}.`);
  return EXIT.ok;
}

function refused(why: string, output: Output): ExitCode {
  output.note(why);
  return EXIT.cannotRun;
}
