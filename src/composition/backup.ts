import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copyMembers } from '../../projections/sqlite/members-copy.ts';
import { createCheckpointFolder } from '../adapters/checkpoints/folder.ts';
import { type Knowledge, knowledgeOf } from '../audit/backup/knowledge.ts';
import { type CopyReport, copyLog } from '../audit/backup/log.ts';
import { copyTrees, type TreeCopy, type TreeCopying } from '../audit/backup/tree.ts';
import type { CheckpointStore } from '../audit/checkpoints/ports.ts';
import { treesIn } from '../audit/checkpoints/records.ts';
import { errorCode } from '../base/coded-error.ts';
import type { Config } from '../config/config.ts';
import { changePrivateFile } from '../config/private-file.ts';
import type { Entry } from '../domain/entries.ts';
import { makeFolder, writeNew } from '../files/private.ts';
import type { CallEventLog } from '../log/port.ts';
import { checkpointFolder, openCheckpointStore } from './checkpoint-place.ts';
import { openLog, openLogFile, openMembers, type StoreConfig, storeFiles } from './stores.ts';

export type BackupConfig = StoreConfig & Pick<Config, 'checkpoints'>;

export type BackupOptions = {
  readonly withKeys: boolean;
  readonly onProgress: (report: CopyReport) => void;
};

/**
 * - `none`: there are none to be copied
 * - `kept`: there are some already, which were left alone
 * - `unreadable`: the file is damaged, or held by another process
 * - `elsewhere`: they are in a database
 */
export type MembersCopy = 'copied' | 'none' | 'kept' | 'unreadable' | 'elsewhere';

export type Backup = {
  readonly log: CopyReport;
  /** Null: they are in no folder, or the records of them diverge. */
  readonly checkpoints: TreeCopy | null;
  readonly members: MembersCopy;
  /** Names of the files of keys that were copied. */
  readonly keys: readonly string[];
};

/** `knowledge`: what the checkpoints that are here now know of the log; null: they could not be asked. */
export type Restored = Backup & { readonly knowledge: Knowledge | null };

const LOG_ALONE = { checkpoints: null, members: 'none', keys: [] } as const;

/** Tells a folder of backups from one that is somebody's data. Made first. */
const MARK = 'backup.json';
const MARK_TEXT = '{"format":"callistra/backup/1"}\n';

/** The checkpoints of a copy, whose other files have the names that they have in a data directory. */
function treesOf(dir: string): CheckpointStore {
  return createCheckpointFolder(join(dir, 'checkpoints'));
}

/** Why a folder is no place for a backup, in words; null when it is one. */
export function flawOfPlace(dir: string, { dataDir }: Pick<Config, 'dataDir'>): string | null {
  if (!existsSync(dir)) return null;
  if (existsSync(dataDir) && realpathSync(dir) === realpathSync(dataDir)) return `${dir} is the data directory itself`;
  if (!statSync(dir).isDirectory()) return `${dir} is no folder`;
  const names = readdirSync(dir);
  if (names.length === 0 || names.includes(MARK)) return null;
  return `${dir} holds something else than a backup: name a new folder`;
}

/**
 * Copies log, members and checkpoints, or what was added since, into a folder; beside a running server.
 * @throws LogError, CheckpointError, ConfigError
 */
export async function backUp(config: BackupConfig, dir: string, options: BackupOptions): Promise<Backup> {
  const from = { log: await openLog(config, 'read'), trees: folderOf(config) };
  makeFolder(dir);
  if (!existsSync(join(dir, MARK))) writeNew(join(dir, MARK), MARK_TEXT);
  return closing(from.log, async () => {
    const to = { log: openLogFile(storeFiles(dir).log, 'write'), trees: treesOf(dir) };
    return closing(to.log, async () => ({
      ...(await copyLogAndTrees(from, to, options)),
      members: config.sql ? 'elsewhere' : copiedMembers(storeFiles(config.dataDir).members, storeFiles(dir).members),
      keys: options.withKeys ? copyKeys(config.dataDir, dir, true) : [],
    }));
  });
}

/**
 * Copies such a folder back: entries that are missing, checkpoints of which none has the name, members and keys where there are
 * none. Nobody else may use the stores meanwhile.
 * @throws LogError LOG_IN_USE, CheckpointError, ConfigError
 */
export async function restoreAll(config: BackupConfig, dir: string, options: BackupOptions): Promise<Restored> {
  const from = { log: openLogFile(storeFiles(dir).log, 'read'), trees: treesOf(dir) };
  return closing(from.log, async () => {
    const to = { log: await openLog(config), trees: folderOf(config) };
    return closing(to.log, async () => ({
      ...(await copyLogAndTrees(from, to, options)),
      members: await restoredMembers(config, storeFiles(dir).members),
      keys: options.withKeys ? copyKeys(dir, config.dataDir, false) : [],
      knowledge: await knowledgeHere(config, to.log),
    }));
  });
}

