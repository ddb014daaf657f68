import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadStore } from '../projections/ports.ts';
import { openSqliteMembers } from '../projections/sqlite/members.ts';
import { openSqliteReadStore } from '../projections/sqlite/read-store.ts';
import type { Members } from './domain/member/members.ts';
import type { CallEventLog } from './log/port.ts';
import { openSqliteLog } from './log/sqlite/log.ts';

/** The stores of a server. */
export type Stores = { readonly log: CallEventLog; readonly readStore: ReadStore; readonly members: Members };

/** The files of an embedded server, in its data directory. */
export function storeFiles(dataDir: string) {
  return {
    log: join(dataDir, 'call-events.db'),
    readModels: join(dataDir, 'read-models.db'),
    members: join(dataDir, 'members.db'),
    callbackKey: join(dataDir, 'callback.key'),
  } as const;
}

/**
 * Opens the stores for a server.
 * @throws LogError IN_USE when another server has the directory; CORRUPT, UNAVAILABLE; ReadStoreError
 */
export function openStores(dataDir: string): Stores {
  const files = storeFiles(dataDir);
  mkdirSync(dataDir, { recursive: true });
  const log = openSqliteLog(files.log);
  return { log, readStore: openSqliteReadStore(files.readModels), members: openSqliteMembers(files.members) };
}

/** Opens the log beside a server that may be writing it. */
export function openLogForReading(dataDir: string): CallEventLog {
  return openSqliteLog(storeFiles(dataDir).log, { readOnly: true });
}

export function openReadStore(dataDir: string): ReadStore {
  return openSqliteReadStore(storeFiles(dataDir).readModels);
}

export function openMembers(dataDir: string): Members {
  mkdirSync(dataDir, { recursive: true });
  return openSqliteMembers(storeFiles(dataDir).members);
}
