import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessStore } from '../../projections/access.ts';
import type { ReadStore } from '../../projections/ports.ts';
import { type MendingAccessStore, openMendingAccessStore } from '../../projections/sqlite/access/mending.ts';
import { openSqliteAccessStore } from '../../projections/sqlite/access/store.ts';
import { openMembersInAnyState, openSqliteMembers } from '../../projections/sqlite/members.ts';
import { type MendingReadStore, openMendingReadStore } from '../../projections/sqlite/mending.ts';
import type { MendingOptions } from '../../projections/sqlite/place.ts';
import { openSqliteReadStore } from '../../projections/sqlite/read-store.ts';
import type { SqlServer } from '../../projections/sqlserver/pool.ts';
import { withIdentity } from '../azure/credential.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { SqlConfig, StorageConfig } from '../config/stores.ts';
import type { Members } from '../domain/member/members.ts';
import { makeFolder } from '../files/private.ts';
import type { CallEventLog, InspectedLog } from '../log/port.ts';
import { inspectSqliteLog, openSqliteLog } from '../log/sqlite/log.ts';
import { systemClock } from './system-clock.ts';

/** The stores of a server. */
export type Stores = { readonly log: CallEventLog; readonly readStore: ReadStore; readonly members: Members };

/** The files of an embedded server, in its data directory. */
export function storeFiles(dataDir: string) {
  return {
    log: join(dataDir, 'call-events.db'),
    readModels: join(dataDir, 'read-models.db'),
    access: join(dataDir, 'access-records.db'),
    members: join(dataDir, 'members.db'),
    callbackKey: join(dataDir, 'callback.key'),
    sessionKey: join(dataDir, 'session.key'),
    apiKeys: join(dataDir, 'api-keys.json'),
    checkpointKey: join(dataDir, 'checkpoint.key'),
  } as const;
}

/** Everything of a server that lies on this machine. */
export function placesOf(config: Pick<Config, 'apiKeysFile' | 'dataDir' | 'checkpoints'>): readonly string[] {
  const { apiKeysFile, dataDir, checkpoints } = config;
  return [dataDir, checkpoints.dir, apiKeysFile].filter((place) => place !== null);
}

/** The file of staff API keys: the one that is named, else the one in the data directory; null: there is none. */
export function apiKeysFileOf({ apiKeysFile, dataDir }: Pick<Config, 'apiKeysFile' | 'dataDir'>): string | null {
  const own = storeFiles(dataDir).apiKeys;
  return apiKeysFile ?? (existsSync(own) ? own : null);
}

/** What says where the data is. */
export type StoreConfig = Pick<Config, 'dataDir' | 'tables' | 'sql'>;

/** A server without Azure. */
export function inFiles(dataDir: string): StoreConfig {
  return { dataDir, tables: null, sql: null };
}

/** Stores by the settings: on Azure where a group of settings names it, in files of the data directory otherwise. */
export type OpenStores = Stores & {
  /** Who looked. */
  readonly access: MendingAccessStore;
  /** Null: the read models are files, which bring themselves up to date. */
  readonly sqlServer: SqlServer | null;
  /** The read models in a file, which may have to be filled again; null: they are no file. */
  readonly mending: MendingReadStore | null;
  close(): Promise<void>;
};

type HeardDate = {
  /** Hears what time a log on Azure says it is. */
  readonly heardDate?: ((date: string) => void) | undefined;
};

/**
 * Opens what a server needs. It does without read models and members rather than not at all: calls are under way, and the
 * log knows them.
 * @throws LogError, ReadStoreError for files of a later release; Azure is not asked before it is needed
 */
export async function openStores(
  config: StoreConfig,
  { heardDate, ...options }: MendingOptions & HeardDate = { now: systemClock.now },
): Promise<OpenStores> {
  const log = await openLog(config, 'write', heardDate);
  const sqlServer = config.sql && (await openSql(config.sql));
  const files = storeFiles(config.dataDir);
  const mending = sqlServer ? null : openMendingReadStore(files.readModels, options);
  const readStore = sqlServer?.readStore ?? mending!;
  const access = sqlServer ? neverReplaced(sqlServer.access) : openMendingAccessStore(files.access, options);
  const members = sqlServer?.members ?? openMembersInAnyState(files.members, options.onLongWork);
  return {
    log,
    readStore,
    members,
    access,
    sqlServer,
    mending,
    async close() {
      await members.close();
      await access.close();
      await readStore.close();
      await sqlServer?.close();
      await log.close();
    },
  };
}