/** Goes on with a copy of the log alone, in a file, as earlier releases made them. @throws LogError */
export async function backUpLog(config: BackupConfig, file: string, options: BackupOptions): Promise<Backup> {
  const from = await openLog(config, 'read');
  return closing(from, async () => {
    const to = openLogFile(file, 'write');
    return closing(to, async () => ({ ...LOG_ALONE, log: await copyLog(from, to, options) }));
  });
}

/** Copies such a file back. @throws LogError, CheckpointError */
export async function restoreLog(config: BackupConfig, file: string, options: BackupOptions): Promise<Restored> {
  const from = openLogFile(file, 'read');
  return closing(from, async () => {
    const to = await openLog(config);
    return closing(to, async () => {
      const log = await copyLog(from, to, options);
      return { ...LOG_ALONE, log, knowledge: await knowledgeHere(config, to) };
    });
  });
}

/** The files of keys of a copy that are not here, and those that are others here; by name. */
export function keysLeftIn(dir: string, { dataDir }: Pick<Config, 'dataDir'>) {
  const files = keyFiles(dir, dataDir).filter(({ from }) => existsSync(from));
  const isOther = ({ from, to }: KeyFile): boolean => existsSync(to) && !readFileSync(from).equals(readFileSync(to));
  return {
    missing: files.filter(({ to }) => !existsSync(to)).map(({ from }) => basename(from)),
    others: files.filter(isOther).map(({ from }) => basename(from)),
  };
}

type KeyFile = { readonly from: string; readonly to: string };

/** Whether a server that starts here has a key for its checkpoints, and makes none. */
export function hasCheckpointKey({ dataDir, checkpoints }: Pick<Config, 'dataDir' | 'checkpoints'>): boolean {
  return checkpoints.key !== null || existsSync(storeFiles(dataDir).checkpointKey);
}

/** Where the trees lie on this machine; null: in a container, which keeps them, or nowhere. */
function folderOf(config: BackupConfig): CheckpointStore | null {
  const { containerUrl, dir } = config.checkpoints;
  if (containerUrl !== null || (config.tables && dir === null)) return null;
  return createCheckpointFolder(checkpointFolder(config));
}

type Side = { readonly log: CallEventLog; readonly trees: CheckpointStore | null };

async function copyLogAndTrees(from: Side, to: Side, { onProgress }: BackupOptions) {
  const begun: TreeCopying[] = [];
  const [source, target] = [from.trees, to.trees];
  const trees = source && target && ((records: readonly Entry[]) => copyTrees(source, target, treesIn(records)));
  const log = await copyLog(from.log, to.log, {
    onProgress,
    ...(trees && {
      beside(records) {
        const copying = trees(records);
        begun.push(copying);
        return copying;
      },
    }),
  });
  return { log, checkpoints: (await begun[0]?.rest()) ?? null };
}

function copiedMembers(from: string, to: string): MembersCopy {
  if (!existsSync(from)) return 'none';
  try {
    copyMembers(from, to);
    return 'copied';
  } catch (error) {
    if (!errorCode(error).startsWith('MEMBERS_')) throw error;
    return 'unreadable';
  }
}

async function restoredMembers(config: StoreConfig, from: string): Promise<MembersCopy> {
  if (config.sql) return 'elsewhere';
  if (!existsSync(from)) return 'none';
  const to = storeFiles(config.dataDir).members;
  if (existsSync(to) && (await isAnybodyIn(config))) return 'kept';
  return copiedMembers(from, to);
}

/** Of a damaged file nobody can say. */
async function isAnybodyIn(config: StoreConfig): Promise<boolean> {
  try {
    const members = await openMembers(config);
    return await closing(members, async () => (await members.list({ limit: 1 })).length > 0);
  } catch (error) {
    if (!errorCode(error).startsWith('MEMBERS_')) throw error;
    return true;
  }
}

function copyKeys(from: string, to: string, isReplaced: boolean): string[] {
  const wanted = keyFiles(from, to).filter((file) => existsSync(file.from) && (isReplaced || !existsSync(file.to)));
  for (const file of wanted) changePrivateFile(file.to, () => readFileSync(file.from));
  return wanted.map((file) => basename(file.to));
}

function keyFiles(from: string, to: string): readonly KeyFile[] {
  const [files, others] = [storeFiles(from), storeFiles(to)];
  return (['callbackKey', 'apiKeys', 'checkpointKey'] as const).map((key) => ({ from: files[key], to: others[key] }));
}

async function knowledgeHere(config: BackupConfig, log: CallEventLog): Promise<Knowledge | null> {
  const { containerUrl, dir } = config.checkpoints;
  if (config.tables && containerUrl === null && dir === null) return null;
  try {
    return await knowledgeOf(await openCheckpointStore(config), log);
  } catch (error) {
    if (!errorCode(error).startsWith('CHECKPOINT_')) throw error;
    return null;
  }
}

async function closing<T>(part: { close(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await part.close();
  }
}
