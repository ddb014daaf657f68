import { statSync } from 'node:fs';
import {
  type BackupConfig,
  backUp,
  backUpLog,
  flawOfPlace,
  keysLeftIn,
  restoreAll,
  restoreLog,
} from '../../composition/backup.ts';
import type { CommandLook } from '../../composition/command-audit.ts';
import { openLog } from '../../composition/stores.ts';
import type { ApiClient } from '../api-client.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Output } from '../output.ts';
import { type Asked, askOrDo } from '../served.ts';
import { isWhole, tellCopied, tellKnowledge } from './backup-told.ts';
import { recordHere } from './record-here.ts';

type Options = { readonly config: BackupConfig; readonly withKeys: boolean; readonly json: boolean };

type BackupOptions = Options & Asked & { readonly whatFor: Pick<CommandLook, 'purpose' | 'reason'> };

/**
 * Copies log, members and checkpoints into a folder, or what was added since; beside a running server, which records it first: a
 * copy shows everything.
 * @param dir a folder; an older copy of the log, in a file, is gone on with
 */
export async function backup(
  dir: string,
  client: ApiClient,
  options: BackupOptions,
  output: Output,
): Promise<ExitCode> {
  const { config, withKeys, json, whatFor } = options;
  const isLogAlone = isFile(dir);
  const flaw = isLogAlone ? null : flawOfPlace(dir, config);
  if (flaw !== null) {
    output.note(flaw);
    return EXIT.cannotRun;
  }
  const record = async (): Promise<ExitCode> => {
    await client.recordBackup();
    return EXIT.ok;
  };
  const here = async (): Promise<ExitCode> => {
    // Whoever writes makes a log where there is none; of that there is nothing to copy.
    await (await openLog(config, 'read')).close();
    await recordHere(config, { action: 'backup', calls: [], members: [], ...whatFor });
    return EXIT.ok;
  };
  const recorded = await askOrDo(options, record, here, output);
  if (recorded !== EXIT.ok) return recorded;
  const copying = { withKeys, onProgress: progressOf(output) };
  const copied = await (isLogAlone ? backUpLog : backUp)(config, dir, copying);
  output.progress('');
  if (json) output.json(shown(copied));
  else tellCopied(copied, output);
  if (isLogAlone) output.note(`${dir} is a file, and holds the log alone: name a folder, and everything is in it.`);
  else if (!withKeys) output.note('The keys are not in it: keep them elsewhere, or name --with-keys.');
  return isWhole(copied) ? EXIT.ok : EXIT.finding;
}

/** Copies such a folder back, where something of it is missing; of an older copy the log alone. */
export async function restore(dir: string, options: Options, output: Output): Promise<ExitCode> {
  const { config, withKeys, json } = options;
  const copying = { withKeys, onProgress: progressOf(output) };
  const isLogAlone = isFile(dir);
  const restored = await (isLogAlone ? restoreLog : restoreAll)(config, dir, copying);
  output.progress('');
  if (json) output.json({ ...shown(restored), knowledge: restored.knowledge });
  else tellCopied(restored, output);
  if (!isLogAlone) tellKeysLeft(dir, config, output);
  const isSame = tellKnowledge(restored, config, output);
  return isWhole(restored) && isSame ? EXIT.ok : EXIT.finding;
}

function tellKeysLeft(dir: string, config: BackupConfig, output: Output): void {
  const { missing, others } = keysLeftIn(dir, config);
  if (missing.length > 0) {
    output.note(`${dir} holds keys that are not here: --with-keys puts back ${missing.join(', ')}.`);
  }
  if (others.length > 0) output.note(`Other keys are here than in ${dir}, and were left alone: ${others.join(', ')}.`);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function progressOf(output: Output) {
  return ({ streams, entries }: { readonly streams: number; readonly entries: number }): void =>
    output.progress(`${entries} entries of ${streams} streams`);
}

function shown({ log, checkpoints, members, keys }: Awaited<ReturnType<typeof backUp>>) {
  return { ...log, checkpoints, members, keys };
}