/** @param use `read`: beside a server that may be writing it */
export async function openLog(
  config: StoreConfig,
  use: 'write' | 'read' = 'write',
  heardDate?: HeardDate['heardDate'],
): Promise<CallEventLog> {
  if (config.tables) return openTables(config.tables, heardDate);
  makeFolder(config.dataDir);
  return openLogFile(storeFiles(config.dataDir).log, use);
}

/** A log in a file, such as a backup. @param use `read`: beside whoever may be writing it */
export function openLogFile(file: string, use: 'write' | 'read'): CallEventLog {
  return openSqliteLog(file, { readOnly: use === 'read' });
}

/** The log, to be looked at by an auditor beside whoever writes it, also when its safeguards are gone. @throws LogError */
export async function inspectLog(config: StoreConfig): Promise<InspectedLog> {
  return config.tables ? openTables(config.tables) : inspectSqliteLog(storeFiles(config.dataDir).log);
}

/** The read models, to be built again by whoever opens them: a damaged file is set aside. */
export async function openReadModelsToRebuild(config: StoreConfig, options: MendingOptions): Promise<ReadStore> {
  if (config.sql) return openReadModels(config);
  return openMendingReadStore(storeFiles(config.dataDir).readModels, options);
}

export async function openReadModels(config: StoreConfig): Promise<ReadStore> {
  if (!config.sql) return openSqliteReadStore(storeFiles(config.dataDir).readModels);
  const sqlServer = await openSql(config.sql);
  return { ...sqlServer.readStore, close: () => sqlServer.close() };
}

/** Who looked, for whoever reads or fills it beside a server. */
export async function openAccess(config: StoreConfig, options: MendingOptions): Promise<AccessStore> {
  if (config.sql) {
    const sqlServer = await openSql(config.sql);
    return { ...sqlServer.access, close: () => sqlServer.close() };
  }
  makeFolder(config.dataDir);
  return openMendingAccessStore(storeFiles(config.dataDir).access, options);
}

/** Opens rows to be compared with the log; null: there is no file of them, and none is made. All throw ReadStoreError. */
export function rowsToCompare(config: StoreConfig) {
  const files = storeFiles(config.dataDir);
  const has = (file: string): boolean => config.sql !== null || existsSync(file);
  return {
    readStore: async () => (has(files.readModels) ? openReadModels(config) : null),
    access: async () => {
      if (!has(files.access)) return null;
      return config.sql ? openAccess(config, { now: systemClock.now }) : openSqliteAccessStore(files.access);
    },
  };
}

/** A database is mended by those whose it is. */
function neverReplaced(store: AccessStore): MendingAccessStore {
  return { ...store, onToFill: () => {} };
}

export async function openMembers(config: StoreConfig): Promise<Members> {
  if (config.sql) {
    const sqlServer = await openSql(config.sql);
    return { ...sqlServer.members, close: () => sqlServer.close() };
  }
  makeFolder(config.dataDir);
  return openSqliteMembers(storeFiles(config.dataDir).members);
}

/** Those without a setting for it. */
const SCHEMA_OF_OLDER_RELEASES = 'dbo';

/** Drivers of Azure are loaded only where they are needed: they take half a second, which an embedded server has no use for. */
async function openTables({ access, prefix }: StorageConfig, heardDate?: HeardDate['heardDate']) {
  const { openTablesLog } = await import('../log/tables/log.ts');
  // Who has a connection string may make tables; the managed identity may only read and add entities.
  const createTables = 'connectionString' in access;
  return openTablesLog(await withIdentity(access), { prefix, createTables, writeId: randomUUID, heardDate });
}

export async function openSql(
  { access, migrate, ...names }: SqlConfig,
  clock: Clock = systemClock,
): Promise<SqlServer> {
  const { openSqlServer } = await import('../../projections/sqlserver/pool.ts');
  return openSqlServer(await withIdentity(access), { ...names, olderSchema: SCHEMA_OF_OLDER_RELEASES, clock });
}
